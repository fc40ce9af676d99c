"""The agent at conflicts that wait: seen at work whoever asked it, and its proposal beside the drafts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ampsm.context import open_context
from ampsm_gui.dialogs.merge_wizard.mode import read_merge
from ampsm_gui.dialogs.merge_wizard.words import waits_words
from ampsm_gui.pages.conflicts.page import ConflictPage
from ampsm_gui.pages.console.tab import ConsoleTab
from ampsm_gui.pages.window.main_window import MainWindow
from tests.gui.conflicts.conftest import TWO, Sides, numbered
from tests.gui.conflicts.test_page import action, kept
from tests.gui.conftest import World

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Make = Callable[[Sides], dict[str, Any]]
Open = Callable[[dict[str, Any]], ConflictPage]

#: What the agent makes of `TWO`: both conflicts, nothing besides.
SOLVED = numbered(30, l5="both five", l15="only target", l25="both end")
LONG = 20_000


def press(strip: QWidget, words: str) -> None:
    [button] = [found for found in strip.findChildren(QPushButton) if found.text() == words and not found.isHidden()]
    button.click()


def buttons(strip: QWidget) -> list[str]:
    return [found.text() for found in strip.findChildren(QPushButton) if not found.isHidden()]


@pytest.fixture
def proposed(world: World, conflicted: Make) -> dict[str, Any]:
    """A session in whose two files with conflicts the agent has settled the first."""
    session = conflicted({"a.txt": TWO, "b.txt": TWO})
    world.use(edits={"a.txt": SOLVED, "own.txt": "changed\n"})
    world.ok("iterate", session["id"])
    return session


def test_it_is_seen_at_work_and_can_be_stopped_and_watched(
    world: World, conflicted: Make, page: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    session = conflicted({"a.txt": TWO, "b.txt": TWO})
    world.use(edits={"a.txt": SOLVED}, ready=tmp_path / "ready", hang_until=tmp_path / "never")
    world.ok("iterate", session["id"], "--detach")
    made = page(session)
    qtbot.waitUntil(lambda: made.agent.works, timeout=LONG)
    qtbot.waitUntil((tmp_path / "ready").exists, timeout=LONG)
    with open_context() as ctx:
        reading = read_merge(ctx, session["id"])
    assert reading.course is not None and reading.works
    said = waits_words(reading.course, reading, reading.view["situation"]["sentence"])
    assert said == "The agent is resolving 2 files. It goes on when you close this window."
    assert made.agent_strip.text.startswith("The agent is resolving 2 files · 0:")
    assert buttons(made.agent_strip) == ["Watch", "Stop"]
    with qtbot.waitSignal(made.watch_requested):
        press(made.agent_strip, "Watch")
    for name in ("resolveFileAction", "askAmpAction", "openMergeToolAction"):
        assert not action(made, name).isEnabled(), name
    action(made, "openTargetAction").trigger()
    qtbot.waitUntil(lambda: not made.chooser.busy, timeout=LONG)
    assert set(kept(world, session, "choice")) == {"target"}, "choices are kept meanwhile"
    assert not action(made, "resolveFileAction").isEnabled()
    assert "at work" in action(made, "resolveFileAction").toolTip()
    qtbot.waitUntil(lambda: made.stage.strip.text.startswith("The agent has changed this file"), timeout=LONG)
    assert buttons(made.stage.strip) == ["Show"], "nobody edited it elsewhere, and nothing of it is taken yet"
    assert "Agent at work" in made.side.files.files.item(0).text()
    assert "the agent has changed it, and has not ended" in world.ok("conflicts", session["id"]).out
    press(made.agent_strip, "Stop")
    qtbot.waitUntil(lambda: not made.agent.works, timeout=LONG)
    assert made.agent_strip.text == "The agent was stopped. The agent proposes 1 file."
    assert buttons(made.agent_strip) == ["Let the agent resolve", "Show its log", "Dismiss"]
    assert action(made, "askAmpAction").text() == "Let the agent resolve", "as in the session's header"
    qtbot.waitUntil(lambda: action(made, "askAmpAction").isEnabled(), timeout=LONG)


def test_what_it_proposes_is_told_until_it_is_dismissed(
    proposed: dict[str, Any], page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    made = page(proposed)
    qtbot.waitUntil(lambda: made.agent_strip.text != "", timeout=LONG)
    said = made.agent_strip.text
    assert said.startswith("The agent proposes 1 file") and "own.txt" in said and "git -C" not in said
    press(made.agent_strip, "Dismiss")
    assert made.agent_strip.text == ""
    again = page(proposed)
    with qtbot.waitSignal(again.reading.files_read):
        again.refresh()
    assert again.agent_strip.text == "", "read is read"


def test_a_failure_says_what_helps(world: World, conflicted: Make, page: Open, qtbot: QtBot) -> None:
    session = conflicted({"a.txt": TWO})
    world.use(edits={}, agent_error="The provider is down", exit=1)
    assert world.cli("iterate", session["id"]).code == 7
    made = page(session)
    qtbot.waitUntil(lambda: made.agent_strip.text != "", timeout=LONG)
    assert made.agent_strip.text.startswith("The agent did not finish: ")
    with qtbot.waitSignal(made.ask_agent):
        press(made.agent_strip, "Let the agent resolve")


def test_a_proposal_has_words_of_its_own_and_is_compared(proposed: dict[str, Any], page: Open, qtbot: QtBot) -> None:
    made = page(proposed)
    strip, stage = made.stage.strip, made.stage
    qtbot.waitUntil(lambda: "proposal" in strip.text, timeout=LONG)
    assert buttons(strip) == ["Take the proposal", "Compare", "Take it for this conflict"]
    [first, second] = made.reading.found.files if made.reading.found else ()
    assert (first.proposed_in, second.proposed_in) == (2, None)
    assert "Agent's proposal, 2 left" in made.side.files.files.item(0).text()
    press(strip, "Compare")
    qtbot.waitUntil(lambda: stage.stack.currentWidget() is stage.proposal, timeout=LONG)
    with qtbot.waitSignal(made.reading.file_read):
        made.refresh()
    assert stage.stack.currentWidget() is stage.proposal, "read anew, it is still looked at"
    press(strip, "Back")
    assert stage.stack.currentWidget() is stage.cards


def test_the_agents_text_of_one_conflict_becomes_a_draft(
    world: World, proposed: dict[str, Any], page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    made = page(proposed)
    qtbot.waitUntil(lambda: "proposal" in made.stage.strip.text, timeout=LONG)
    press(made.stage.strip, "Take it for this conflict")
    qtbot.waitUntil(lambda: kept(world, proposed, "choice") == ["text", None], timeout=LONG)
    assert kept(world, proposed, "result")[0] == "both five\n"
    texts = made.reading.texts
    assert texts is not None
    action(made, "openSessionAction").trigger()
    qtbot.waitUntil(lambda: "Keep my draft" in buttons(made.stage.strip), timeout=LONG)
    press(made.stage.strip, "Keep my draft")
    qtbot.waitUntil(lambda: made.reading.path == "b.txt", timeout=LONG)
    text = Path(proposed["worktree"], "a.txt").read_text()
    assert "both five\n" in text and "session end\n" in text


def test_its_text_has_keys(world: World, proposed: dict[str, Any], page: Open, qtbot: QtBot) -> None:
    made = page(proposed)
    strip, stage = made.stage.strip, made.stage
    qtbot.waitUntil(lambda: "proposal" in strip.text, timeout=LONG)
    tips = {found.text(): found.toolTip() for found in strip.findChildren(QPushButton)}
    assert tips["Compare"].endswith("(C)") and tips["Take it for this conflict"].endswith("(A)")
    QTest.keyClick(stage.cards, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: stage.stack.currentWidget() is stage.proposal, timeout=LONG)
    assert not action(made, "takeProposedHunkAction").isEnabled(), "no conflict is in sight"
    QTest.keyClick(stage.proposal.diff, Qt.Key.Key_C)
    assert stage.stack.currentWidget() is stage.cards
    QTest.keyClick(stage.cards, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: kept(world, proposed, "choice") == ["text", None], timeout=LONG)
    made.moves.show_file("b.txt")
    qtbot.waitUntil(lambda: made.shown_path() == "b.txt", timeout=LONG)
    for name in ("compareProposalAction", "takeProposedHunkAction"):
        assert not action(made, name).isEnabled(), "there is no proposal for this file"


def test_a_proposal_is_taken_as_it_is(proposed: dict[str, Any], page: Open, qtbot: QtBot) -> None:
    made = page(proposed)
    qtbot.waitUntil(lambda: "proposal" in made.stage.strip.text, timeout=LONG)
    press(made.stage.strip, "Take the proposal")
    qtbot.waitUntil(lambda: made.reading.path == "b.txt", timeout=LONG)
    assert Path(proposed["worktree"], "a.txt").read_text() == SOLVED


def test_a_proposal_with_a_marker_is_not_taken_as_it_is(
    world: World, conflicted: Make, page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    session = conflicted({"a.txt": TWO})
    world.use(edits={"a.txt": f"{SOLVED}<<<<<<< ours\nx\n"})
    world.cli("iterate", session["id"])
    strip = page(session).stage.strip
    qtbot.waitUntil(lambda: "proposal" in strip.text, timeout=LONG)
    assert "cannot be taken as it is: line 31 is still a conflict marker" in strip.text
    assert buttons(strip) == ["Compare", "Take it for this conflict"]


def test_edited_by_hand_it_is_nobodys_proposal(proposed: dict[str, Any], page: Open, qtbot: QtBot) -> None:
    made = page(proposed)
    qtbot.waitUntil(lambda: "proposal" in made.stage.strip.text, timeout=LONG)
    Path(proposed["worktree"], "a.txt").write_text("by hand\n")
    made.refresh()
    qtbot.waitUntil(lambda: "changed outside" in made.stage.strip.text, timeout=LONG)


def test_in_a_small_window_the_ways_with_a_proposal_are_in_sight(
    proposed: dict[str, Any], page: Open, qtbot: QtBot
) -> None:
    made = page(proposed)
    strip, stack = made.stage.strip, made.stage.stack
    qtbot.waitUntil(lambda: "proposal" in strip.text, timeout=LONG)
    qtbot.waitUntil(lambda: strip.y() > stack.y(), timeout=LONG)
    made.set_narrow(True)
    qtbot.waitUntil(lambda: strip.y() < stack.y(), timeout=LONG)
    made.set_narrow(False)
    qtbot.waitUntil(lambda: strip.y() > stack.y(), timeout=LONG)


def test_watch_brings_the_console_of_the_main_window_to_the_front(
    proposed: dict[str, Any], window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    made = window(size=(1100, 700))
    wizard = made.actions_of_session.show_wizard(proposed["id"])
    qtbot.waitUntil(lambda: wizard.conflicts.page is not None, timeout=LONG)
    strip = wizard.findChild(QWidget, "agentStrip")
    assert strip is not None
    qtbot.waitUntil(lambda: buttons(strip) != [], timeout=LONG)
    with qtbot.waitSignal(wizard.finished):
        press(strip, "Show its log")
    qtbot.waitUntil(lambda: made.session_page.current_id() == proposed["id"], timeout=LONG)
    assert isinstance(made.session_page.tabs.current_tab(), ConsoleTab)


def test_one_that_cannot_be_stopped_can_be_stopped_again(proposed: dict[str, Any], page: Open, qtbot: QtBot) -> None:
    made = page(proposed)
    qtbot.waitUntil(lambda: made.agent_strip.text != "", timeout=LONG)
    found = made.agent._found
    assert found is not None
    made.agent._session = "nobody"
    made.agent._on_read(replace(found, iteration=replace(found.iteration, status="running")))
    with qtbot.waitSignal(made.error, timeout=LONG):
        press(made.agent_strip, "Stop")
        assert buttons(made.agent_strip) == ["Watch"]
    assert buttons(made.agent_strip) == ["Watch", "Stop"]
