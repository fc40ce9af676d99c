"""Large letters, a small window, long words: nothing is squeezed away, and nothing is pushed out of sight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from ampsm_gui import grab
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.sessions.order import SessionColumn
from ampsm_gui.pages.tab import TabName
from ampsm_gui.pages.window.main_window import MainWindow
from ampsm_gui.widgets.messages.empty_state import EmptyState
from tests.gui.conftest import World
from tests.gui.shown import Shown

LONG = "w" * 120


@pytest.fixture
def session(world: World) -> dict[str, Any]:
    """All names of it are long, and its branch was put back by somebody: that takes a sentence and a command."""
    world.use(edits={f"{LONG}.txt": "a\n"})
    repo = world.make_repo(LONG)
    world.git(repo, "switch", "-q", "-c", LONG)
    found = world.new(repo, LONG, "--base", LONG, "--model", f"first {LONG} last")
    world.iterate(found)
    return found


@pytest.fixture
def large(theme: Theme, qapp: QApplication) -> Iterator[None]:
    """Letters of 150 %."""
    before = QFont(qapp.font())
    letters = QFont(before)
    letters.setPointSizeF(before.pointSizeF() * 1.5)
    qapp.setFont(letters)
    theme._apply()
    yield
    qapp.setFont(before)
    theme._apply()


def squeezed(buttons: list[QPushButton]) -> list[str]:
    return [button.text() for button in buttons if button.width() < button.minimumSizeHint().width()]


def test_large_letters_in_a_small_window(
    world: World, session: dict[str, Any], large: None, window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    found = window(session["id"], size=(800, 500))
    grab._settle(found)
    found.session_page.show_tab(TabName.TOOL_CALLS)
    grab._settle(found)
    head = found.session_page.tabs.current_tab().head  # type: ignore[attr-defined]
    assert squeezed([head.failed, head.in_order, head.slowest]) == []
    assert head.field.height() >= head.field.fontMetrics().height()
    found.set_mode("table")
    grab._settle(found)
    shown = found.sessions.columns.shown()
    assert SessionColumn.TOKENS not in shown
    assert found.sessions.table.columnWidth(SessionColumn.NAME) >= found.desktop.theme.px(200)
    assert squeezed(found.sessions.head.chips.findChildren(QPushButton)) == []
    found.set_mode("list")
    found.session_page.show_tab(TabName.CONSOLE)
    world.git(session["worktree"], "reset", "-q", "--hard", "HEAD~1")
    found.session_page._read_anew()
    header = found.session_page.header
    qtbot.waitUntil(header.command.isVisible, timeout=20_000)
    grab._settle(found)
    assert header.sentence.height() >= header.sentence.heightForWidth(header.sentence.width())


def test_sentences_are_whole_in_a_small_window(
    world: World, large: None, window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    """With a button beside the sentence or below it, with a command, and where there is nothing to show yet."""
    repo = world.make_repo()
    idle = world.new(repo, "idle")
    world.use(edits={"README.md": "agent\n"})
    conflicts, merging = world.new(repo, "conflicts"), world.new(repo, "merging")
    world.iterate(conflicts)
    world.iterate(merging)
    world.commit(repo, {"README.md": "main\n"})
    assert world.cli("rebase", conflicts["id"]).code == 4
    world.git(merging["worktree"], "merge", "-q", "main", check=False)
    found = window(idle["id"], size=(800, 500))
    header = found.session_page.header
    for session in (conflicts, merging, idle):
        found.select_session(session["id"])
        with qtbot.waitSignal(found.session_page._reader.view_read, timeout=20_000):
            pass
        grab._settle(found)
        assert header.sentence.height() >= header.sentence.heightForWidth(header.sentence.width()), header.sentence
        assert squeezed([header.button]) == []
    empty = next(state for state in found.findChildren(EmptyState) if state.isVisible())
    shown = [label for label in empty.findChildren(QLabel) if label.isVisible()]
    assert shown and all(label.height() >= label.heightForWidth(label.width()) for label in shown)
    places = sorted((QRect(label.mapTo(empty, QPoint()), label.size()) for label in shown), key=QRect.top)
    assert places[0].top() >= 0 and all(upper.bottom() < lower.top() for upper, lower in pairwise(places))


def test_long_words_leave_room_for_others(
    world: World, session: dict[str, Any], window: Callable[..., MainWindow]
) -> None:
    short = world.new(world.make_repo("s"), "short")
    found = window(session["id"], size=(800, 500))
    grab._settle(found)
    header = found.session_page.header
    assert header.place.base.isVisible() and header.place.base.width() <= header.place.base.maximumWidth()
    assert header.place.branch.width() > header.place.branch.minimumSizeHint().width()
    assert header.place.commit.width() >= header.place.commit.minimumSizeHint().width()
    assert header.model.line.cursorPosition() == 0
    found.select_session(short["id"])
    grab._settle(found)
    assert header.place.base.width() >= header.place.base.sizeHint().width()


@pytest.mark.parametrize("action", ["cleanupAction", "mergeAction"])
def test_no_dialog_is_wider_than_itself(shown: Shown, session: dict[str, Any], action: str) -> None:
    shown.show(session)
    made = shown.actions.action(action)
    shown.until(made.isEnabled)
    made.trigger()
    shown.until(lambda: not shown.desktop.background.busy)

    def room() -> list[tuple[int, int]]:
        return [
            (inner.width(), area.viewport().width())
            for area in shown.window.findChildren(QScrollArea)
            if area.window() is not shown.window and area.isVisible() and (inner := area.widget()) is not None
        ]

    shown.until(lambda: bool(room()) and all(wanted <= there for wanted, there in room()))


def test_the_status_bar_makes_no_window_wider(world: World, large: None, window: Callable[..., MainWindow]) -> None:
    found = window(world.new(world.make_repo(), "Task")["id"], size=(800, 500))
    grab._settle(found)
    status = found._status
    status.set_counts({"awaiting-input": 22, "error": 13, "running": 12})
    status.set_amp("Amp 0.0.1777897475: " + "not logged in, " * 20, "status-warning", "warning.text", "Log in")
    grab._settle(found)
    assert found.minimumSizeHint().width() <= 800 and found.width() == 800
    assert all(status.rect().contains(label.geometry()) for label in (status._today, status._amp_icon, status._amp))
    status._amp.grab()
    assert status._amp.toolTip().startswith("Amp 0.0.1777897475: not") and status._amp.toolTip().endswith("Log in")
