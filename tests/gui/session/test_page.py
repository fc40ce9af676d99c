"""The session page and its actions, over real sessions, commands and iterations."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from ampsm_gui.pages.tab import TabName
from tests.gui.conftest import World
from tests.gui.shown import LONG, Shown


@pytest.mark.session("Login page", iterations=1, edits={"new.txt": "made\n"})
def test_shows_state_next_step_and_place(shown: Shown, session: dict[str, Any]) -> None:
    shown.show(session)
    header = shown.page.header
    assert header.name.text() == "Login page"
    assert header.badge.accessibleName() == "Ready"
    assert header.sentence.text() == "1 commit is ready for review and for main."
    assert header.button.text() == "Merge…"
    assert header.place.branch.text() == session["branch"]
    assert session["baseSha"][:10] in header.place.commit.text()
    assert shown.page.tabs.tabText(1) == "Changes  1"
    assert shown.page.tabs.tabText(4) == "History  2"  # its iteration and its creation
    shown.page.tabs.setCurrentIndex(1)
    shown.page.header.place.copy_button.click()
    assert QGuiApplication.clipboard().text() == session["branch"]


def test_actions_say_why_they_cannot_work(shown: Shown, world: World) -> None:
    assert shown.action("newSessionAction").isEnabled()
    assert shown.action("iterateAction").toolTip() == "Iterate: choose a session first"
    session = world.new(world.make_repo())
    shown.show(session)
    tips = {
        name: shown.action(name).toolTip() for name in ("stopAction", "runTestsAction", "squashAction", "undoAction")
    }
    assert tips == {
        "stopAction": "Stop: nothing is running",
        "runTestsAction": "Run tests: this session has no test script",
        "squashAction": "Squash: the session has no commits of its own",
        "undoAction": "Undo: there is no squash, rebase or merge to undo",
    }
    assert not any(shown.action(name).isEnabled() for name in tips)
    assert shown.action("stopAction").statusTip() == tips["stopAction"]
    assert shown.action("iterateAction").isEnabled()


def test_iterates_with_what_the_box_holds(shown: Shown, world: World, session: dict[str, Any]) -> None:
    world.use(edits={"new.txt": "made\n"})
    shown.show(session)
    shown.page.notes.text.setPlainText("-- begin with\nthis 支払い")
    shown.action("iterateAction").trigger()
    assert shown.page.notes.notes() == ""
    shown.until(lambda: len((shown.page._view or {})["iterations"]) == 1 and shown.status() == "idle")
    iteration = world.status(session)["iterations"][0]
    assert "-- begin with\nthis 支払い" in iteration["prompt"]
    assert shown.page.notes.submit.text() == "Iterate"
    shown.page.notes.text.setFocus()
    shown.qtbot.keyClick(shown.page.notes.text, Qt.Key.Key_Up)  # type: ignore[no-untyped-call]
    assert shown.page.notes.notes() == "-- begin with\nthis 支払い"


def test_queues_while_one_runs_and_changes_the_queue(shown: Shown, world: World, session: dict[str, Any]) -> None:
    world.use(lines=400, sleep=0.05)
    shown.show(session)
    shown.action("iterateAction").trigger()
    shown.until(lambda: shown.page.notes.submit.text() == "Queue")
    shown.page.notes.text.setPlainText("then this")
    shown.page.notes.submit.click()
    shown.until(lambda: shown.page.notes.queue.count == 1)
    assert [entry["notes"] for entry in world.status(session)["queue"]] == ["then this"]
    entry = (shown.page._view or {})["queue"][0]["id"]
    shown.page.notes.edit_requested.emit(entry)
    from ampsm_gui.dialogs.follow_up import FollowUpDialog

    dialog = shown.window.findChild(FollowUpDialog)
    assert dialog is not None
    dialog.text.setPlainText("then that")
    dialog.verb.click()
    shown.until(lambda: shown.page.notes.queue._entries[0]["notes"] == "then that")
    shown.page.notes.queue._lines[0].remove.click()
    shown.until(lambda: shown.page.notes.queue.count == 0)
    shown.action("stopAction").trigger()
    shown.until(lambda: shown.status() == "awaiting-input")
    assert world.status(session)["iterations"][-1]["status"] == "cancelled"


def test_a_command_that_fails_leaves_its_words_and_gives_the_notes_back(
    shown: Shown, world: World, session: dict[str, Any]
) -> None:
    world.ok("config", "set", "ampPath", "/nonexistent/amp")
    shown.show(session)
    shown.page.notes.text.setPlainText("kept")
    world.git(session["worktree"], "switch", "-q", "-c", "elsewhere")
    shown.action("iterateAction").trigger()
    shown.until(lambda: shown.strip != "")
    assert "elsewhere" in shown.strip
    assert shown.page.notes.notes() == "kept"
    shown.page.messages._dismiss()
    assert shown.strip == ""


@pytest.mark.session("Task", "--script", "echo 2 failed; exit 1")
def test_runs_the_tests_and_says_how_they_ended(shown: Shown, world: World, session: dict[str, Any]) -> None:
    shown.show(session)
    shown.action("runTestsAction").trigger()
    shown.until(lambda: shown.strip != "")
    assert shown.strip == "The tests said last: 2 failed"
    shown.until(lambda: shown.page.header.sentence.text().startswith("The tests failed"))
    assert [button.text() for button in shown.page.messages.strip._buttons] == ["Show output", "Dismiss"]
    world.ok("set", session["id"], "--script", "true")
    with shown.qtbot.waitSignal(shown.actions.done, timeout=LONG) as done:
        shown.action("runTestsAction").trigger()
    assert done.args[1].startswith("The tests pass")
    assert shown.strip == ""


def test_drafts_stay_with_their_sessions(shown: Shown, world: World) -> None:
    repo = world.make_repo()
    one, two = world.new(repo, "One"), world.new(repo, "Two")
    shown.show(one)
    shown.page.notes.text.setPlainText("for one")
    shown.show(two)
    assert shown.page.notes.notes() == ""
    shown.page.notes.text.setPlainText("for two")
    shown.show(one)
    assert shown.page.notes.notes() == "for one"
    shown.page.show_session(None)
    again = Shown(shown.desktop, shown.qtbot)
    shown.qtbot.addWidget(again.window)
    again.page.show_session(two["id"])
    assert again.page.notes.notes() == "for two"
    again.page.show_session(None)


def test_the_model_is_set_for_the_session(shown: Shown, world: World, session: dict[str, Any]) -> None:
    shown.show(session)
    shown.page.header.model.setEditText("deep")
    shown.page.header.model.line.editingFinished.emit()
    shown.until(lambda: world.status(session)["session"]["model"] == "deep")


@pytest.mark.session("Old name")
def test_sees_what_a_command_elsewhere_does(shown: Shown, world: World, session: dict[str, Any]) -> None:
    shown.show(session)
    world.ok("set", session["id"], "--name", "New name")
    shown.until(lambda: shown.page.header.name.text() == "New name")


def test_a_session_that_is_in_the_database_no_more_stays_grey(shown: Shown, world: World) -> None:
    session, other = world.new(world.make_repo(), "Gone"), world.new(world.make_repo("other"), "Other")
    shown.show(session)
    page = shown.page
    assert page.header.isEnabled() and shown.action("iterateAction").isEnabled()
    with closing(sqlite3.connect(os.environ["AMPSM_DB_PATH"])) as database, database:
        database.execute("delete from sessions where id = ?", (session["id"],))
    page.refresh()
    shown.until(lambda: not page.header.isEnabled())
    assert not page.tabs.isEnabled() and not page.notes.isEnabled()
    assert not shown.action("iterateAction").isEnabled()
    assert page.header.name.text() == "Gone"
    assert "There is no session" in shown.strip
    shown.show(other)
    assert page.header.isEnabled() and page.tabs.isEnabled() and page.notes.isEnabled()
    assert shown.action("iterateAction").isEnabled()


def test_opens_the_worktree_with_the_editor_that_is_set(shown: Shown, world: World, tmp_path: Any) -> None:
    told = tmp_path / "told"
    editor = tmp_path / "my editor"
    editor.write_text(f'#!/bin/sh\necho "$@" > "{told}.part"; mv "{told}.part" "{told}"\n')
    editor.chmod(0o755)
    world.ok("config", "set", "editor", f"'{editor}' --wait")
    session = world.new(world.make_repo())
    shown.show(session)
    shown.action("openEditorAction").trigger()
    shown.until(told.exists)
    assert told.read_text() == f"--wait {session['worktree']}\n"


@pytest.mark.session("Red", "--script", "exit 1", iterations=1, code=8, edits={"new.txt": "made\n"})
def test_the_button_tells_the_agent_what_the_next_step_says(
    shown: Shown, world: World, session: dict[str, Any]
) -> None:
    """Whatever a person has written goes before it."""
    shown.show(session)

    def last_prompt() -> str:
        return str(world.status(session)["iterations"][-1]["prompt"])

    def press() -> None:
        shown.until(lambda: shown.page.header.button.text() == "Let the agent mend it")
        count = len(world.status(session)["iterations"])
        shown.page.header.button.click()
        shown.until(lambda: len(world.status(session)["iterations"]) > count and shown.status() == "awaiting-input")

    assert "--notes 'Fix the failing tests'" in world.status(session)["nextStep"]
    press()
    assert last_prompt() == "Fix the failing tests"
    shown.page.notes.text.setPlainText("It is the clock")
    press()
    assert last_prompt() == "It is the clock"


def test_restores_what_was_cleaned_up(shown: Shown, world: World, session: dict[str, Any]) -> None:
    world.ok("cleanup", session["id"], "--yes")
    shown.show(session)
    assert shown.page.header.button.text() == "Restore"
    assert (shown.action("restoreAction").isVisible(), shown.action("cleanupAction").isVisible()) == (True, False)
    assert not shown.page.notes.text.isEnabled()
    shown.page.header.button.click()
    shown.until(lambda: not (shown.page._view or {})["session"]["cleanedUpAt"])
    shown.until(shown.page.notes.text.isEnabled)


def test_brings_back_a_worktree_that_somebody_deleted(shown: Shown, session: dict[str, Any]) -> None:
    shutil.rmtree(session["worktree"])
    shown.show(session)
    assert shown.page.header.button.text() == "Bring it back"
    assert shown.action("restoreAction").isVisible() and shown.action("restoreAction").isEnabled()
    assert not shown.action("iterateAction").isEnabled()
    shown.page.header.button.click()
    shown.until(shown.action("iterateAction").isEnabled)
    assert Path(session["worktree"], "README.md").exists()


def test_a_low_page_takes_one_line_for_notes(shown: Shown, session: dict[str, Any]) -> None:
    shown.show(session)
    high = shown.page.notes.height()
    shown.window.resize(560, 380)
    shown.until(lambda: shown.page.notes.height() < high)
    assert shown.page.height() <= 380


def test_a_new_session_starts_at_once_when_asked_to(shown: Shown, world: World) -> None:
    from ampsm_gui.dialogs.new_session.dialog import NewSessionDialog

    world.use(edits={"new.txt": "made\n"})
    repo = world.make_repo()
    shown.actions.new_session(repository=str(repo))
    shown.actions.new_session()  # the dialog that is open stays the only one
    (dialog,) = shown.window.findChildren(NewSessionDialog)
    dialog.fields.name.setText("Login page")
    dialog.fields.prompt.setPlainText("Make it")
    shown.until(lambda: dialog._look_is_of == (str(repo), "") and dialog.verb.isEnabled())
    with shown.qtbot.waitSignal(shown.actions.session_created, timeout=LONG) as created:
        dialog.verb.click()
    shown.show({"id": created.args[0]})
    shown.until(lambda: shown.status() == "idle" and len((shown.page._view or {})["iterations"]) == 1)


def test_esc_leaves_the_notes_for_the_tab(shown: Shown, session: dict[str, Any]) -> None:
    shown.show(session)
    shown.window.activateWindow()
    shown.page.focus_notes()
    shown.until(shown.page.notes.text.hasFocus)
    shown.qtbot.keyClick(shown.page.notes.text, Qt.Key.Key_Escape)  # type: ignore[no-untyped-call]
    shown.until(lambda: not shown.page.notes.text.hasFocus())
    assert [pane.isVisible() for pane in shown.page.panes()] == [True, True]


def test_all_tabs_stay_in_one_row_of_a_narrow_page(shown: Shown, session: dict[str, Any]) -> None:
    shown.window.resize(580, 480)
    shown.show(session)
    bar = shown.page.tabs.tabBar()
    shown.until(lambda: bar.tabRect(bar.count() - 1).right() <= bar.width())
    corner = shown.page.tabs.cornerWidget()
    assert corner is not None and corner.geometry().left() >= bar.tabRect(bar.count() - 1).right()


@pytest.mark.parametrize("width", [548, 620, 700, 820])
@pytest.mark.session(iterations=1, edits={"new.txt": "made\n"}, tools=[])
def test_titles_stay_where_they_are_from_tab_to_tab(shown: Shown, session: dict[str, Any], width: int) -> None:
    """Also where not all that stands beside them has room. The figures are known before."""
    shown.window.resize(width, 480)
    shown.show(session)
    bar, places = shown.page.tabs.tabBar(), []
    for name in (*TabName, *TabName):
        shown.page.show_tab(name)
        shown.until(lambda: bar.tabText(4) == "History  2")
        places.append([bar.tabRect(number).left() for number in range(bar.count())])
        shown.until(lambda: not shown.desktop.background.busy)
        places.append([bar.tabRect(number).left() for number in range(bar.count())])
    assert all(place == places[0] for place in places), places


def test_the_theme_changes_while_a_session_is_shown(shown: Shown, session: dict[str, Any]) -> None:
    shown.show(session)
    light = shown.page.grab().toImage().pixelColor(5, 5).lightness()
    shown.desktop.theme.set_preference("dark")
    assert shown.page.grab().toImage().pixelColor(5, 5).lightness() < light / 2


def test_what_belongs_to_one_session_does_not_act_on_the_next(shown: Shown, world: World) -> None:
    world.use()
    repo = world.make_repo()
    first, second = world.new(repo, "One"), world.new(repo, "Two")
    shown.show(first)
    shown.actions.done.emit(first["id"], "Squashed", True)
    toast = shown.page.messages._toast
    assert toast is not None and not toast.isHidden()
    shown.show(second)
    assert toast.isHidden()  # its Undo would be about the session that is shown now
    shown.page._notes._on_queue_of(
        first["id"], {"queue": [{"id": "q", "notes": "of One", "at": "2026-01-01T00:00:00Z"}]}
    )
    assert shown.page.current_id() == second["id"]
    assert not shown.page.notes.queue.isVisibleTo(shown.page)
