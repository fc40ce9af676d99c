"""The pane of sessions over a real store: what commands do shows, what the user does stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ampsm_gui.desktop import Desktop
from ampsm_gui.models.sessions.order import SessionColumn
from ampsm_gui.pages.sessions.pane import SessionsPane
from ampsm_gui.pages.sessions.strip import SessionStrip
from ampsm_gui.widgets.label import MarkupLabel
from tests.support.world import World

Build = Callable[..., SessionsPane]


@pytest.fixture
def build(desktop: Desktop, qtbot: QtBot) -> Iterator[Build]:
    """`build(width=376, height=600)`: the pane, shown."""

    def make(width: int = 376, height: int = 600) -> SessionsPane:
        pane = SessionsPane(desktop)
        qtbot.addWidget(pane)
        pane.resize(width, height)
        pane.show()
        qtbot.waitExposed(pane)
        return pane

    yield make


def names(pane: SessionsPane) -> list[str]:
    model = pane.table.model()
    return [model.index(place, SessionColumn.NAME).data() for place in range(model.rowCount())]


def texts(pane: SessionsPane) -> str:
    model = pane.table.model()
    return "\n".join(
        " ".join(str(model.index(place, column).data() or "") for column in range(model.columnCount()))
        for place in range(model.rowCount())
    )


def cell(pane: SessionsPane, name: str, column: SessionColumn) -> str:
    return str(pane.table.model().index(names(pane).index(name), column).data())


def fail(world: World, session: dict[str, Any]) -> None:
    """An iteration whose agent breaks down."""
    world.ok("config", "set", "ampRetries", "0")
    world.use(agent_error="boom", exit=1)
    assert world.cli("iterate", session["id"]).code != 0


@pytest.fixture
def two(world: World) -> list[dict[str, Any]]:
    """Two sessions that have not run."""
    repo = world.make_repo()
    world.use()
    return [world.new(repo, "Alpha task"), world.new(repo, "Beta task")]


def test_lists_filters_and_follows_other_processes(build: Build, world: World, two: Any, qtbot: QtBot) -> None:
    pane = build()
    qtbot.waitUntil(lambda: len(names(pane)) == 2)
    QTest.keyClicks(pane.head.field, "alpha")
    assert names(pane) == ["Alpha task"]
    pane.head.field.clear()
    assert len(names(pane)) == 2
    world.new(world.make_repo("other"), "Gamma task")
    qtbot.waitUntil(lambda: len(names(pane)) == 3, timeout=1000)
    world.iterate(two[0])
    qtbot.waitUntil(lambda: cell(pane, "Alpha task", SessionColumn.ITERATIONS) == "1", timeout=1000)


def test_the_choice_is_kept_by_id(build: Build, world: World, two: Any, qtbot: QtBot) -> None:
    pane = build()
    chosen: list[str] = []
    pane.session_chosen.connect(chosen.append)
    pane.select(two[0]["id"])
    qtbot.waitUntil(lambda: len(names(pane)) == 2)
    assert pane.table.currentIndex().isValid()
    pane.head.field.setText("beta")
    assert names(pane) == ["Beta task"]
    assert pane.selected_id() == two[0]["id"]
    assert not pane.table.selectionModel().hasSelection()
    pane.head.field.clear()
    assert pane.table.model().index(pane.table.currentIndex().row(), SessionColumn.NAME).data() == "Alpha task"
    world.iterate(two[1])
    qtbot.waitUntil(lambda: "1" in texts(pane))
    assert pane.selected_id() == two[0]["id"]
    assert chosen == [two[0]["id"]]


def test_chooses_what_needs_attention_when_nothing_was_chosen(build: Build, two: Any, qtbot: QtBot) -> None:
    pane = build()
    with qtbot.waitSignal(pane.session_chosen) as caught:
        pass
    assert caught.args == [two[1]["id"]]


def test_selecting_a_hidden_session_clears_the_filter(build: Build, two: Any, qtbot: QtBot) -> None:
    pane = build()
    qtbot.waitUntil(lambda: len(names(pane)) == 2)
    pane.head.field.setText("beta")
    pane.select(two[0]["id"])
    assert pane.head.field.text() == ""
    assert len(names(pane)) == 2


def test_keys_move_open_filter_and_leave(build: Build, two: Any, qtbot: QtBot) -> None:
    pane = build()
    qtbot.waitUntil(lambda: len(names(pane)) == 2)
    with qtbot.waitActive(pane):
        pane.activateWindow()
    pane.table.setFocus()
    pane.select(two[1]["id"])
    QTest.keyClick(pane.table, Qt.Key.Key_J)
    assert pane.selected_id() == two[0]["id"]
    QTest.keyClick(pane.table, Qt.Key.Key_K)
    assert pane.selected_id() == two[1]["id"]
    with qtbot.waitSignal(pane.session_opened) as caught:
        QTest.keyClick(pane.table, Qt.Key.Key_Return)
    assert caught.args == [two[1]["id"]]
    for key, step in ((Qt.Key.Key_O, "open-worktree"), (Qt.Key.Key_C, "copy-branch")):
        with qtbot.waitSignal(pane.action_requested) as asked:
            QTest.keyClick(pane.table, key)
        assert asked.args == [two[1]["id"], step]
    with qtbot.waitSignal(pane.left):
        QTest.keyClick(pane.table, Qt.Key.Key_Escape)
    QTest.keyClicks(pane.table, "/")
    assert pane.head.field.hasFocus()
    QTest.keyClicks(pane.head.field, "zz")
    QTest.keyClick(pane.head.field, Qt.Key.Key_Escape)
    assert pane.head.field.text() == ""
    QTest.keyClick(pane.head.field, Qt.Key.Key_Escape)
    assert pane.table.hasFocus()


def test_rows_stay_under_the_pointer(build: Build, world: World, two: Any, qtbot: QtBot) -> None:
    pane = build()
    qtbot.waitUntil(lambda: len(names(pane)) == 2)
    assert names(pane) == ["Beta task", "Alpha task"]
    here = QPointF(10, 10)
    QApplication.sendEvent(pane.table.viewport(), QEnterEvent(here, here, here))
    fail(world, two[0])
    qtbot.waitUntil(lambda: "Failed" in texts(pane))
    assert names(pane) == ["Beta task", "Alpha task"]
    QApplication.sendEvent(pane.table.viewport(), QEvent(QEvent.Type.Leave))
    assert names(pane) == ["Alpha task", "Beta task"]


def test_figures_sort_largest_first_at_the_first_click(build: Build, world: World, two: Any, qtbot: QtBot) -> None:
    pane = build(1100)
    world.use()
    world.iterate(two[0])
    qtbot.waitUntil(lambda: len(names(pane)) == 2)
    qtbot.waitUntil(lambda: cell(pane, "Alpha task", SessionColumn.ITERATIONS) == "1")
    header = pane.table.horizontalHeader()

    def click(column: SessionColumn) -> None:
        place = QPoint(header.sectionViewportPosition(column) + 12, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)

    click(SessionColumn.NAME)
    assert names(pane) == ["Alpha task", "Beta task"]
    click(SessionColumn.NAME)
    assert names(pane) == ["Beta task", "Alpha task"]
    click(SessionColumn.ITERATIONS)
    assert names(pane) == ["Alpha task", "Beta task"]
    click(SessionColumn.ITERATIONS)
    assert names(pane) == ["Beta task", "Alpha task"]


def test_a_pointer_that_rests_holds_nothing(build: Build, world: World, qtbot: QtBot, monkeypatch: Any) -> None:
    """Also where it was inside from the start, and its Leave went to what lay over the list."""
    monkeypatch.setattr("ampsm_gui.widgets.sessions.list._HELD_BY_POINTER_MS", 300)
    pane = build()
    here = QPointF(10, 10)
    QApplication.sendEvent(pane.table.viewport(), QEnterEvent(here, here, here))
    assert pane.table.held
    world.use()
    repo = world.make_repo()
    one = world.new(repo, "Alpha task")
    world.new(repo, "Beta task")
    qtbot.waitUntil(lambda: not pane.table.held)
    qtbot.waitUntil(lambda: names(pane) == ["Beta task", "Alpha task"])
    fail(world, one)
    qtbot.waitUntil(lambda: names(pane) == ["Alpha task", "Beta task"])


def test_says_at_the_edge_what_has_come_out_of_sight(build: Build, world: World, two: Any, qtbot: QtBot) -> None:
    pane = build()
    qtbot.waitUntil(lambda: len(names(pane)) == 2)
    pane.resize(376, pane.head.height() + pane.table.rowHeight(0) * 5 // 4)
    above, below = (pane.newcomers.buttons[side] for side in ("above", "below"))
    bar = pane.table.verticalScrollBar()
    pane.table.scrollToBottom()
    at_top = pane.table.rowAt(pane.table.rowHeight(0) // 2)
    world.new(two[0]["repo"], "Gamma task")
    qtbot.waitUntil(above.isVisible)
    assert pane.table.rowAt(pane.table.rowHeight(0) // 2) == at_top + 1, "what is seen does not jump"
    assert above.text() == "1 new session above"
    assert not below.isVisible()
    QTest.mouseClick(above, Qt.MouseButton.LeftButton)
    assert bar.value() == 0
    assert not above.isVisible()
    here = QPointF(10, 10)
    QApplication.sendEvent(pane.table.viewport(), QEnterEvent(here, here, here))
    world.new(two[0]["repo"], "Delta task")
    world.new(two[0]["repo"], "Epsilon task")
    qtbot.waitUntil(lambda: below.text() == "2 new sessions below")
    pane.head.field.setText("Gamma")
    assert not below.isVisible()


def test_says_what_hides_everything(build: Build, two: Any, qtbot: QtBot) -> None:
    pane = build()
    qtbot.waitUntil(lambda: len(names(pane)) == 2)
    pane.head.field.setText("zebra")
    assert pane.stack.no_match.isVisible()
    QTest.mouseClick(pane.stack.no_match.primary, Qt.MouseButton.LeftButton)
    assert len(names(pane)) == 2
    assert pane.table.isVisible()


def test_an_empty_store_says_what_to_do_first(build: Build, world: World, qtbot: QtBot) -> None:
    pane = build(800)
    qtbot.waitUntil(pane.is_empty)
    assert pane.stack.welcome.contents.isVisible()
    with qtbot.waitSignal(pane.new_session_requested):
        QTest.mouseClick(pane.stack.welcome.contents.primary, Qt.MouseButton.LeftButton)
    world.use()
    world.new(world.make_repo(), "First")
    qtbot.waitUntil(lambda: names(pane) == ["First"], timeout=1500)
    assert pane.table.isVisible()
    assert not pane.is_empty()


def test_a_worktree_is_adopted(build: Build, world: World, qtbot: QtBot, tmp_path: Path) -> None:
    repo = world.make_repo()
    world.git(repo, "worktree", "add", "-q", "-b", "topic", tmp_path / "topic")
    pane = build(800)
    qtbot.waitUntil(pane.is_empty)
    pane.stack.welcome.adopt(str(tmp_path))
    qtbot.waitUntil(lambda: "git" in pane.strip.text)
    pane.stack.welcome.adopt(str(tmp_path / "topic"))
    qtbot.waitUntil(lambda: names(pane) == ["topic"])
    qtbot.waitUntil(lambda: bool(pane.selected_id()))


def test_chips_count_and_filter(build: Build, world: World, two: Any, qtbot: QtBot) -> None:
    pane = build(500)
    fail(world, two[0])
    counted: list[dict[str, int]] = []
    pane.counts_changed.connect(counted.append)
    qtbot.waitUntil(lambda: bool(counted) and counted[-1] == {"error": 1, "idle": 1})
    assert pane.summary() == counted[-1]
    chip = pane.head.chips.findChild(QPushButton, "chip-error")
    assert isinstance(chip, QPushButton)
    assert "1" in chip.text()
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert names(pane) == ["Alpha task"]
    pane.show_only("error")
    assert len(names(pane)) == 2
    pane.show_only("idle")
    assert names(pane) == ["Beta task"]


def test_one_view_at_three_widths(build: Build, two: Any, qtbot: QtBot, desktop: Desktop) -> None:
    px = desktop.theme.px
    pane = build(px(376))
    qtbot.waitUntil(lambda: len(names(pane)) == 2)
    assert (pane.table.mode, pane.table.horizontalHeader().isVisible()) == ("list", False)
    pane.set_mode("rail")
    pane.resize(px(44), 600)
    assert pane.table.mode == "rail"
    assert not pane.head.field.isVisible()
    pane.resize(px(1300), 600)
    pane.set_mode("table")
    assert pane.table.mode == "table"
    assert pane.table.horizontalHeader().isVisible()
    assert not any(pane.table.isColumnHidden(column) for column in SessionColumn)
    pane.resize(px(800), 500)
    hidden = [column for column in SessionColumn if pane.table.isColumnHidden(column)]
    assert SessionColumn.BRANCH in hidden
    assert not {SessionColumn.STATUS, SessionColumn.NAME, SessionColumn.ITERATIONS} & set(hidden)
    pane.set_mode("list")
    pane.resize(px(600), 500)
    assert pane.table.mode == "list"
    assert pane.selected_id() == two[1]["id"]


def test_columns_and_sorting_are_remembered(build: Build, two: Any, qtbot: QtBot, desktop: Desktop) -> None:
    wide = desktop.theme.px(1400)
    pane = build(wide)
    pane.set_mode("table")
    qtbot.waitUntil(lambda: len(names(pane)) == 2)
    pane.columns.show_column(SessionColumn.BRANCH, False)
    pane.table.horizontalHeader().setSortIndicator(SessionColumn.NAME, Qt.SortOrder.AscendingOrder)
    assert names(pane) == ["Alpha task", "Beta task"]
    pane.set_mode("rail")
    assert names(pane) == ["Beta task", "Alpha task"], "rail and list keep the order of attention"
    qtbot.waitUntil(lambda: desktop.state.contains("sessions/columns"))
    again = build(wide)
    again.set_mode("table")
    qtbot.waitUntil(lambda: names(again) == ["Alpha task", "Beta task"])
    assert again.table.isColumnHidden(SessionColumn.BRANCH)
    desktop.state.setValue("sessions/columns", "{broken")
    build(wide).set_mode("table")


def test_the_strip_of_the_table_says_what_the_chosen_session_waits_for(
    build: Build, world: World, two: Any, qtbot: QtBot, desktop: Desktop
) -> None:
    pane = build(desktop.theme.px(1200))
    pane.set_mode("table")
    pane.select(two[0]["id"])
    qtbot.waitUntil(lambda: pane.strip.text.startswith("Alpha task"))
    before = pane.strip.text
    qtbot.waitUntil(lambda: len(pane.strip.text) > len("Alpha task Ready: not started."))
    fail(world, two[0])
    # It stands above the other one as soon as its failure is seen; while the iteration ran it stood below.
    qtbot.waitUntil(lambda: "boom" in pane.strip.text and names(pane) == ["Alpha task", "Beta task"])
    assert pane.strip.text != before and cell(pane, "Alpha task", SessionColumn.ITERATIONS) == "1"
    with qtbot.waitSignal(pane.session_chosen) as caught:
        QTest.keyClick(pane.table, Qt.Key.Key_J)
    assert caught.args == [two[1]["id"]]
    assert pane.strip.text.startswith("Beta task")
    pane.set_mode("rail")
    assert pane.strip.text == ""


def buttons_are_below(strip: SessionStrip) -> bool:
    [words] = strip.findChildren(MarkupLabel)
    tops = {button.mapTo(strip, QPoint()).y() for button in strip.findChildren(QPushButton) if button.isVisible()}
    return min(tops) >= words.geometry().bottom() and len(tops) == 1


def test_the_strip_of_the_table_has_a_button_for_each_way_on_in_a_menu_where_there_is_no_room(
    build: Build, world: World, two: Any, qtbot: QtBot, desktop: Desktop
) -> None:
    world.ok("set", two[0]["id"], "--script", "false")
    world.use(edits={"a.txt": "a"})
    world.iterate(two[0], code=8)
    pane = build(desktop.theme.px(1200))
    asked: list[tuple[str, str]] = []
    pane.action_requested.connect(lambda *words: asked.append(words))
    pane.set_mode("table")
    pane.select(two[0]["id"])

    def shown() -> list[str]:
        return [button.text() for button in pane.strip.findChildren(QPushButton) if button.isVisible()]

    all_ways = ["Open session", "Run them again", "Let the agent mend it"]
    qtbot.waitUntil(lambda: shown() == all_ways)
    assert not pane.strip.more.isVisible()
    next(button for button in pane.strip.findChildren(QPushButton) if button.text() == all_ways[1]).click()
    pane.resize(desktop.theme.px(310), 700)
    qtbot.waitUntil(pane.strip.more.isVisible)
    assert buttons_are_below(pane.strip)
    assert shown() == [all_ways[0], all_ways[2]]
    [entry] = pane.strip.more.menu().actions()
    assert entry.text() == all_ways[1]
    entry.trigger()
    assert asked == [(two[0]["id"], "run")] * 2


def test_the_command_that_the_strip_speaks_of_can_be_copied(
    build: Build, world: World, two: Any, qtbot: QtBot, desktop: Desktop
) -> None:
    world.git(two[0]["worktree"], "switch", "-q", "-c", "other")
    pane = build(desktop.theme.px(1200))
    pane.set_mode("table")
    pane.select(two[0]["id"])
    qtbot.waitUntil(lambda: "with this command" in pane.strip.text)
    next(button for button in pane.strip.findChildren(QPushButton) if button.text() == "Copy command").click()
    assert QGuiApplication.clipboard().text() == f"git -C {two[0]['worktree']} switch {two[0]['branch']}"


def test_cleaned_up_sessions_come_in_the_table_on_request(
    build: Build, world: World, two: Any, qtbot: QtBot, desktop: Desktop
) -> None:
    world.ok("cleanup", two[0]["id"], "--yes", "--force")
    pane = build(desktop.theme.px(1200))
    qtbot.waitUntil(lambda: names(pane) == ["Beta task"])
    pane.set_mode("table")
    pane.head.show_cleaned(True)
    qtbot.waitUntil(lambda: len(names(pane)) == 2)
    pane.set_mode("list")
    pane.resize(desktop.theme.px(400), 600)
    qtbot.waitUntil(lambda: names(pane) == ["Beta task"])


def test_an_answer_for_what_is_gone_is_dropped(build: Build, two: Any, qtbot: QtBot, desktop: Desktop) -> None:
    pane = build()
    qtbot.waitUntil(lambda: len(names(pane)) == 2)
    pane.in_sight.ask()
    pane.refresh()
    pane.deleteLater()
    qtbot.waitUntil(lambda: not desktop.background.busy)


def test_git_is_asked_for_rows_that_are_seen(build: Build, world: World, two: Any, qtbot: QtBot) -> None:
    world.iterate(two[0])
    pane = build()
    qtbot.waitUntil(lambda: "↑" in texts(pane))
