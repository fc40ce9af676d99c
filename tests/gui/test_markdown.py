"""Markdown looks alike in the console and in the history, and as the design has it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTextDocument, QTextTable
from pytestqt.qtbot import QtBot

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.console.texts import RowTexts, draw_text, hits_in
from ampsm_gui.widgets.said_text import SaidText

_WORDS = """Some `code` here.

| Section | Lines |
|---|---:|
| Profile | 31 |
| Billing | 58 |

> It is said
>
> by somebody.

```python
print("hello")
```
"""
Drawn = tuple[QTextDocument, QImage]


@pytest.fixture(params=["console", "history"])
def drawn(request: pytest.FixtureRequest, theme: Theme, qtbot: QtBot) -> Callable[[str], Drawn]:
    """A text as one of the two draws it."""
    kept: list[object] = []

    def in_console(words: str) -> Drawn:
        text = RowTexts(theme).text(words, "markdown", 500)
        image = QImage(520, round(text.size().height()) + 10, QImage.Format.Format_RGB32)
        image.fill(theme.color("surface.base"))
        painter = QPainter(image)
        draw_text(painter, text, QPointF(10, 5), QRectF(image.rect()), theme.color("text.primary"), theme)
        painter.end()
        return text, image

    def in_history(words: str) -> Drawn:
        said = SaidText(theme)
        qtbot.addWidget(said)
        said.resize(540, 500)
        said.show()
        said.show_parts([("person", "Do it"), ("answer", words), ("output", "last line")])
        kept.append(said)
        return said.document(), said.viewport().grab().toImage()

    return in_console if request.param == "console" else in_history


def _table(document: QTextDocument) -> QTextTable:
    return next(frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable))


def _pixels(image: QImage, color: QColor) -> int:
    return sum(image.pixelColor(x, y) == color for y in range(image.height()) for x in range(image.width()))


def test_a_table_has_a_head_and_rules_and_is_no_wider_than_it_must(drawn: Callable[[str], Drawn], theme: Theme) -> None:
    document, image = drawn(_WORDS)
    table = _table(document)
    head, cell = table.cellAt(0, 0).format().toTableCellFormat(), table.cellAt(2, 1).format().toTableCellFormat()
    assert table.format().border() == 0
    assert head.background().color() == theme.color("surface.panel")
    assert head.bottomBorderBrush().color() == theme.color("border.default")
    assert cell.bottomBorderBrush().color() == theme.color("border.subtle") and cell.bottomBorder() == 1
    assert document.documentLayout().frameBoundingRect(table).width() < 300
    assert _pixels(image, theme.color("surface.panel")) > 500
    assert _pixels(image, theme.color("border.subtle")) > 80


def test_a_quote_stands_behind_a_line(drawn: Callable[[str], Drawn], theme: Theme) -> None:
    _, image = drawn(_WORDS)
    lines = [y for y in range(image.height()) if any(
        image.pixelColor(x, y) == image.pixelColor(x + 1, y) == theme.color("border.control") for x in range(30)
    )]  # fmt: skip
    assert len(lines) > 2 * theme.f and lines == list(range(lines[0], lines[-1] + 1))
    _, without = drawn("No quote")
    assert not _pixels(without, theme.color("border.control"))


def test_code_is_fixed_and_has_no_ground(drawn: Callable[[str], Drawn], theme: Theme) -> None:
    document, _ = drawn(_WORDS)
    found = []
    block = document.begin()
    while block.isValid():
        spans = block.begin()
        while not spans.atEnd():
            look = spans.fragment().charFormat()
            if spans.fragment().text() in ("code", 'print("hello")'):
                found.append(spans.fragment().text())
                assert look.background().style().value == 0 and block.blockFormat().background().style().value == 0
                assert look.fontFamilies() == [theme.font("mono").family()]
            spans += 1
        block = block.next()
    assert len(found) == 2


def test_the_last_lines_of_a_test_keep_their_colours(theme: Theme, qtbot: QtBot) -> None:
    said = SaidText(theme)
    qtbot.addWidget(said)
    said.show_parts([("output", "\x1b[31mfailed\x1b[0m as \x1b[7;32m OK \x1b[0m\nsecond \x1b]0;title\x07line")])
    assert said.toPlainText().split("\n")[1:] == ["failed as  OK ", "second line"]
    cursor = said.document().find("failed")
    assert cursor.charFormat().foreground().color() == theme.color("danger.text")
    assert said.document().find("OK").charFormat().background().color() == theme.color("success.tint")


@pytest.mark.parametrize(("kind", "words"), [("output", "a\n" * 10_000), ("answer", "`a` " * 5_000)])
def test_many_small_pieces_are_laid_out_once(kind: str, words: str, theme: Theme, qtbot: QtBot) -> None:
    text = SaidText(theme)
    qtbot.addWidget(text)
    text.resize(700, 600)
    begun = time.process_time()
    text.show_parts([(kind, words)])
    assert time.process_time() - begun < 2  # and not five or more
    assert text.toPlainText().count("a") > 4_000


def test_a_hit_is_marked_where_it_is_also_behind_a_wide_sign(theme: Theme) -> None:
    text = RowTexts(theme).text("\N{ROCKET}\N{ROCKET} found here", "markdown", 500)
    (hit,) = hits_in(text, re.compile("found"), theme.color("selection.find"))
    assert hit.cursor.selectedText() == "found"
