"""What the head of a page and its strip say, and the buttons beside it: once, and without commands."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.look.theme import Theme
from ampsm_gui.pages.actions.merging import open_wizard
from ampsm_gui.pages.session.step_buttons import StepButtons
from ampsm_gui.pages.tab import TabName
from ampsm_gui.runtime.command import CommandError
from tests.gui.conftest import World
from tests.gui.shown import Shown

_OPEN = {
    "action": "iterate", "label": "Let the agent mend it",
    "more": [{"action": "abort-merge", "label": "Abort…"}, {"action": "continue-merge", "label": "Continue"}],
}  # fmt: skip


def visible(steps: StepButtons) -> list[str]:
    return [button.text() for button in steps.findChildren(QPushButton) if button.isVisible()]


@pytest.mark.parametrize("compact", [False, True])
def test_ways_on_are_buttons_or_in_a_menu_where_it_is_narrow(theme: Theme, qtbot: QtBot, compact: bool) -> None:
    steps = StepButtons(theme)
    qtbot.addWidget(steps)
    steps.show()
    steps.set_compact(compact)
    steps.show_ways(_OPEN, {"abort-merge": None, "continue-merge": "It is at work"})
    first = [] if compact else ["Abort…", "Continue"]
    assert sorted(visible(steps)) == sorted([*first, "Let the agent mend it"])
    assert steps.more.isVisible() == compact
    assert [(entry.text(), entry.isEnabled()) for entry in steps.menu.actions()] == [
        ("Abort…", True),
        ("Continue", False),
    ]
    assert steps.others[1].toolTip() == "It is at work" and not steps.others[1].isEnabled()
    assert steps.button.property("role") == "primary"
    with qtbot.waitSignal(steps.requested) as asked:
        steps.menu.actions()[0].trigger()
    assert asked.args == ["abort-merge"]
    with qtbot.waitSignal(steps.requested) as asked:
        QTest.mouseClick(steps.button, Qt.MouseButton.LeftButton)
    assert asked.args == ["iterate"]
    steps.show_ways({"action": "iterate", "label": "Go on"}, {})
    assert visible(steps) == ["Go on"] and steps.button.property("role") != "primary"
    steps.clear()
    assert not steps.isVisible()


def test_an_open_merge_goes_on_from_its_head(shown: Shown, world: World) -> None:
    world.use(tools=[], edits={"README.md": "session\n"})
    repo = world.make_repo()
    session = world.new(repo)
    world.iterate(session)
    world.commit(repo, {"README.md": "main\n"}, "on main")
    assert world.cli("merge", session["id"], "--message", "One", "--no-test").code == 4
    shown.show(session)
    header = shown.page.header
    assert sorted(visible(header.steps)) == ["Abort…", "Continue", "Let the agent resolve"]
    assert header.steps.button.text() == "Continue" and header.steps.button.property("role") == "primary"
    assert [button.text() for button in header.steps.others] == ["Abort…", "Let the agent resolve"]
    assert shown.page.notes.submit.property("role") != "primary"
    header.steps.button.click()
    wizard = open_wizard(shown.window, session["id"])
    assert wizard is not None
    shown.until(lambda: wizard.mode is WizardMode.CONFLICTS)
    wizard.close()
    assert world.status(session)["merge"]["waitingFor"] == "conflicts"  # nothing was continued
    assert f": amp-sessions conflicts {session['id']}, " in world.status(session)["nextStep"]
    shown.window.resize(560, 700)
    shown.until(header.steps.more.isVisible)
    assert visible(header.steps) == ["Continue"]
    assert [entry.text() for entry in header.steps.menu.actions()] == ["Abort…", "Let the agent resolve"]


def test_that_conflicts_wait_is_said_while_they_do(shown: Shown, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.use(tools=[], edits={"README.md": "session\n"})
    repo = world.make_repo()
    session, other = world.new(repo), world.new(repo)
    world.iterate(session)
    world.commit(repo, {"README.md": "main\n"}, "on main")
    assert world.cli("rebase", session["id"]).code == 4
    shown.show(session)
    monkeypatch.setattr("ampsm_gui.pages.session.messages._READ_AFTER", 0.0)
    shown.action("continueMergeAction").trigger()
    shown.until(lambda: shown.strip != "")
    shown.show(other)
    shown.until(lambda: shown.strip == "" and shown.page.header.badge.accessibleName() == "Ready")
    shown.show(session)
    shown.until(lambda: "Show the conflicts" in [button.text() for button in shown.page.messages.strip._buttons])
    world.git(session["worktree"], "checkout", "--theirs", "README.md")
    world.git(session["worktree"], "add", "README.md")
    shown.until(lambda: shown.page.header.sentence.text() == "All conflicts of the rebase are resolved.")
    shown.until(lambda: shown.strip == "")


def test_a_failure_is_said_once_and_by_the_head(shown: Shown, world: World, session: dict[str, Any]) -> None:
    world.use(tools=[], runs=[{"text": None, "result": False}])
    shown.show(session)
    world.iterate(session, code=7)
    error = (world.status(session)["session"]["lastIteration"])["error"]
    shown.actions.failed.emit(session["id"], CommandError("agent-crashed", error["message"], None, 7, {}), None)
    assert error["message"].rstrip(".") in shown.strip
    shown.until(lambda: "Iteration 1 failed" in shown.page.header.sentence.text() and shown.strip == "")


@pytest.mark.session(iterations=1, tools=[])
def test_what_a_hint_says_to_do_is_a_button(shown: Shown, session: dict[str, Any]) -> None:
    shutil.rmtree(session["worktree"])
    shown.show(session)
    assert shown.page.header.badge.accessibleName() == "Needs you"

    def buttons_after(hint: str) -> list[str]:
        shown.actions.failed.emit(session["id"], CommandError("x", "It cannot work", hint, 5, {}), None)
        assert shown.strip == "It cannot work."
        return [button.text() for button in shown.page.messages.strip._buttons]

    assert buttons_after(f"amp-sessions restore {session['id']}") == ["Restore", "Dismiss"]
    assert buttons_after("amp-sessions doctor --fix") == ["Copy command", "Dismiss"]
    shown.actions.failed.emit(
        session["id"], CommandError("x", "No", f"amp-sessions restore {session['id']}", 5, {}), None
    )
    restore: Any = shown.page.messages.strip._buttons[0]
    restore.click()
    shown.until(lambda: shown.page.header.badge.accessibleName() == "Ready")


@pytest.mark.session(iterations=1, tools=[])
def test_what_cannot_be_shown_says_it_without_paths_and_has_the_way_on(shown: Shown, session: dict[str, Any]) -> None:
    shutil.rmtree(session["worktree"])
    shown.show(session)
    shown.page.show_tab(TabName.CHANGES)
    tab: Any = shown.page.tabs.tab(TabName.CHANGES)
    shown.until(lambda: tab.layout_of.message == "The worktree does not exist")
    button = tab.layout_of._message.primary
    assert (button.text(), tab.layout_of._message._command.isVisible()) == ("Restore", False)
    button.click()
    shown.until(lambda: tab.layout_of.message == "")
    assert shown.page.header.badge.accessibleName() == "Ready"


@pytest.mark.parametrize("name", [TabName.CONSOLE, TabName.TOOL_CALLS, TabName.USAGE])
def test_the_first_step_of_an_empty_tab_is_a_button(shown: Shown, session: dict[str, Any], name: TabName) -> None:
    shown.show(session)
    shown.page.show_tab(name)
    tab: Any = shown.page.tabs.tab(name)
    shown.until(tab._pages.empty.primary.isVisible)
    with shown.qtbot.waitSignal(tab.step_requested) as asked:
        shown.actions.set_session(None)  # what it does is another matter
        tab._pages.empty.primary.click()
    assert (tab._pages.empty.primary.text(), asked.args) == ("Start", ["iterate"])
