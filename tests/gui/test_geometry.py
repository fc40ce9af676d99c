"""On every page, in every dialog, however small the window and large the letters: nothing is covered or cut."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ampsm_gui.dialogs.command_dialog import CommandDialog
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard
from ampsm_gui.look.theme import Theme
from ampsm_gui.pages.session.tab_bar import Fit, TabBar
from ampsm_gui.pages.tab import TITLES, TabName
from ampsm_gui.pages.window import state as window_state
from ampsm_gui.pages.window.main_window import MainWindow
from tests.gui.conftest import World
from tests.support.geometry import faults, popup_faults

SIZES = ((800, 500), (1200, 760), (1920, 1080))
LETTERS = [pytest.param(1.0, id="100 %"), pytest.param(1.5, id="150 %")]
DIALOGS = ("newSessionAction", "squashAction", "cleanupAction", "abortMergeAction")
TOOLS = [
    {"name": "Bash", "id": "one", "input": {"cmd": "pytest -q", "cwd": "."}, "result": "2 failed", "error": True},
    {"name": "Read", "id": "two", "input": {"path": "src/a/long/way/down/to/some.txt"}, "result": "text"},
]

Build = Callable[..., MainWindow]
Found = dict[str, object]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # popups without a screen


@pytest.fixture
def letters(theme: Theme, qapp: QApplication) -> Iterator[Callable[[float], None]]:
    """`letters(1.5)`: the size of all letters, put back after the test."""
    before = QFont(qapp.font())

    def set_size(factor: float) -> None:
        font = QFont(before)
        font.setPointSizeF(before.pointSizeF() * factor)
        qapp.setFont(font)
        theme._apply()

    yield set_size
    set_size(1.0)


@pytest.fixture
def sessions(world: World) -> list[dict[str, Any]]:
    """One that has done much and failed, one whose rebase waits for conflicts, one that has not begun."""
    files = {"src/a/long/way/down/to/some.txt": "a\n" * 40, "README.md": "agent\n", "b.txt": "b\n"}
    world.use(edits=files, tools=TOOLS, text="Adds the file")
    repo = world.make_repo("a-repository-with-a-long-name")
    much = world.new(repo, "Retry webhook deliveries with exponential back-off", "--script", "false")
    waits = world.new(repo, "Waits")
    world.iterate(much, code=8)
    world.iterate(waits)
    world.commit(repo, {"README.md": "main\n"})
    world.cli("rebase", waits["id"])
    return [much, waits, world.new(repo, "Idle")]


def _settle(window: MainWindow) -> None:
    """Until everything is read that is being read, and laid out."""
    quiet = 0
    deadline = time.monotonic() + 20
    while quiet < 4 and time.monotonic() < deadline:
        QApplication.processEvents()
        busy = window.desktop.background.busy or window.desktop.commands.running
        quiet = 0 if busy else quiet + 1
        time.sleep(0.002)


def _resize(window: MainWindow, size: tuple[int, int]) -> None:
    """As if it was opened so large."""
    window.set_mode("list")
    window.resize(*size)
    _settle(window)


@pytest.mark.parametrize("factor", LETTERS)
def test_pages(
    factor: float, letters: Callable[[float], None], window: Build, sessions: list[dict[str, Any]], qtbot: QtBot
) -> None:
    made = window()
    found: Found = {}
    letters(factor)
    for session in sessions:
        made.select_session(session["id"])
        _settle(made)
        for size in SIZES if session is sessions[0] else SIZES[:1]:
            _resize(made, size)
            found |= dict.fromkeys(faults(made), (size, session["name"]))
            for tab in TabName if session is sessions[0] else ():
                made.session_page.show_tab(tab)
                _settle(made)
                found |= dict.fromkeys(faults(made), (size, tab, session["name"]))
    for size in SIZES:
        for mode in ("rail", "table"):
            _resize(made, size)
            made.set_mode(mode)
            _settle(made)
            found |= dict.fromkeys(faults(made), (size, mode))
    for box in made.findChildren(QComboBox):
        if box.isVisible():
            found |= dict.fromkeys(popup_faults(box), "a popup")
    assert not found, "\n".join(f"{fault} {where}" for fault, where in found.items())


def test_a_window_too_narrow_for_both_lists_a_rail(
    letters: Callable[[float], None], window: Build, sessions: list[dict[str, Any]], qtbot: QtBot
) -> None:
    """Until it is wide enough again, or somebody asks for the list."""
    made = window()
    letters(1.5)
    for size, mode in ((800, "rail"), (1200, "list"), (800, "rail")):
        made.resize(size, 500)
        _settle(made)
        assert made.mode == made.sessions.table.mode == mode
        assert made.session_page.x() - made.sessions.width() <= 1
    made.findChild(QAction, "railAction").trigger()  # type: ignore[union-attr]
    _settle(made)
    assert made.mode == "list"
    made.close()
    assert window_state.remembered_mode(made.desktop.state) == "list"


@pytest.mark.parametrize("factor", LETTERS)
def test_a_window_without_sessions(
    factor: float, letters: Callable[[float], None], window: Build, qtbot: QtBot
) -> None:
    made = window()
    found: Found = {}
    letters(factor)
    for size in SIZES:
        _resize(made, size)
        _settle(made)
        found |= dict.fromkeys(faults(made), size)
    assert made.sessions.stack.shows_welcome
    assert not found, found


@pytest.mark.parametrize("factor", LETTERS)
def test_dialogs(
    factor: float, letters: Callable[[float], None], window: Build, sessions: list[dict[str, Any]], qtbot: QtBot
) -> None:
    made = window()
    found: Found = {}
    seen: set[str] = set()
    letters(factor)
    for session in sessions:
        made.select_session(session["id"])
        _settle(made)
        for name in DIALOGS:
            action = made.findChild(QAction, name)
            if not isinstance(action, QAction) or not action.isEnabled() or name in seen:
                continue
            seen.add(name)
            action.trigger()
            _settle(made)
            [dialog] = [each for each in made.findChildren(CommandDialog) if each.isVisible()]
            for size in SIZES:
                _resize(made, size)
                dialog.fit()
                _settle(made)
                found |= dict.fromkeys(faults(dialog), (size, name))
            for box in dialog.findChildren(QComboBox):
                found |= dict.fromkeys(popup_faults(box), name)
            dialog.reject()
    assert seen == set(DIALOGS)
    assert not found, "\n".join(f"{fault} {where}" for fault, where in found.items())


@pytest.mark.parametrize("factor", LETTERS)
def test_the_merge_wizard(
    factor: float, letters: Callable[[float], None], window: Build, sessions: list[dict[str, Any]], world: World
) -> None:
    """At every state: before a merge with all options, waiting for failing tests, waiting for conflicts, over."""
    much, waits, _ = sessions
    made = window()
    found: Found = {}
    letters(factor)

    def look(session: dict[str, Any], what: str, operation: str = "merge") -> MergeWizard:
        made.select_session(session["id"])
        _settle(made)
        for size in SIZES:
            _resize(made, size)
            wizard = made.actions_of_session.show_wizard(session["id"], operation)
            if operation == "merge" and wizard.mode in (None, "check"):
                wizard.check_page.options.boxes["export"].setChecked(True)
            _settle(made)
            found.update(dict.fromkeys(faults(wizard), (size, what)))
            wizard.grab()
            if size is not SIZES[-1]:
                wizard.close()
                _settle(made)
        return wizard

    look(much, "checks").close()
    look(much, "checks of a rebase", "rebase").close()
    look(waits, "conflicts").close()
    assert world.cli("merge", much["id"], "--message", "m").code == 8
    look(much, "tests").close()
    world.git(much["repo"], "branch", "elsewhere", much["baseSha"])
    world.ok("abort-merge", much["id"])
    world.ok("merge", much["id"], "--message", "m", "--onto", "elsewhere", "--no-test")
    _settle(made)
    look(much, "over").close()
    assert not found, "\n".join(f"{fault} {where}" for fault, where in found.items())


@pytest.mark.parametrize("factor", LETTERS)
def test_six_tabs(factor: float, letters: Callable[[float], None], theme: Theme, qtbot: QtBot) -> None:
    letters(factor)
    around = QWidget()
    qtbot.addWidget(around)
    bar = TabBar(theme, around)
    for title in [*TITLES.values(), "Merge"]:
        bar.addTab(title)
    for room in (800 - theme.px(252), 1200 - theme.px(376), 800 - theme.px(44), 300):
        fit = next((fit for fit in Fit if bar.width_of(fit) <= room), Fit.CUT)
        assert room == 300 or factor > 1.0 or fit is not Fit.CUT
        bar.set_fit(fit, room)
        around.resize(room, 100)
        bar.resize(room, bar.sizeHint().height())
        around.show()
        assert bar.tabRect(5).right() < room and faults(around) == []


def test_what_is_wrong_is_found(qtbot: QtBot) -> None:
    """The search itself."""
    outer = QWidget()
    qtbot.addWidget(outer)
    outer.resize(300, 100)
    button, label, field = QPushButton("A word too long", outer), QLabel("below", outer), QLineEdit(outer)
    field.setPlaceholderText("much longer than the field")
    button.setGeometry(0, 0, 40, 30)
    label.setGeometry(20, 10, 100, 20)
    field.setGeometry(200, 60, 60, 60)
    outer.show()
    assert len(faults(outer)) == 4, faults(outer)
