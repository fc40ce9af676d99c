"""Squash, rebase, merge, undo and cleanup from the window: what they say beforehand, and what they do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QScrollArea

from ampsm.workflows.status.wording import BUTTONS
from ampsm_gui.dialogs.finishing.abort_merge import AbortMergeDialog
from ampsm_gui.dialogs.finishing.cleanup import CleanupDialog
from ampsm_gui.dialogs.finishing.squash import SquashDialog
from ampsm_gui.dialogs.finishing.undo import UndoDialog
from ampsm_gui.pages.actions.session_actions import ACTION_OF_STEP
from tests.gui.conftest import World
from tests.gui.shown import Shown

D = TypeVar("D", bound=QDialog)


def _open(shown: Shown, session: dict[str, Any], action: str, kind: type[D]) -> D:
    shown.show(session)
    shown.until(shown.action(action).isEnabled)
    shown.action(action).trigger()
    dialog = shown.window.findChild(kind)
    assert dialog is not None
    lead = dialog.lead  # type: ignore[attr-defined]
    shown.until(lambda: lead.text() not in ("Looking…", "Checking…"))
    return dialog


def _said(dialog: QDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if not label.isHidden())


def _tip(world: World, session: dict[str, Any]) -> str:
    return world.git(session["repo"], "rev-parse", session["branch"]).strip()


def test_squash_says_what_becomes_one_and_undo_brings_it_back(
    shown: Shown, world: World, worked: dict[str, Any]
) -> None:
    before = _tip(world, worked)
    dialog = _open(shown, worked, "squashAction", SquashDialog)
    assert dialog.lead.text().startswith("3 commits become one on")
    assert "Mine" in _said(dialog) and "<i>manual</i>" in _said(dialog)
    assert before[:10] in _said(dialog)
    subjects = world.subjects(worked)[2::-1]
    assert dialog.message.message() == "\n".join(["Login page", "", *(f"- {it}" for it in dict.fromkeys(subjects))])
    dialog.message.set_message("")
    assert (dialog.verb.isEnabled(), dialog.note.text()) == (False, "Needs a message")
    dialog.message.set_message("feat: login\n\nWith a body.")
    with shown.qtbot.waitSignal(shown.actions.done, timeout=20000) as done:
        dialog.verb.click()
    assert done.args[1].startswith("3 commits became one: ")
    assert world.subjects(worked)[0] == "feat: login"
    toast = shown.page.messages._toast
    assert toast is not None and toast.text == done.args[1]
    shown.until(shown.action("undoAction").isEnabled)
    toast._button.click()
    undo = shown.window.findChild(UndoDialog)
    assert undo is not None
    shown.until(lambda: undo.verb.text() == "Undo the squash")
    shown.until(lambda: before[:10] in _said(undo) and _tip(world, worked)[:10] in _said(undo))
    with shown.qtbot.waitSignal(shown.actions.done, timeout=20000):
        undo.verb.click()
    assert _tip(world, worked) == before


def test_undo_does_not_tell_of_a_branch_that_stays(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    """A merge of what was squashed and rebased before moves the target alone."""
    target, tip = (world.git(worked["repo"], "rev-parse", name).strip() for name in ("main", worked["branch"]))
    assert world.cli("merge", worked["id"], "--no-squash").code == 0
    assert _tip(world, worked) == tip
    dialog = _open(shown, worked, "undoAction", UndoDialog)
    shown.until(lambda: dialog.verb.text() == "Undo the merge")
    assert f"{tip[:10]} → {target[:10]}" in _said(dialog).replace("<code>", "").replace("</code>", "")
    assert _said(dialog).count("→") == 1


def test_squash_can_keep_manual_commits_apart(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    dialog = _open(shown, worked, "squashAction", SquashDialog)
    dialog.apart.setChecked(True)
    assert "2 commits become one" in dialog.lead.text() and "1 manual commit stays on top" in dialog.lead.text()
    with shown.qtbot.waitSignal(shown.actions.done, timeout=20000):
        dialog.verb.click()
    assert world.subjects(worked)[:2] == ["Mine", "Login page"]
    assert "Mine" not in world.git(worked["repo"], "show", "-s", "--format=%b", f"{worked['branch']}^")


def test_a_dialog_over_a_narrow_window_is_as_high_as_its_words_need_there(shown: Shown, worked: dict[str, Any]) -> None:
    shown.window.setMinimumSize(1, 1)
    dialog = _open(shown, worked, "squashAction", SquashDialog)
    shown.window.resize(330, 900)
    assert shown.window.width() == 330
    dialog.fit()
    (body,) = dialog.findChildren(QScrollArea, options=Qt.FindChildOption.FindDirectChildrenOnly)
    shown.until(lambda: dialog.width() == 330)
    shown.until(lambda: body.verticalScrollBar().maximum() == 0)


def test_an_error_in_a_dialog_takes_the_room_of_its_lines(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    dialog = _open(shown, worked, "squashAction", SquashDialog)
    before = dialog.height()
    (Path(worked["worktree"]) / "new.txt").write_text("new\n")
    dialog.verb.click()
    shown.until(lambda: "uncommitted changes" in dialog.error.text)
    line = dialog.error.fontMetrics().lineSpacing()
    assert before < dialog.height() < before + 6 * line


def test_squash_says_what_is_committed_first(
    shown: Shown, world: World, worked: dict[str, Any], cut_off: Callable[..., None]
) -> None:
    cut_off(worked)
    squash = _open(shown, worked, "squashAction", SquashDialog)
    assert "Uncommitted work of iteration 3 is committed first." in _said(squash)
    assert "The old tip is kept" in _said(squash)
    squash.reject()


@pytest.mark.parametrize("branch", ["main", "m" * 12, "m" * 24])
def test_what_is_said_before_an_abort_needs_no_scrolling(shown: Shown, branch: str) -> None:
    """Whether the sentence fills one line or a bit more than one."""
    dialog = AbortMergeDialog(shown.desktop, "any", {"merge": {"operation": "merge", "onto": branch}}, shown.window)
    dialog.open()
    shown.until(dialog.isVisible)
    body = dialog.findChild(QScrollArea)
    assert body is not None and body.verticalScrollBar().maximum() == 0
    dialog.reject()


def test_a_rebase_that_was_given_up_by_hand_is_closed_by_the_button_of_the_page(
    shown: Shown, world: World, worked: dict[str, Any]
) -> None:
    (Path(worked["repo"]) / "one.txt").write_text("other\n")
    world.git(worked["repo"], "add", ".")
    world.git(worked["repo"], "commit", "-qm", "Conflicts")
    assert world.cli("rebase", worked["id"]).code == 4
    world.git(worked["worktree"], "rebase", "--abort")
    shown.show(worked)
    button = shown.page.header.button
    shown.until(lambda: button.text() == "Abort the rebase…")
    button.click()
    assert shown.window.findChild(AbortMergeDialog) is not None


def test_whatever_the_core_offers_as_a_button_has_an_action() -> None:
    assert {*BUTTONS, "open-worktree"} <= set(ACTION_OF_STEP)


def test_a_merge_that_goes_on_with_warnings_is_no_failure(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    repo, tree = Path(worked["repo"]), Path(worked["worktree"])
    (repo / "one.txt").write_text("base\n")
    world.git(repo, "add", "one.txt")
    world.git(repo, "commit", "-qm", "on main")
    assert world.cli("merge", worked["id"], "--message", "feat: login", "--cleanup").code == 4
    (tree / "one.txt").write_text("both\n")
    world.git(repo, "worktree", "lock", tree)
    shown.show(worked)
    shown.until(shown.action("continueMergeAction").isEnabled)
    with shown.qtbot.waitSignal(shown.actions.done, timeout=30000) as done:
        shown.action("continueMergeAction").trigger()
    assert done.args[1].startswith("Merged into main. ") and "locked" in done.args[1] and done.args[2]


def test_cleanup_names_what_goes_and_cancel_has_the_focus(shown: Shown, session: dict[str, Any]) -> None:
    dialog = _open(shown, session, "cleanupAction", CleanupDialog)
    assert dialog.focusWidget() is dialog.cancel
    assert session["worktree"] in _said(dialog) and session["branch"] in _said(dialog)
    assert (dialog.verb.text(), dialog.verb.isEnabled()) == ("Remove worktree and branch", True)
    assert "Restore brings it back" in _said(dialog)
    with shown.qtbot.waitSignal(shown.actions.done, timeout=20000):
        dialog.verb.click()
    assert not Path(session["worktree"]).exists()


def test_cleanup_of_work_that_is_nowhere_else_needs_to_be_said(
    shown: Shown, world: World, worked: dict[str, Any]
) -> None:
    (Path(worked["worktree"]) / "new file.txt").write_text("new\n")
    dialog = _open(shown, worked, "cleanupAction", CleanupDialog)
    assert dialog.warning.text == "The session has 3 commits and 1 uncommitted file found nowhere else."
    assert "new file.txt" in _said(dialog)
    assert (dialog.verb.isEnabled(), dialog.force.text()) == (
        False, "Remove 3 commits and 1 uncommitted file too, into the snapshot",
    )  # fmt: skip
    dialog.force.setChecked(True)
    with shown.qtbot.waitSignal(shown.actions.done, timeout=20000):
        dialog.verb.click()
    assert not Path(worked["worktree"]).exists()
    world.ok("restore", worked["id"])
    assert (Path(worked["worktree"]) / "new file.txt").read_text() == "new\n"
