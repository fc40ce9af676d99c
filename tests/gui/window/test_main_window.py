"""The window: what it remembers, how it lists sessions, what it says; over the real store and the real commands."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from ampsm.workflows.upkeep import make_scratch, remove_scratch
from ampsm_gui.__main__ import main
from ampsm_gui.app import build_main_window
from ampsm_gui.arguments import GRAB_PAGES, parse_arguments
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.sessions.order import SessionColumn
from ampsm_gui.pages.window import state as window_state
from ampsm_gui.pages.window.main_window import AMP_CHECK_MS, MainWindow
from ampsm_gui.pages.window.status import WindowStatus
from tests.gui.conftest import World

Build = Callable[..., MainWindow]


def test_what_the_window_remembers(window: Build, world: World, qtbot: QtBot) -> None:
    repo = world.make_repo()
    world.new(repo, "First")
    second = world.new(repo, "Second")
    made = window(size=(1100, 700))
    qtbot.waitUntil(lambda: made.sessions.table.model().rowCount() == 2)
    made.select_session(second["id"])
    qtbot.waitUntil(lambda: made.session_page.current_id() == second["id"])
    note = made.findChild(QPlainTextEdit, "iterationNotes")
    assert note is not None
    note.setPlainText("half a thought")
    made.splitter.moveSplitter(300, 1)
    left = made.splitter.sizes()[0]
    made.close()
    again = window(size=(1100, 700))
    qtbot.waitUntil(lambda: again.session_page.current_id() == second["id"])
    assert abs(again.splitter.sizes()[0] - left) <= 2
    written = again.findChild(QPlainTextEdit, "iterationNotes")
    assert written is not None and written.toPlainText() == "half a thought"


def test_without_sessions_there_is_no_rail(window: Build, qtbot: QtBot) -> None:
    """What a window without sessions says has all of it, also where a narrow one would have made the list a rail."""
    made = window(size=(1200, 760))
    qtbot.waitUntil(lambda: made.sessions.stack.shows_welcome and not made.session_page.isVisible())
    made.set_mode("rail")
    assert made.sessions.maximumWidth() > made.width() and made.sessions.width() >= made.width() - 2


@pytest.mark.session("Only")
def test_the_list_is_as_wide_as_the_design_has_it(window: Build, session: dict[str, Any], qtbot: QtBot) -> None:
    """At every size of the window, and as somebody has made it from then on."""
    made = window(size=(1200, 760))
    qtbot.waitUntil(lambda: made.sessions.width() == 376)
    chips = [chip.text() for chip in made.sessions.head.chips.findChildren(QPushButton)]
    assert [words.split()[0] for words in chips[:3]] == ["Needs", "Failed", "Running"]
    made.resize(800, 500)
    qtbot.waitUntil(lambda: made.sessions.width() == 252)
    made.resize(1200, 760)
    qtbot.waitUntil(lambda: made.sessions.width() == 376)
    made.set_mode("table")
    made.set_mode("rail")
    made.set_mode("list")
    qtbot.waitUntil(lambda: made.sessions.width() == 376)
    made.splitter.moveSplitter(300, 1)
    made.resize(800, 500)
    made.set_mode("table")
    made.set_mode("list")
    qtbot.waitUntil(lambda: made.sessions.width() == 300)


def test_a_closed_window_starts_no_command(window: Build, qtbot: QtBot) -> None:
    made = window()
    with qtbot.assertNotEmitted(made.desktop.commands.started, wait=AMP_CHECK_MS + 500):
        made.close()


@pytest.mark.session("Only")
def test_three_ways_to_list(window: Build, session: dict[str, Any], qtbot: QtBot) -> None:
    made = window()
    qtbot.waitUntil(lambda: made.sessions.table.model().rowCount() == 1)
    made.findChild(QAction, "tableAction").trigger()  # type: ignore[union-attr]
    assert made.mode == "table" and not made.session_page.isVisible()
    made.findChild(QAction, "railAction").trigger()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: made.sessions.width() < 60)
    assert made.session_page.isVisible()
    made.findChild(QAction, "railAction").trigger()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: made.mode == "list" and made.sessions.width() > 200)


@pytest.mark.session("Only")
def test_a_rail_is_no_width_that_somebody_chose(window: Build, session: dict[str, Any], qtbot: QtBot) -> None:
    made = window()
    qtbot.waitUntil(lambda: made.sessions.table.model().rowCount() == 1)
    made.set_mode("table")
    before = made.sessions.table.columnWidth(SessionColumn.STATUS)
    for mode in ("rail", "table"):
        made.set_mode(mode)
        qtbot.wait(20)
    assert made.sessions.table.columnWidth(SessionColumn.STATUS) == before
    assert made.sessions.columns._kept["widths"] == {}
    header = made.sessions.table.horizontalHeader()
    header.resizeSection(SessionColumn.STATUS, before + 20)
    assert str(int(SessionColumn.STATUS)) in made.sessions.columns._kept["widths"]


def test_an_empty_store_shows_the_first_step_only(window: Build, qtbot: QtBot) -> None:
    made = window()
    qtbot.waitUntil(lambda: made.sessions.is_empty() and not made.session_page.isVisible())


@pytest.mark.session("Fails", "--script", "false")
def test_title_and_status_bar_say_what_needs_a_person(
    window: Build, world: World, session: dict[str, Any], qtbot: QtBot
) -> None:
    world.use(edits={"a.txt": "a\n"})
    made = window()
    world.iterate(session, code=8)
    qtbot.waitUntil(lambda: made.windowTitle().startswith("(1) "), timeout=10000)
    bar = made.statusBar()
    counts = [button for button in bar.findChildren(QPushButton) if button.text() == "1 needs you"]
    assert [button.isVisible() for button in counts] == [True]
    bar.showMessage("Something is said")
    made.sessions.counts_changed.emit(made.sessions.summary())
    assert [button.isVisible() for button in counts] == [True]
    place = bar.message_place()  # type: ignore[attr-defined]
    assert place.width() > 200 and place.left() > counts[0].mapTo(bar, counts[0].rect().topRight()).x()
    shown = bar.grab(place).toImage()
    bar.clearMessage()
    assert bar.grab(place).toImage() != shown
    assert [button.isVisible() for button in counts] == [True]


def test_a_message_goes_when_it_is_not_true_any_more(
    window: Build, world: World, session: dict[str, Any], qtbot: QtBot
) -> None:
    world.use(edits={"a.txt": "a\n"}, hang=300)
    made = window(session["id"])
    qtbot.waitUntil(lambda: made.session_page._view is not None, timeout=10000)
    made.actions_of_session.action("iterateAction").trigger()
    bar = made.statusBar()
    qtbot.waitUntil(lambda: bar.currentMessage() == "Iteration 1 has started", timeout=20000)
    qtbot.waitUntil(lambda: made.session_page.header.badge.accessibleName() == "Running", timeout=20000)
    world.ok("stop", session["id"])
    qtbot.waitUntil(lambda: made.session_page.header.badge.accessibleName() == "Needs you", timeout=20000)
    assert bar.currentMessage() == ""


def test_the_title_tells_a_demo_from_ones_own(window: Build, qtbot: QtBot, theme: Theme) -> None:
    scratch = make_scratch(os.environ)
    try:
        made = build_main_window(str(scratch.database))
        qtbot.addWidget(made)
        qtbot.waitUntil(lambda: made.windowTitle() == "Demo – Amp Session Conductor")
        made.close()
    finally:
        remove_scratch(scratch)
    own = window()
    qtbot.waitUntil(lambda: own.windowTitle() == "Amp Session Conductor")


def test_c_in_the_list_copies_the_branch(window: Build, session: dict[str, Any], qtbot: QtBot) -> None:
    made = window()
    qtbot.waitUntil(lambda: made.sessions.selected_id() == session["id"], timeout=10000)
    copy = made.findChild(QAction, "copyBranchAction")
    assert copy is not None
    qtbot.waitUntil(copy.isEnabled, timeout=10000)
    made.sessions.table.setFocus()
    QGuiApplication.clipboard().clear()
    QTest.keyClick(made.sessions.table, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text() == session["branch"]


def test_a_theme_that_is_chosen_is_also_a_setting(window: Build, world: World, theme: Theme, qtbot: QtBot) -> None:
    made = window()
    action = made.findChild(QAction, "darkThemeAction")
    assert action is not None
    action.trigger()
    assert theme.scheme == "dark"
    qtbot.waitUntil(lambda: made.desktop.commands.running == 0, timeout=15000)
    assert world.ok("config", "get", "theme", "--json").json["value"] == "dark"


def test_every_shortcut_is_in_one_dialog_and_belongs_to_one_action(window: Build, qtbot: QtBot) -> None:
    made = window()
    keys = [
        action.shortcut().toString()
        for action in made.findChildren(QAction)
        if not action.shortcut().isEmpty() and action.shortcutContext().name == "WindowShortcut"
    ]
    assert len(keys) == len(set(keys)), sorted(keys)
    made.findChild(QAction, "shortcutsAction").trigger()  # type: ignore[union-attr]
    dialog = made.findChild(QDialog)
    assert dialog is not None
    dialog.close()


def test_a_second_window_state_is_no_trouble(tmp_path: Path, qtbot: QtBot) -> None:
    state = QSettings(str(tmp_path / "broken.ini"), QSettings.Format.IniFormat)
    state.setValue("window/geometry", "nonsense")
    state.setValue("window/mode", "sideways")
    assert window_state.remembered_mode(state) == "list"
    assert window_state.remembered_session(state) is None


@pytest.mark.parametrize("page", GRAB_PAGES)
@pytest.mark.rounds(4)
@pytest.mark.session("Drawn", iterations=1, edits={"a.txt": "a\n"}, text="Added the file")
def test_every_page_can_be_drawn(page: str, session: dict[str, Any], tmp_path: Path, theme: Theme) -> None:
    file = tmp_path / f"{page}.png"
    assert main(["--grab", page, str(file), "--session", session["id"], "--theme", "dark", "--size", "800x500"]) == 0
    image = QImage(str(file))
    assert (image.width(), image.height()) == (800, 500)
    assert len({image.pixel(x, y) for x in range(0, 800, 4) for y in range(0, 500, 4)}) > 20


def test_what_cannot_be_drawn_is_said(
    world: World, tmp_path: Path, theme: Theme, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--grab", "session", str(tmp_path / "a.png"), "--session", "nosuch"]) == 3
    assert "nosuch" in capsys.readouterr().err
    assert main(["--grab", "session", str(tmp_path / "a.png")]) == 3
    world.new(world.make_repo())
    assert main(["--grab", "sessions", str(tmp_path / "no" / "folder.png")]) == 1
    error, hint = capsys.readouterr().err.splitlines()[-2:]
    assert error.startswith("error: The picture cannot be written") and hint.startswith("hint: ls -ld ")


@pytest.mark.parametrize(
    "words",
    [
        ["--grab", "nosuch", "f.png"], ["--size", "big"], ["--theme", "purple"], ["--nosuch"], ["--grab", "session"],
        ["--merge"],
    ],
)  # fmt: skip
def test_wrong_usage(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_arguments(words)
    assert ended.value.code == 2


def test_the_status_bar_keeps_its_height_when_a_count_appears(window: Build, world: World, qtbot: QtBot) -> None:
    made = window()
    bar = made.statusBar()
    assert isinstance(bar, WindowStatus)
    qtbot.waitUntil(lambda: bar.height() == bar.sizeHint().height())
    heights = []
    for count in (0, 2, 0):
        bar.set_counts({"awaiting-input": count})
        qtbot.waitUntil(lambda: bar.height() == bar.sizeHint().height())
        heights.append(bar.height())
    assert len(set(heights)) == 1, heights
