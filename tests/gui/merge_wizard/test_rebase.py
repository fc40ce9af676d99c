"""A rebase alone in the wizard: its checks, its steps, and what of a merge it does not have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from ampsm_gui.dialogs.finishing.abort_merge import AbortMergeDialog
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard
from tests.gui.conftest import World
from tests.gui.merge_wizard.test_wizard import conflict, facts, sentence, tip
from tests.gui.shown import Shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def open_rebase(shown: Shown, session: dict[str, Any]) -> MergeWizard:
    """Opened by its action, and what it shows first is read."""
    shown.show(session)
    shown.until(shown.action("rebaseAction").isEnabled)
    shown.action("rebaseAction").trigger()
    [wizard] = [found for found in shown.window.findChildren(MergeWizard) if found.isVisible()]
    checked(shown, wizard)
    return wizard


def checked(shown: Shown, wizard: MergeWizard) -> None:
    shown.until(lambda: wizard.mode is not None and not wizard.checking.checking)
    if wizard.mode is WizardMode.CHECK:
        shown.until(lambda: wizard.checking.judged is not None and wizard.checking.outlook is not None)


def said(wizard: MergeWizard) -> dict[str, str]:
    return dict(wizard.check_page.sentences.rows())


def left_out(wizard: MergeWizard) -> list[str]:
    return [name for name, fact in facts(wizard).items() if fact == "not in a rebase"]


def test_it_says_onto_what_and_does_it(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    world.commit(Path(worked["repo"]), {"base.txt": "base\n"}, "Base moves")
    before, target = tip(world, worked, worked["branch"]), tip(world, worked)
    wizard = open_rebase(shown, worked)
    assert wizard.windowTitle().startswith("Rebase onto main: ") and sentence(wizard).startswith("Ready.")
    assert left_out(wizard) == ["Squash", "Tests", "Merge", "Push, clean up"]
    assert facts(wizard)["Rebase"] == f"onto main {target[:7]}"
    assert said(wizard)["Commits"].startswith("3 commits move from ") and target[:7] in said(wizard)["Commits"]
    assert "which has 1 commit more" in said(wizard)["Commits"] and said(wizard)["Conflicts"] == "None are predicted."
    assert before[:7] in said(wizard)["Way back"] and not wizard.check_page.options.isVisible()
    assert wizard.frame.foot.go_on.text() == "Rebase onto main"
    wizard.frame.foot.copy.click()
    assert QGuiApplication.clipboard().text() == f"amp-sessions rebase {worked['id']}"
    with shown.qtbot.waitSignal(shown.actions.done, timeout=30000) as done:
        wizard.start.trigger()
    assert done.args[1].startswith("Rebased") and done.args[2]
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    after = tip(world, worked, worked["branch"])
    assert sentence(wizard) == f"Rebased onto main: the branch is at {after[:7]}."
    assert left_out(wizard) == ["Squash", "Tests", "Merge", "Push, clean up"]
    assert facts(wizard)["Rebase"] == f"onto main {target[:7]}"
    assert f"git rebase --onto {target[:10]}" in wizard.course_page.taken.text()
    assert tip(world, worked) == target and after != before
    assert world.git(worked["repo"], "merge-base", "main", after).strip() == target
    wizard.close()


def test_what_keeps_it_from_beginning_is_a_check(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    repo, mine = Path(worked["repo"]), Path(worked["worktree"], "local.env")
    with (repo / ".git" / "info" / "exclude").open("a") as exclude:
        exclude.write("*.env\n")
    mine.write_text("mine\n")
    (repo / "local.env").write_text("theirs\n")
    world.git(repo, "add", "-f", "local.env")
    world.git(repo, "commit", "-qm", "Track it")
    wizard = open_rebase(shown, worked)
    assert sentence(wizard).startswith("Not ready: 1 check blocks") and not wizard.start.isEnabled()
    wizard.check_page.checks.buttons()[0].click()
    assert QGuiApplication.clipboard().text() == f"mv -i {mine} elsewhere"
    wizard.close()


def test_only_what_counts_for_a_rebase_is_checked(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    """The target does not move: what its checkout has there is no matter."""
    world.commit(Path(worked["repo"]), {"base.txt": "base\n"}, "Base moves")
    (Path(worked["repo"]) / "one.txt").write_text("mine\n")
    wizard = open_rebase(shown, worked)
    assert wizard.checking.judged is not None
    assert {check.id for check in wizard.checking.judged.checks}.isdisjoint({"target-checkout", "tests", "commits"})
    assert wizard.start.isEnabled()
    wizard.close()


def test_there_may_be_nothing_to_do(shown: Shown, worked: dict[str, Any]) -> None:
    wizard = open_rebase(shown, worked)
    assert sentence(wizard) == "There is nothing to rebase. The session is on top of main already."
    assert not wizard.start.isEnabled() and wizard.frame.foot.note.text() == "Nothing to do"
    wizard.close()


def test_left_work_is_committed_first(
    shown: Shown, world: World, worked: dict[str, Any], cut_off: Callable[..., None]
) -> None:
    world.commit(Path(worked["repo"]), {"base.txt": "base\n"}, "Base moves")
    cut_off(worked)
    wizard = open_rebase(shown, worked)
    assert wizard.checking.judged is not None
    [left] = [check for check in wizard.checking.judged.warning if check.id == "worktree-clean"]
    assert left.message == "What the interrupted iteration left is committed first: half.txt"
    with shown.qtbot.waitSignal(shown.actions.done, timeout=30000):
        wizard.start.trigger()
    assert world.subjects(worked)[0] == "amp: partial: interrupted"
    wizard.close()


def test_it_waits_at_conflicts_and_can_be_given_up(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    before = tip(world, worked, worked["branch"])
    conflict(world, worked)
    wizard = open_rebase(shown, worked)
    assert sentence(wizard).startswith("The rebase will wait for conflicts.")
    assert said(wizard)["Conflicts"].startswith("Predicted at first in one.txt.")
    assert said(wizard)["Conflicts"].endswith(" A later commit may stop it again.")
    assert facts(wizard)["Conflicts"] == "1 file predicted at first"
    assert wizard.checking.judged is not None
    [row] = [check for check in wizard.checking.judged.checks if check.id == "conflicts"]
    assert row.message == "Conflicts with main are expected at first in one.txt"
    wizard.start.trigger()
    shown.until(lambda: wizard.mode is WizardMode.CONFLICTS)
    waits = "The rebase onto main waits at commit 1 of 3: 1 of 1 file left. Your checkout is untouched."
    assert sentence(wizard) == waits and facts(wizard)["Conflicts"] == "1 of 1 left in commit 1 of 3"
    assert left_out(wizard) == ["Squash", "Tests", "Merge", "Push, clean up"]
    assert facts(wizard)["Rebase"] == f"onto main {tip(world, worked)[:7]}"
    assert wizard.frame.foot.abort_button.text() == "Abort rebase…"
    shown.until(wizard.frame.foot.abort_button.isEnabled)
    wizard.frame.foot.abort_button.click()
    dialog = wizard.findChild(AbortMergeDialog)
    assert dialog is not None and dialog.verb.text() == "Abort the rebase"
    assert dialog.lead.text().startswith("The rebase onto <b>main</b> is given up.")
    with shown.qtbot.waitSignal(shown.actions.done, timeout=20000):
        dialog.verb.click()
    assert tip(world, worked, worked["branch"]) == before
    shown.until(lambda: wizard.mode is WizardMode.CHECK)
    assert wizard.frame.foot.go_on.text() == "Rebase onto main", "as it was asked for"
    wizard.close()


def test_it_says_at_which_of_its_commits_it_has_stopped(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    world.commit(Path(worked["repo"]), {"one.txt": "other\n", "two.txt": "other\n"}, "Conflicts")
    assert world.cli("rebase", worked["id"]).code == 4
    wizard = open_rebase(shown, worked)
    assert "commit 1 of 3: 1 of 1 file left" in sentence(wizard)
    header = "stopped at 1 conflicted file of commit 1 of 3. Your checkout is untouched. Resolve it in the wizard"
    shown.until(lambda: header in shown.page.header.sentence.text())
    world.ok("resolve", worked["id"], "one.txt", "--take", "target", "--done")
    shown.until(lambda: sentence(wizard) == "All conflicts of commit 1 of 3 are resolved.")
    assert facts(wizard)["Conflicts"] == "commit 1 of 3 resolved"
    shown.until(wizard.frame.foot.go_on.isEnabled)
    wizard.frame.foot.go_on.click()
    shown.until(lambda: "commit 3 of 3: 1 of 1 file left" in sentence(wizard))
    wizard.close()


def test_one_wizard_a_session_shows_what_is_open(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    conflict(world, worked)
    assert world.cli("merge", worked["id"], "--message", "m").code == 4
    wizard = open_rebase(shown, worked)
    assert wizard.mode is WizardMode.CONFLICTS and "The merge into main waits" in sentence(wizard)
    world.ok("abort-merge", worked["id"])
    shown.until(lambda: wizard.mode is WizardMode.CHECK)
    assert world.cli("rebase", worked["id"]).code == 4
    shown.until(lambda: wizard.mode is WizardMode.CONFLICTS)
    shown.until(shown.action("mergeAction").isEnabled)
    shown.action("mergeAction").trigger()
    assert wizard.mode is WizardMode.CONFLICTS and "The rebase onto main waits" in sentence(wizard)
    assert shown.window.findChildren(MergeWizard) == [wizard]
    wizard.close()


def test_each_of_the_two_has_its_form(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    world.git(worked["repo"], "branch", "elsewhere")
    wizard = open_rebase(shown, worked)
    wizard.frame.head.target.setEditText("elsewhere")
    line = wizard.frame.head.target.lineEdit()
    assert line is not None
    line.editingFinished.emit()
    checked(shown, wizard)
    assert wizard.stepping.command_words() == ["rebase", worked["id"], "--onto", "elsewhere"]
    shown.action("mergeAction").trigger()
    checked(shown, wizard)
    assert wizard.state.target == "main" and wizard.check_page.options.isVisible()
    wizard.check_page.options.message.text.setPlainText("Half written")
    shown.action("rebaseAction").trigger()
    checked(shown, wizard)
    assert wizard.state.target == "elsewhere" and not wizard.check_page.options.isVisible()
    shown.action("mergeAction").trigger()
    assert wizard.check_page.options.message.message() == "Half written"
    wizard.close()


def test_a_merge_can_follow_it(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    world.commit(Path(worked["repo"]), {"base.txt": "base\n"}, "Base moves")
    wizard = open_rebase(shown, worked)
    wizard.start.trigger()
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    shown.until(shown.action("mergeAction").isEnabled)
    shown.action("mergeAction").trigger()
    shown.until(lambda: wizard.mode is WizardMode.CHECK)
    checked(shown, wizard)
    assert wizard.windowTitle().startswith("Merge into main") and wizard.start.isEnabled()
    wizard.close()
