"""The tab of history over a real store and real git."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ampsm_gui.desktop import Desktop
from ampsm_gui.models.history.table import HistoryTable, what
from ampsm_gui.models.tables.cells import CELL_ROLE
from ampsm_gui.pages.history.tab import HistoryTab
from tests.support.world import World

_FAILING = "for i in 1 2 3; do echo line $i; done; echo FAILED test_a; exit 3"


def tab_of(qtbot: QtBot, desktop: Desktop, session: dict[str, Any], size: tuple[int, int] = (1000, 640)) -> HistoryTab:
    tab = HistoryTab(desktop)
    QAbstractItemModelTester(tab.model, QAbstractItemModelTester.FailureReportingMode.Fatal, tab.model)
    qtbot.addWidget(tab)
    tab.resize(*size)
    tab.show()
    tab.show_session(session["id"])
    qtbot.waitUntil(lambda: not desktop.background.busy and shown(tab, "what")[-1:] != [])
    qtbot.waitUntil(lambda: shown(tab, "what")[-1].startswith(("Created", "Adopted")))
    return tab


def refreshed(qtbot: QtBot, desktop: Desktop, tab: HistoryTab) -> None:
    tab.refresh()
    qtbot.waitUntil(lambda: not desktop.background.busy)


def shown(tab: HistoryTab, column: str) -> list[str]:
    place = tab.model.column_number(column)
    return [tab.model.index(row, place).data() for row in range(tab.model.rowCount())]


def test_an_iteration_is_a_row_and_closely_all_that_was_said(world: World, desktop: Desktop, qtbot: QtBot) -> None:
    world.use(text="Done.\n\nSee **feature.py**.", tools=[])
    session = world.new(world.make_repo(), "Task", "--script", _FAILING, prompt="do the 大事 thing\nand more")
    world.iterate(session, code=8)
    tab = tab_of(qtbot, desktop, session)
    assert tab.table.objectName() == "historyTable" and tab.model.rowCount() == 2
    created = f"Created from main at {session['baseSha'][:7]}"
    assert shown(tab, "what") == ["Iteration 1 do the 大事 thing and more", created]
    assert (shown(tab, "result"), shown(tab, "tests")) == (["Succeeded", ""], ["Failed", ""])
    text = tab.detail.text.toPlainText()
    assert "do the 大事 thing" in text and "See feature.py." in text and "FAILED test_a" in text
    assert "tests failed with exit code 3" in tab.detail._ending.text()
    with qtbot.waitSignal(tab.tab_requested) as asked:
        QTest.mouseClick(tab.detail._links[2], Qt.MouseButton.LeftButton)
    assert asked.args == ["tools", 1]


@pytest.mark.session(iterations=1, tools=[])
def test_the_beginning_follows_what_was_done(session: dict[str, Any], desktop: Desktop, qtbot: QtBot) -> None:
    tab = HistoryTab(desktop)
    qtbot.addWidget(tab)
    tab.show_session(session["id"])
    qtbot.waitUntil(lambda: tab.model.rowCount() > 0)
    assert [words.split()[0] for words in shown(tab, "what")] == ["Iteration"]
    chosen = tab.table.chosen_key
    tab.show()
    qtbot.waitUntil(lambda: tab.model.rowCount() == 2)
    assert [words.split()[0] for words in shown(tab, "what")] == ["Iteration", "Created"]
    assert tab.table.chosen_key == chosen


@pytest.mark.session("Task", "--script", "true", iterations=1, tools=[])
def test_finishing_steps_and_the_way_back(
    world: World, session: dict[str, Any], desktop: Desktop, qtbot: QtBot
) -> None:
    tab = tab_of(qtbot, desktop, session)
    world.commit(Path(session["worktree"]), {"by-hand.txt": "one\ntwo\n"}, "by hand")
    world.ok("run", session["id"])
    refreshed(qtbot, desktop, tab)
    assert shown(tab, "what")[-2].startswith("Iteration 1")
    assert {words.split()[0] for words in shown(tab, "what")} == {"Tests", "Manual", "Iteration", "Created"}
    assert tab.table.chosen_key == "iteration 1"
    commit = next(row for row in tab.model.rows() if row["kind"] == "commit")
    assert shown(tab, "changes")[tab.model.rows().index(commit)] == "+2 −0"
    tab.table.choose(commit["key"])
    assert [button.text() for button in tab.detail._links if button.isVisible()] == ["Changes"]
    with qtbot.waitSignal(tab.commit_requested) as asked:
        next(button for button in tab.detail._links if button.isVisible()).click()
    assert asked.args == [commit["sha"]]
    tab.table.choose("iteration 1")

    world.ok("squash", session["id"], "--message", "feat: all")
    refreshed(qtbot, desktop, tab)
    assert shown(tab, "what")[0] == "Squash feat: all" and shown(tab, "result")[0] == "Undo…"
    assert tab.table.chosen_key == "iteration 1"
    place = tab.table.visualRect(tab.model.index(0, tab.model.column_number("result"))).center()
    with qtbot.waitSignal(tab.undo_requested):
        QTest.mouseClick(tab.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert tab.detail.undo.isVisible()
    with qtbot.waitSignal(tab.undo_requested):
        tab.detail.undo.click()
    menu = tab.menu(tab.model.rows()[0])
    with qtbot.waitSignal(tab.undo_requested):
        next(action for action in menu.actions() if action.text() == "Undo squash…").trigger()

    world.ok("undo", session["id"])
    refreshed(qtbot, desktop, tab)
    assert shown(tab, "what")[:2] == [f"Undo squash back to {tab.model.rows()[0]['to'][:8]}", "Squash feat: all"]
    assert shown(tab, "result")[1] == "Undone" and not tab.detail.undo.isVisible()


@pytest.mark.session(
    "Task",
    "--script",
    "echo 3 failed, 85 passed in 0.10s; test -f b.txt",
    iterations=1,
    code=8,
    tools=[],
    edits={"a.txt": "one\ntwo\nthree\n"},
)
def test_a_click_on_a_title_sorts_without_the_line_of_time(
    world: World, session: dict[str, Any], desktop: Desktop, qtbot: QtBot
) -> None:
    world.use(tools=[], edits={"b.txt": "one\n"})
    world.iterate(session)
    tab = tab_of(qtbot, desktop, session)
    tab.table.choose("iteration 1")

    def click(column: str) -> list[str]:
        header = tab.table.horizontalHeader()
        place = QPoint(header.sectionViewportPosition(tab.model.column_number(column)) + 10, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        return [str(row["key"]).replace("iteration ", "") for row in tab.model.rows()][:2]

    def rails() -> list[object]:
        return [tab.model.index(row, 0).data(CELL_ROLE).rail for row in range(tab.model.rowCount())]

    assert tab._said.text() == "Newest first" and rails() == [(False, True), (True, True), (True, False)]
    assert click("changes") == ["1", "2"] and rails() == [None] * 3 and tab._said.text() == "Sorted by Changes"
    assert click("changes") == ["2", "1"]
    assert click("tests") == ["1", "2"] and shown(tab, "tests") == ["3 of 88 failed", "Passed", ""]
    assert click("tests") == ["2", "1"] and shown(tab, "tests") == ["Passed", "3 of 88 failed", ""]
    assert click("when") == ["2", "1"] and click("when")[1] == "1"
    assert click("when") == ["2", "1"] and tab._said.text() == "Newest first" and rails()[1] == (True, True)
    assert click("what")[1] == "1" and tab.table.chosen_key == "iteration 1"


def test_a_merge_that_waits_and_one_that_is_done(world: World, desktop: Desktop, qtbot: QtBot) -> None:
    world.use(tools=[], edits={"README.md": "session\n"})
    repo = world.make_repo()
    session = world.new(repo)
    world.iterate(session)
    (repo / "README.md").write_text("main\n")
    world.git(repo, "commit", "-qam", "on main")
    assert world.cli("rebase", session["id"]).code == 4
    tab = tab_of(qtbot, desktop, session)
    assert shown(tab, "what")[0] == "Rebase onto main 1 conflicted file" and shown(tab, "result")[0] == "Open"
    tab.table.choose(tab.model.rows()[0]["key"])
    assert "README.md" in tab.detail.text.toPlainText()

    world.ok("abort-merge", session["id"])
    world.git(repo, "reset", "-q", "--hard", "HEAD~1")
    world.ok("merge", session["id"], "--message", "feat: all", "--no-test")
    refreshed(qtbot, desktop, tab)
    assert shown(tab, "what")[1] == "Rebase onto main given up; nothing has moved"
    assert shown(tab, "result")[1] == "Aborted"
    assert shown(tab, "what")[0].startswith("Merge into main ")
    assert "main from" in tab.model.index(0, tab.model.column_number("result")).data(Qt.ItemDataRole.ToolTipRole)


@pytest.mark.session(iterations=1, tools=[])
def test_a_commit_is_copied(world: World, session: dict[str, Any], desktop: Desktop, qtbot: QtBot) -> None:
    tab = tab_of(qtbot, desktop, session)
    menu = tab.menu(tab.model.rows()[0])
    next(action for action in menu.actions() if action.text() == "Copy commit").trigger()
    assert QGuiApplication.clipboard().text() == world.git(session["worktree"], "rev-parse", "HEAD")


def test_a_new_session_was_created_and_no_session_is_nothing(
    session: dict[str, Any], desktop: Desktop, qtbot: QtBot
) -> None:
    tab = tab_of(qtbot, desktop, session)
    assert shown(tab, "what") == [f"Created from main at {session['baseSha'][:7]}"]
    counts: list[object] = []
    tab.count_changed.connect(counts.append)
    tab.show_session(None)
    assert counts == [None] and tab.model.rowCount() == 0


@pytest.mark.session(iterations=1, tools=[])
def test_a_small_page_shows_the_detail_when_asked(session: dict[str, Any], desktop: Desktop, qtbot: QtBot) -> None:
    tab = tab_of(qtbot, desktop, session, size=(600, 290))
    assert tab.size().toTuple() == (600, 290)
    assert not tab.detail.isVisible()
    assert "time" not in [tab.model.columns[number].key for number in tab.table.columns.shown()]
    QTest.keyClick(tab.table, Qt.Key.Key_Return)
    assert tab.detail.isVisible()
    QTest.keyClick(tab.detail.text, Qt.Key.Key_Escape)
    assert not tab.detail.isVisible()


def test_the_line_of_time_has_two_ends() -> None:
    table = HistoryTable()
    step = {"kind": "commit", "at": "2026-11-24T08:00:00.000Z", "sha": "a" * 40, "subject": "s"}
    table.set_steps([{**step, "key": str(number)} for number in range(3)])
    assert [table.cell(row, "what").rail for row in table.rows()] == [(False, True), (True, True), (True, False)]
    assert what(table.rows()[0]) == ("Manual commit", "s")


def test_where_nothing_changed_no_figures_stand() -> None:
    table = HistoryTable()
    step = {"kind": "commit", "at": "2026-11-24T08:00:00.000Z", "sha": "a" * 40, "subject": "s"}
    sizes = [(0, 0, 0), (1, 0, 0), (2, 3, 1), (None, None, None)]  # the second: a file that is binary
    names = ("changedFiles", "insertions", "deletions")
    rows = [{**step, "key": str(at), **dict(zip(names, size, strict=True))} for at, size in enumerate(sizes)]
    cells = [table.cell(row, "changes") for row in rows]
    assert [(cell.text, cell.value) for cell in cells] == [("", 0), ("+0", 0), ("+3", 4), ("", None)]


@pytest.mark.session("Task", iterations=1)
def test_what_happened_keeps_its_number_however_narrow_the_page_is(
    session: dict[str, Any], desktop: Desktop, qtbot: QtBot
) -> None:
    tab, px = tab_of(qtbot, desktop, session), desktop.theme.px
    needed = QFontMetrics(desktop.theme.font("body", 600)).horizontalAdvance("Iteration 1") + px(28)
    for width in (1000, 548, 505, 420, 371, 320):
        tab.resize(px(width), px(400))
        QApplication.processEvents()
        assert tab.table.columnWidth(tab.model.column_number("what")) >= needed, width
        assert not tab.table.isColumnHidden(tab.model.column_number("result"))
    assert tab.table.isColumnHidden(tab.model.column_number("when"))
    tab.resize(px(1000), px(400))
    QApplication.processEvents()
    assert not tab.table.isColumnHidden(tab.model.column_number("commit"))
