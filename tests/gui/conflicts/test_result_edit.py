"""The result of a conflict as a text to be typed into: what it says it becomes, its colours and its rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.conflicts import hunk_lines
from ampsm_gui.models.conflicts.code import Beside, CodeLine
from ampsm_gui.widgets.conflicts import result_colours
from ampsm_gui.widgets.conflicts.code_columns import CodeColumns
from ampsm_gui.widgets.conflicts.result_edit import ResultEdit


@pytest.fixture
def edit(theme: Theme, qtbot: QtBot) -> Iterator[ResultEdit]:
    made = ResultEdit(theme)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    yield made
    made.drop()


def said(edit: ResultEdit) -> list[str]:
    found: list[str] = []
    edit.edited.connect(found.append)
    return found


def end(edit: ResultEdit) -> None:
    QTest.keyClick(edit, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)


def colours(edit: ResultEdit, line: int) -> list[QColor]:
    formats = edit.document().findBlockByNumber(line).layout().formats()
    return [one.format.foreground().color() for one in formats]


def test_a_key_colours_its_line_and_a_pause_what_else_it_means(
    edit: ResultEdit, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit.show_text("a = 1\n" * 300, "a.py", anew=True)
    asked: list[str] = []

    def counted(path: str, text: str) -> list[list[tuple[int, int, str]]]:
        asked.append(text)
        return hunk_lines.coloured(path, text)

    monkeypatch.setattr(result_colours, "coloured", counted)
    assert colours(edit, 299) and colours(edit, 0) == colours(edit, 299)
    QTest.keyClicks(edit, '"""')
    assert asked and all("\n" not in text for text in asked), "not the whole of it at each key"
    assert colours(edit, 299) == colours(edit, 1)
    edit._on_paused()
    string = QColor(theme.color("syntax.string"))
    assert colours(edit, 299) == [string] and colours(edit, 0) == [string]
    assert asked[-1].count("\n") >= 299


def test_what_is_typed_at_the_end_is_a_line_of_its_own(edit: ResultEdit) -> None:
    found = said(edit)
    edit.show_text("one\n", "a.txt", anew=True)
    end(edit)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    edit.flush()
    assert found == ["one\n\n"] and edit.blockCount() == 2
    edit.show_text("one\n\n", "a.txt", anew=False)
    assert edit.toPlainText() == "one\n" and edit.textCursor().blockNumber() == 1, "the next line is typed there"
    QTest.keyClicks(edit, "two")
    edit.flush()
    assert found[-1] == "one\ntwo\n"


def test_a_last_line_without_an_end_stays_one(edit: ResultEdit) -> None:
    found = said(edit)
    edit.show_text("one", "a.txt", anew=True, ends=False)
    end(edit)
    QTest.keyClicks(edit, "s")
    edit.flush()
    assert found == ["ones"]


def test_one_blank_line_is_said_to_be_one_and_nothing_to_be_nothing(edit: ResultEdit) -> None:
    found = said(edit)
    edit.show_text("\n", "a.txt", anew=True)
    assert edit.placeholderText() == "One blank line" and edit.blockCount() == 1
    edit.show_text("", "a.txt", anew=True)
    assert edit.placeholderText() == "Nothing is left of these lines"
    QTest.keyClick(edit, Qt.Key.Key_Return)
    edit.flush()
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    edit.flush()
    assert found == ["\n\n", "\n"] and edit.placeholderText() == "One blank line"
    QTest.keyClicks(edit, "x")
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    edit.flush()
    assert found[-1] == "" and edit.placeholderText() == "Nothing is left of these lines"


def test_its_rows_are_those_of_the_code_around_it(edit: ResultEdit, theme: Theme, qtbot: QtBot) -> None:
    edit.show_text("one\ntwo\n", "a.txt", anew=True)
    code = CodeColumns(theme, fits=True)
    qtbot.addWidget(code)
    code.set_code(Beside([CodeLine(1, "one"), CodeLine(2, "two")]))
    for block in (edit.document().firstBlock(), edit.document().lastBlock()):
        assert edit.blockBoundingRect(block).height() == code.row_height
    assert edit.cursorRect(edit.textCursor()).top() < code.row_height
    end(edit)
    assert code.row_height <= edit.cursorRect(edit.textCursor()).top() < 2 * code.row_height
    assert abs(edit.height_wanted() - code.height_for_rows()) <= code.row_height // 3
    edit.set_first(99, 3)
    code.set_digits(3)
    edit.grab()
    assert edit.viewport().x() + edit.cursorRect(QTextCursor(edit.document())).left() == code.gutter()
