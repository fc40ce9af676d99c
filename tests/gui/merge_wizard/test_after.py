"""What a merge has left out or could not do: the wizard pushes and cleans up when it is over, and says why it cannot be
undone then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QCheckBox, QPushButton

from ampsm_gui.dialogs.finishing.cleanup import CleanupDialog
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard
from tests.gui.conftest import World
from tests.gui.merge_wizard.test_wizard import facts, open_wizard, sentence
from tests.gui.shown import Shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

REFUSES = "#!/bin/sh\necho 'Retry: git push --force /elsewhere' >&2\necho 'Commits need a ticket' >&2\nexit 1\n"


def button(wizard: MergeWizard, words: str) -> QPushButton | None:
    return next((one for one in wizard.frame.head.buttons if one.text() == words), None)


def add_remote(world: World, repo: Path) -> Path:
    place = repo.with_name("remote.git")
    world.git(repo, "init", "-q", "--bare", str(place))
    world.git(repo, "remote", "add", "origin", str(place))
    world.git(repo, "push", "-q", "-u", "origin", "main")
    return place


def test_what_was_left_out_is_done_when_it_is_over(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    repo = Path(worked["repo"])
    place = add_remote(world, repo)
    world.ok("merge", worked["id"], "--message", "All of it", "--no-test")
    shown.show(worked)
    wizard = shown.actions.show_wizard(worked["id"])
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    ways = ["Push to origin/main", "Clean up…", "Undo…"]
    assert [one.text() for one in wizard.frame.head.buttons if one.isEnabled()] == ways
    push = button(wizard, ways[0])
    merged = world.git(repo, "rev-parse", "main")
    assert push is not None and push.toolTip().endswith(f"push origin {merged}:refs/heads/main")
    with shown.qtbot.waitSignal(shown.actions.done, timeout=30000) as done:
        push.click()
        undo = button(wizard, "Undo…")
        assert undo is not None and (undo.isEnabled(), undo.toolTip()) == (False, "It is being pushed")
    assert done.args[1] == "main is on origin" and world.git(place, "rev-parse", "main") == merged
    assert sentence(wizard).endswith(" and pushed.") and facts(wizard)["Push, clean up"] == "pushed"
    refused = "The merge was pushed: origin/main contains it"
    shown.until(lambda: (undo := button(wizard, "Undo…")) is not None and undo.toolTip() == refused)
    assert [one.text() for one in wizard.frame.head.buttons if one.isEnabled()] == ["Clean up…"]
    action = shown.action("undoAction")
    shown.until(lambda: not action.isEnabled() and "the merge was pushed" in action.toolTip())
    shown.actions.done.emit(worked["id"], "Merged", True)
    toast = shown.page.messages._toast
    assert toast is not None and not toast._button.isEnabled() and toast._button.toolTip() == action.toolTip()
    cleanup = button(wizard, "Clean up…")
    assert cleanup is not None
    cleanup.click()
    [dialog] = wizard.findChildren(CleanupDialog)
    shown.until(dialog.verb.isEnabled)
    dialog.verb.click()
    shown.until(lambda: facts(wizard)["Push, clean up"] == "pushed, cleaned up")
    assert [one.text() for one in wizard.frame.head.buttons] == ["Restore"] and not Path(worked["worktree"]).exists()
    wizard.close()


def test_what_the_remote_says_and_pushing_again(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    repo = Path(worked["repo"])
    place = add_remote(world, repo)
    before = world.git(place, "rev-parse", "main")
    hook = place / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(REFUSES)
    hook.chmod(0o755)
    wizard = open_wizard(shown, worked)
    box = wizard.check_page.options.findChild(QCheckBox, "mergePush")
    assert box is not None
    box.setChecked(True)
    shown.until(wizard.start.isEnabled)
    wizard.start.trigger()
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    shown.until(lambda: button(wizard, "Push again") is not None)
    assert "(pre-receive hook declined)" in sentence(wizard) and "Retry: git push --force" in sentence(wizard)
    [_] = wizard.course_page._remarks
    secret = "ghp_" + "x1Y2" * 9
    for says, told in (("Commits need a ticket", None), (f"No entry for {secret}", "No entry for [REDACTED]")):
        hook.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit 1\n")
        again = button(wizard, "Push again")
        assert again is not None and again.isEnabled()
        wizard.frame.head.requested.emit("push")
        assert button(wizard, "Push again") is None
        shown.until(lambda: wizard.frame.strip.text != "")
        assert wizard.frame.strip.text == f"Pushing to origin failed: {told or says} (pre-receive hook declined)."
    assert world.git(place, "rev-parse", "main") == before
    hook.unlink()
    with shown.qtbot.waitSignal(shown.actions.done, timeout=30000) as done:
        wizard.frame.head.requested.emit("push")
    assert done.args[1] == "main is on origin"
    assert world.git(place, "rev-parse", "main") == world.git(repo, "rev-parse", "main") != before
    assert sentence(wizard).endswith(" and pushed.") and button(wizard, "Push again") is None
    assert not wizard.course_page._remarks and wizard.frame.strip.text == ""
    wizard.frame.head.requested.emit("push")
    assert not wizard.push_after.busy
    wizard.close()
    shown.until(lambda: not shown.window.findChildren(MergeWizard))
    wizard = shown.actions.show_wizard(worked["id"])
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    assert sentence(wizard).endswith(" and pushed.") and button(wizard, "Push again") is None
    assert not wizard.course_page._remarks
    wizard.close()
