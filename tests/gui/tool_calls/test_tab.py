"""The tab of tool calls over a real store: live, filtered, closely, by tool."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ampsm.context import open_context
from ampsm.model.telemetry import ToolCall
from ampsm.store.iterations import iterations_of
from ampsm.store.telemetry import upsert_tool_calls
from ampsm_gui.desktop import Desktop
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.results.lines import plain_line_of
from ampsm_gui.models.tables.cells import CELL_ROLE
from ampsm_gui.models.tool_calls.rows import CallBook, CallsRead, read_book
from ampsm_gui.models.tool_calls.table import ToolCallTable
from ampsm_gui.pages.tool_calls.tab import ToolCallsTab
from ampsm_gui.widgets.output_text import OutputText
from ampsm_gui.widgets.result_picture import ResultPicture
from tests.support.every_result import every_result, png
from tests.support.world import World

_TOOLS = [
    {"name": "Bash", "id": "one", "input": {"cmd": "pytest -q", "cwd": "."}, "result": "2 failed", "error": True},
    {"name": "Task", "id": "two", "input": {"prompt": "look"}, "result": "looked", "seconds": 0.5},
    {"name": "Read", "id": "three", "parent": "two", "input": {"path": "a.txt"}, "result": "text of a"},
    {"name": "Bash", "id": "four", "input": {"cmd": "ls"}},
]


def tab_of(
    qtbot: QtBot, desktop: Desktop, session: dict[str, Any], size: tuple[int, int] = (1000, 640)
) -> ToolCallsTab:
    tab = ToolCallsTab(desktop)
    QAbstractItemModelTester(tab.model, QAbstractItemModelTester.FailureReportingMode.Fatal, tab.model)
    qtbot.addWidget(tab)
    tab.resize(*size)
    tab.show()
    tab.show_session(session["id"])
    qtbot.waitUntil(lambda: not desktop.background.busy)
    return tab


def shown(tab: ToolCallsTab, column: str) -> list[str]:
    place = tab.model.column_number(column)
    return [tab.model.index(row, place).data() for row in range(tab.model.rowCount())]


@pytest.mark.session(iterations=2, tools=_TOOLS)
def test_every_call_is_a_row(session: dict[str, Any], desktop: Desktop, qtbot: QtBot) -> None:
    tab = tab_of(qtbot, desktop, session)
    assert tab.table.objectName() == "toolCallTable"
    assert shown(tab, "tool") == ["Bash", "Task", "Read", "Bash"] * 2
    assert shown(tab, "iteration") == ["1"] * 4 + ["2"] * 4
    assert shown(tab, "arguments")[:3] == ["pytest -q", "look", "a.txt"]
    assert shown(tab, "result")[:4] == ["2 failed", "OK", "OK", "No result"]
    assert shown(tab, "number")[-1] == "8"
    assert tab.model.rows()[2].depth == 1
    qtbot.waitUntil(lambda: tab.summary.model().rowCount() == 3)
    sums = {row.tool: (row.calls, row.failures) for row in tab.summary.model().rows()}  # type: ignore[attr-defined]
    assert sums == {"Bash": (4, 2), "Task": (2, 0), "Read": (2, 0)}
    corner = tab.corner()
    assert corner is not None and corner.property("text") == "8 calls, 2 failed, 2 without a result"


def test_why_a_call_failed_is_in_its_row_and_result_and_not_a_third_time(
    world: World, desktop: Desktop, qtbot: QtBot
) -> None:
    failed = {"name": "Bash", "input": {"cmd": "make"}, "result": json.dumps({"output": "E  no\n", "exitCode": 2})}
    refused = {"name": "Read", "input": {"path": "a.txt"}, "result": "File not found: a.txt", "error": True}
    world.use(tools=[failed, refused])
    session = world.new(world.make_repo())
    world.iterate(session)
    tab = tab_of(qtbot, desktop, session)
    qtbot.waitUntil(lambda: shown(tab, "result") == ["Exit code 2", "File not found: a.txt"])
    for row, words in enumerate(("Exit code 2 after", "Failed after")):
        tab.table.setCurrentIndex(tab.model.index(row, 0))
        qtbot.waitUntil(lambda words=words: tab.detail._ending.text().startswith(words))  # type: ignore[misc]


@pytest.mark.session(iterations=2, tools=_TOOLS)
def test_filters_and_order(session: dict[str, Any], desktop: Desktop, qtbot: QtBot) -> None:
    tab = tab_of(qtbot, desktop, session)
    QTest.keyClicks(tab.head.field, "PYTEST")
    qtbot.waitUntil(lambda: shown(tab, "arguments") == ["pytest -q"] * 2)
    tab.head.choose_iteration(2)
    qtbot.waitUntil(lambda: shown(tab, "iteration") == ["2"])
    tab.head.clear()
    tab.head.failed.click()
    assert shown(tab, "result") == ["2 failed"] * 2
    tab.head.failed.click()
    tab.head.slowest.click()
    assert shown(tab, "tool")[:2] == ["Task", "Task"]
    assert shown(tab, "result")[-2:] == ["No result"] * 2
    assert tab.table.columns.sorted_by() == ("duration", True) and not tab.head.in_order.isChecked()
    tab.head.in_order.click()
    assert shown(tab, "number") == [str(number) for number in range(1, 9)]
    assert tab.table.columns.sorted_by() is None and not tab.head.slowest.isChecked()

    tab.head.field.setText("nothing like this")
    qtbot.waitUntil(lambda: tab.model.rowCount() == 0)
    clear = next(button for button in tab.findChildren(QPushButton) if button.text() == "Clear filter")
    assert clear.isVisible()
    clear.click()
    assert tab.model.rowCount() == 8 and tab.table.isVisible()
    tab.show_iteration(1)
    assert shown(tab, "iteration") == ["1"] * 4


@pytest.mark.session(iterations=1, tools=_TOOLS)
def test_a_click_on_a_title_sorts_and_a_third_one_nests_the_calls_again(
    world: World, session: dict[str, Any], desktop: Desktop, qtbot: QtBot
) -> None:
    tab = tab_of(qtbot, desktop, session)
    nested = tab.model.rows()[2]

    def click(column: str) -> list[str]:
        header = tab.table.horizontalHeader()
        place = QPoint(header.sectionViewportPosition(tab.model.column_number(column)) + 10, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        return shown(tab, "number")

    def indent() -> int:
        row = tab.model.number_of(nested.place)
        return int(tab.model.index(row, tab.model.column_number("tool")).data(CELL_ROLE).indent)

    assert indent() == 1
    tab.table.choose(nested.place)
    assert click("number") == ["4", "3", "2", "1"] and indent() == 0
    assert not tab.head.in_order.isChecked() and not tab.head.slowest.isChecked()
    told: list[int] = []
    tab.model.dataChanged.connect(lambda first, last: told.append(last.row()))
    assert click("number") == ["1", "2", "3", "4"] and indent() == 0 and not told
    assert click("number") == ["1", "2", "3", "4"] and indent() == 1 and told == [3]
    assert tab.head.in_order.isChecked()
    assert click("tool") == ["1", "4", "3", "2"]
    assert click("duration")[-1] == "4" and click("duration")[-1] == "4"
    click("duration")
    assert click("duration")[0] == "2" and tab.head.slowest.isChecked()
    assert tab.table.chosen_key == nested.place
    world.iterate(session)
    tab.refresh()
    qtbot.waitUntil(lambda: tab.model.rowCount() == 8)
    assert shown(tab, "tool")[:2] == ["Task"] * 2 and tab.table.chosen_key == nested.place


@pytest.mark.session(iterations=1, tools=_TOOLS)
def test_one_call_closely(session: dict[str, Any], desktop: Desktop, qtbot: QtBot) -> None:
    tab = tab_of(qtbot, desktop, session)
    tab.table.choose(tab.model.rows()[2].place)
    qtbot.waitUntil(lambda: "text of a" in tab.detail.text.toPlainText())
    assert tab.detail.text.toPlainText().startswith("path  a.txt")
    parent = next(button for button in tab.detail.findChildren(QPushButton) if button.text() == "2 Task")
    parent.click()
    qtbot.waitUntil(lambda: "looked" in tab.detail.text.toPlainText())
    assert tab.table.chosen_key == tab.model.rows()[1].place
    assert any(button.text() == "3 Read" for button in tab.detail.findChildren(QPushButton))
    tab.table.choose(tab.model.rows()[0].place)
    qtbot.waitUntil(lambda: tab.detail.text.toPlainText().count("2 failed") == 1)
    assert "cwd  ." in tab.detail.text.toPlainText()


def test_paths_are_told_from_the_worktree_and_stay_whole_closely(
    world: World, session: dict[str, Any], desktop: Desktop, qtbot: QtBot
) -> None:
    path = f"{session['worktree']}/src/tokens.py"
    world.use(tools=[{"name": "Read", "input": {"path": path}, "result": "one"}])
    world.iterate(session)
    tab = tab_of(qtbot, desktop, session)
    assert shown(tab, "arguments") == ["src/tokens.py"]
    index = tab.model.index(0, tab.model.column_number("arguments"))
    assert index.data(Qt.ItemDataRole.ToolTipRole) == path
    tab.table.choose(tab.model.rows()[0].place)
    qtbot.waitUntil(lambda: tab.detail.text.toPlainText().startswith(f"path  {path}"))
    for words in (path[:-3], "read src/tok", "src/tok"):
        tab.head.field.setText(words)
        qtbot.waitUntil(lambda words=words: tab.model.words == words)  # type: ignore[misc]
        assert tab.model.rowCount() == (0 if " " in words else 1)


def test_what_comes_later_is_added(world: World, session: dict[str, Any], desktop: Desktop, qtbot: QtBot) -> None:
    """An iteration that runs: its calls come one by one, the open one gets its result, what is chosen stays."""
    world.use(tools=[*_TOOLS[:3], {"name": "Bash", "id": "five", "result": "done", "seconds": 1.5}])
    world.ok("iterate", session["id"], "--detach")
    tab = tab_of(qtbot, desktop, session)
    desktop.watcher.changed.connect(tab.refresh)
    qtbot.waitUntil(lambda: shown(tab, "result")[3:] == ["Running"], timeout=8000)
    tab.table.choose(tab.model.rows()[1].place)
    qtbot.waitUntil(lambda: shown(tab, "result")[3:] == ["OK"], timeout=8000)
    assert tab.table.chosen_key == tab.model.rows()[1].place
    world.ok("logs", session["id"], "--follow")
    qtbot.waitUntil(lambda: tab.model.book.running is None, timeout=8000)


def test_a_session_without_calls_and_none(
    world: World, session: dict[str, Any], desktop: Desktop, qtbot: QtBot
) -> None:
    world.use(tools=[])
    counts: list[object] = []
    tab = tab_of(qtbot, desktop, session)
    tab.count_changed.connect(counts.append)
    assert not tab.table.isVisible() and not tab.head.isVisible()
    world.iterate(session)
    tab.refresh()
    qtbot.waitUntil(lambda: not desktop.background.busy)
    tab.show_session(None)
    assert tab.model.rowCount() == 0 and counts[-1] is None


@pytest.mark.session(iterations=1, tools=_TOOLS)
def test_a_small_page_shows_the_rest_when_asked(session: dict[str, Any], desktop: Desktop, qtbot: QtBot) -> None:
    tab = tab_of(qtbot, desktop, session, size=(620, 300))
    assert tab.size().toTuple() == (620, 300)
    titles = [tab.model.columns[number].key for number in tab.table.columns.shown()]
    assert "iteration" not in titles and "started" not in titles
    assert not tab.detail.isVisible() and not tab.summary.isVisible()
    tab.head.summary.click()
    assert tab.summary.isVisible()
    tab.table.choose(tab.model.rows()[0].place)
    QTest.keyClick(tab.table, Qt.Key.Key_Return)
    assert tab.detail.isVisible() and not tab.summary.isVisible()
    QTest.keyClick(tab.detail.text, Qt.Key.Key_Escape)
    assert not tab.detail.isVisible()


@pytest.mark.session(iterations=1, tools=[])
def test_a_hundred_thousand_calls(session: dict[str, Any], desktop: Desktop, qtbot: QtBot) -> None:
    with open_context() as ctx:
        (iteration,) = iterations_of(ctx.store, session["id"])
        calls = [
            ToolCall(
                f"c{seq}", 1, seq, f"tool{seq % 7}", {"cmd": f"do {seq}"}, "2026-11-24T08:00:00.000Z", True, seq % 977
            )
            for seq in range(100_000)
        ]
        upsert_tool_calls(ctx.store, iteration.id, calls)
        book = read_book(ctx, session["id"])
    table = ToolCallTable()
    table.set_book(book)
    table.words = "do 9999"
    table.refresh()
    assert table.rowCount() == 11
    table.words = ""
    table.refresh()
    table.sort(table.column_number("duration"), Qt.SortOrder.DescendingOrder)
    assert table.rows()[0].duration_ms == 976 and table.rowCount() == 100_000
    asked: list[int] = []
    table.sort_value = lambda row, column: asked.append(row.number) or row.duration_ms  # type: ignore[method-assign, func-returns-value]
    table.sort(table.column_number("duration"))
    assert asked == list(range(1, 100_001))
    asked.clear()
    table.add(CallsRead([replace(calls[7], duration_ms=-1), replace(calls[0], seq=100_000)], None, (1,)))
    assert asked == [8, 100_001] and table.rows()[0].number == 8 and table.rowCount() == 100_001


def test_a_book_reads_on_from_what_is_open() -> None:
    def call(seq: int, success: bool | None, iteration: int = 1) -> ToolCall:
        return ToolCall(f"c{seq}", iteration, seq, "Bash", {}, "2026-11-24T08:00:00.000Z", success)

    book = CallBook()
    assert book.next_place() == (0, 0)
    book.add(CallsRead([call(5, True), call(7, None), call(9, True)], 1, (1,)))
    assert book.next_place() == (1, 7)
    book.add(CallsRead([call(7, True), call(9, True)], 1, (1,)))
    assert book.next_place() == (1, 10)
    book.add(CallsRead([call(12, None)], 1, (1,)))
    book.add(CallsRead([], None, (1,)))
    assert not book.rows[-1].live and book.next_place() == (1, 13)
    assert [row.number for row in book.rows] == [1, 2, 3, 4]


def test_each_kind_of_result_closely(world: World, session: dict[str, Any], desktop: Desktop, qtbot: QtBot) -> None:
    """Decoded, in colours; raw with a key; copied as it is shown."""
    world.use(tools=every_result(session["worktree"]))
    world.iterate(session)
    tab = tab_of(qtbot, desktop, session)

    def text_of(number: int, words: str) -> str:
        tab.table.choose(tab.model.rows()[number].place)
        qtbot.waitUntil(lambda: words in tab.detail.text.toPlainText())
        return tab.detail.text.toPlainText()

    output = text_of(0, "FAIL")
    assert output.startswith("cmd  pnpm test --run tests/settings\n\n RUN  v3.2.4 ~/src/web-console\n")
    assert "\x1b" not in output and output.endswith("Tests  1 failed | 37 passed (38)")
    assert _color_of(tab, "AssertionError") == tab.desktop.theme.color("danger.text")
    edit = text_of(1, "useField")
    assert "old_str" not in edit and "src/settings/profile.ts  +5 −2\n22   " in edit and "\n23 + " in edit
    assert "src/settings/billing.ts:9" in text_of(2, "validateOn")
    assert "\n 5  export function useField" in text_of(3, "signals")
    tab.table.choose(tab.model.rows()[4].place)
    picture = tab.detail.findChild(ResultPicture)
    assert picture is not None
    qtbot.waitUntil(lambda: picture.isVisible() and picture.accessibleName().startswith("Image, 144 × 60, PNG"))
    assert '    "job": "e2e",' in text_of(5, "retryable")
    assert "DateField" in text_of(7, "Section") and "|" not in tab.detail.text.toPlainText()
    text_of(0, "FAIL")
    QTest.keyClick(tab.table, Qt.Key.Key_R)
    assert '{"output": "\\u001b[7;36m RUN' in tab.detail.text.toPlainText()
    tab.detail._copy.click()
    assert QGuiApplication.clipboard().text().endswith(every_result(session["worktree"])[0]["result"])
    QTest.keyClick(tab.table, Qt.Key.Key_R)
    tab.detail._copy.click()
    assert QGuiApplication.clipboard().text() == output


def test_what_would_begin_a_line_for_qt_is_a_sign(theme: Theme, qtbot: QtBot) -> None:
    """Each line has the colours of its own pieces, which end where it does."""
    text = OutputText(theme)
    qtbot.addWidget(text)
    text.set_lines([plain_line_of(words) for words in ("50 % é\r100 % é", "a\u2029é\u2028b\ufdd0c\x0c", "é last")])
    assert text.toPlainText().split("\n") == ["50 % é␍100 % é", "a�é�b�c␌", "é last"]


def test_an_image_that_was_looked_at_stands_above_the_words(
    world: World, session: dict[str, Any], desktop: Desktop, qtbot: QtBot
) -> None:
    (Path(session["worktree"]) / "page.png").write_bytes(png())
    world.use(tools=[{"name": "look_at", "input": {"path": "page.png"}, "result": "It has **one** bar."}, _TOOLS[1]])
    world.iterate(session)
    tab = tab_of(qtbot, desktop, session)
    picture = tab.detail.findChild(ResultPicture)
    assert picture is not None
    tab.table.choose(tab.model.rows()[0].place)
    qtbot.waitUntil(picture.isVisible)
    words = tab.detail.text
    assert words.toPlainText().endswith("It has one bar.") and words.isVisible()
    assert picture.geometry().bottom() < words.geometry().top()
    tab.table.choose(tab.model.rows()[1].place)
    qtbot.waitUntil(lambda: "looked" in words.toPlainText())
    assert not picture.isVisible() and words.isVisible()


def _color_of(tab: ToolCallsTab, words: str) -> QColor:
    """The colour in which words are written."""
    block = tab.detail.text.document().find(words).block()
    looks = block.layout().formats()
    at = block.text().index(words)
    return next(look.format.foreground().color() for look in looks if look.start <= at < look.start + look.length)
