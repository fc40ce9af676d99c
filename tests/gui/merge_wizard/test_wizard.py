"""The merge wizard from its checks to its end, whoever goes on with the merge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QShortcut
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget

from ampsm_gui.dialogs.command_dialog import CommandDialog
from ampsm_gui.dialogs.finishing.commit import CommitDialog
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard
from ampsm_gui.pages.conflicts.page import ConflictPage
from ampsm_gui.runtime.command import CommandError
from tests.gui.conftest import World
from tests.gui.shown import Shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def open_wizard(shown: Shown, session: dict[str, Any]) -> MergeWizard:
    """Opened by its action, and what it shows first is read."""
    shown.show(session)
    shown.until(shown.action("mergeAction").isEnabled)
    shown.action("mergeAction").trigger()
    [wizard] = shown.window.findChildren(MergeWizard)
    shown.until(lambda: wizard.mode is not None and not wizard.checking.checking)
    if wizard.mode is WizardMode.CHECK:
        shown.until(lambda: wizard.checking.judged is not None and wizard.checking.outlook is not None)
    return wizard


def sentence(wizard: MergeWizard) -> str:
    return wizard.frame.head.accessibleName()


def facts(wizard: MergeWizard) -> dict[str, str]:
    return {step.name: step.fact for step in wizard.frame.steps.shown()}


def said(dialog: QWidget) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if not label.isHidden())


def tip(world: World, session: dict[str, Any], branch: str = "main") -> str:
    return world.git(session["repo"], "rev-parse", branch).strip()


def conflict(world: World, session: dict[str, Any]) -> None:
    world.commit(Path(session["repo"]), {"one.txt": "other\n"}, "Conflicts")


def test_a_merge_is_foreseen_and_made(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    wizard = open_wizard(shown, worked)
    assert not wizard.isModal() and sentence(wizard).startswith("Ready.")
    assert wizard.check_page.options.message.message().startswith("Login page\n\n")
    assert "- Mine" in wizard.check_page.options.message.message()
    wizard.checking.check()
    first = wizard.checking._command
    wizard.checking.check()
    assert first is not None and first.running, "it is killed, and the window does not wait for its end"
    shown.until(lambda: not wizard.checking.checking)
    assert facts(wizard)["Squash"] == "3 commits to 1" and facts(wizard)["Merge"] == "main goes forward"
    message = wizard.findChild(QPlainTextEdit, "mergeMessage")
    assert message is not None
    message.setPlainText("feat: login\n\nWith a body.")
    wizard.check_page.options.boxes["cleanup"].setChecked(True)
    with shown.qtbot.waitSignal(shown.actions.done, timeout=30000) as done:
        wizard.start.trigger()
    assert done.args[1].startswith("Merged into main at ") and done.args[2]
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    assert facts(wizard)["Merge"] == f"merged at {tip(world, worked)[:7]}"
    assert facts(wizard)["Squash"].startswith("3 commits, ")
    merged = f"Merged into main at {tip(world, worked)[:7]}."
    back = "Restore brings its worktree and branch back, then Undo can take the merge back."
    assert sentence(wizard) == f"{merged} {back}"
    assert world.git(worked["repo"], "log", "-1", "--format=%B", "main").strip() == "feat: login\n\nWith a body."
    assert wizard.stepping.command_words() == ["restore", worked["id"]]
    [restore] = wizard.frame.head.buttons
    restore.click()
    ways = wizard.frame.head
    shown.until(lambda: sentence(wizard) == merged and [it.text() for it in ways.buttons] == ["Clean up…", "Undo…"])
    assert all(button.isEnabled() for button in ways.buttons)
    wizard.close()


def test_what_blocks_comes_first_with_its_cure(
    shown: Shown, world: World, worked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (Path(worked["worktree"]) / "new.txt").write_text("new\n")
    wizard = open_wizard(shown, worked)
    assert sentence(wizard) == "Not ready: 1 check blocks. Nothing has changed yet."
    assert not wizard.start.isEnabled() and wizard.frame.foot.note.text() == "1 check blocks"
    show, commit = wizard.check_page.checks.buttons()[:2]
    assert (show.text(), commit.text()) == ("Show", "Commit now…")
    commit.setFocus()
    commit.click()
    dialog = wizard.findChild(CommitDialog)
    assert dialog is not None
    dialog.message.set_message("By hand")
    shown.until(dialog.verb.isEnabled)
    assert dialog.files.lines() == ["new.txt  new"] and "1 changed file becomes a commit" in dialog.lead.text()
    monkeypatch.setattr(wizard, "isActiveWindow", lambda: True)  # as it is again when the dialog goes
    dialog.finished.connect(lambda: QApplication.sendEvent(wizard, QEvent(QEvent.Type.ActivationChange)))
    keys: list[object] = []
    wizard.check_page.checks.keys_lost.connect(lambda: keys.append(wizard.focusWidget()))
    dialog.verb.click()
    shown.until(lambda: sentence(wizard).startswith("Ready."))
    assert keys[:1] == [wizard.check_page.checks], "not those of the target, which stands beside it"
    assert world.subjects(worked)[0] == "By hand" and wizard.start.isEnabled()
    assert wizard.focusWidget() is wizard.frame.foot.go_on, "the button that had the keys is gone"
    wizard.close()


def test_what_is_not_committed_is_shown_in_sight(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    """In the main window, which a dialog of its own would stay above; what was filled in is there again."""
    (Path(worked["worktree"]) / "new.txt").write_text("new\n")
    wizard = open_wizard(shown, worked)
    wizard.check_page.options.message.text.setPlainText("Half written")
    with shown.qtbot.waitSignal(shown.actions.changes_requested):
        wizard.check_page.checks.buttons()[0].click()
    assert not wizard.isVisible()
    shown.until(lambda: not shown.window.findChildren(MergeWizard))
    again = open_wizard(shown, worked)
    assert again.check_page.options.message.message() == "Half written"
    again.close()


def test_what_a_command_said_goes_when_things_move_on(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    wizard = open_wizard(shown, worked)
    strip = wizard.frame.strip
    wizard.work.failed.emit(CommandError("failed", "Broke", None, 1, {}))
    wizard.refresh()
    shown.until(lambda: not wizard.desktop.background.busy)
    assert strip.isVisible(), "it is as it was"
    (Path(worked["worktree"]) / "new.txt").write_text("new\n")
    world.ok("commit", worked["id"], "--message", "By hand")
    shown.until(lambda: not strip.isVisible())
    wizard.close()


def test_a_merge_that_is_stopped_in_its_checks_can_be_started_at_once(
    shown: Shown, world: World, tmp_path: Path
) -> None:
    world.use(edits={"one.txt": "1\n"})
    hold = tmp_path / "hold"
    session = world.new(world.make_repo(), "Login page", "--script", f"while test -e '{hold}'; do sleep 0.05; done")
    world.iterate(session)
    (Path(session["worktree"]) / "mine.txt").write_text("by hand\n")
    world.ok("commit", session["id"], "--message", "Mine")
    hold.touch()
    wizard = open_wizard(shown, session)
    shown.until(wizard.start.isEnabled)
    go_on = wizard.frame.foot.go_on
    go_on.setFocus()
    go_on.click()
    shown.until(lambda: [it.text() for it in wizard.frame.head.buttons] == ["Stop"])
    shown.until(lambda: sentence(wizard) == "The test script is running.")
    wizard.frame.head.buttons[0].setFocus()
    wizard.frame.head.buttons[0].click()
    shown.until(lambda: wizard.mode is WizardMode.CHECK and go_on.isEnabled())
    assert wizard.focusWidget() is go_on
    wizard.close()


def test_tests_before_and_after_the_rebase_have_their_own_output(shown: Shown, world: World) -> None:
    world.use(edits={"one.txt": "1\n"})
    repo = world.make_repo()
    session = world.new(repo, "Login page", "--script", "test -e up.txt && echo later || echo earlier")
    world.iterate(session)
    (Path(session["worktree"]) / "two.txt").write_text("2\n")
    world.ok("commit", session["id"], "--message", "By hand")
    world.commit(repo, {"up.txt": "up\n"}, "Upstream")
    wizard = open_wizard(shown, session)
    wizard.start.trigger()
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    shown.until(
        lambda: (
            wizard.course_page.output.parts()
            == {"Output of the tests before the merge": "earlier", "Output of the tests after the rebase": "later"}
        )
    )
    wizard.close()


def test_choosing_a_patch_moves_no_row_and_writes_over_nothing(
    shown: Shown, world: World, worked: dict[str, Any]
) -> None:
    home = Path.home()
    (home / "notes.txt").write_text("Not a patch\n")
    wizard = open_wizard(shown, worked)
    boxes = wizard.check_page.options.boxes
    before = {name: box.y() for name, box in boxes.items()}
    boxes["export"].setChecked(True)
    shown.until(wizard.check_page.options.patch.isVisible)
    wizard.grab()  # laid out
    assert {name: box.y() for name, box in boxes.items()} == before
    patch, go_on = wizard.check_page.options.patch, wizard.frame.foot.go_on
    patch.setText("notes.txt")
    shown.until(lambda: wizard.frame.foot.note.text() == f"{home / 'notes.txt'} is there already, and is no patch")
    assert not go_on.isEnabled()
    patch.setText("~/new/../out.patch")
    shown.until(lambda: f"The patch goes to {home / 'out.patch'}. No branch is switched" in said(wizard))
    assert go_on.isEnabled() and wizard.stepping.command_words()[-2:] == ["--export-patch", str(home / "out.patch")]
    wizard.close()


def test_a_merge_waits_at_conflicts_and_goes_on_when_a_terminal_has_settled_them(
    shown: Shown, world: World, worked: dict[str, Any]
) -> None:
    conflict(world, worked)
    wizard = open_wizard(shown, worked)
    assert sentence(wizard).startswith("The merge will wait for conflicts.")
    wizard.start.trigger()
    shown.until(lambda: wizard.mode is WizardMode.CONFLICTS)
    assert sentence(wizard) == "The merge into main waits at 1 of 1 file. Your checkout is untouched."
    assert facts(wizard)["Conflicts"] == "1 of 1 file left"
    keys = [found.key().toString() for found in wizard.findChildren(QShortcut)]
    keys += [found.toString() for action in wizard.findChildren(QAction) for found in action.shortcuts()]
    assert len(keys) == len(set(keys)), "of two with the same keys neither works"
    tree = Path(worked["worktree"])
    (tree / "one.txt").write_text("both\n")
    world.git(tree, "add", "one.txt")
    shown.qtbot.waitUntil(lambda: facts(wizard)["Conflicts"] == "all resolved", timeout=3000)
    shown.until(lambda: wizard.frame.foot.go_on.text() == "Continue" and wizard.frame.foot.go_on.isEnabled())
    assert wizard.mode is WizardMode.CONFLICTS, "what is resolved can be looked at, and made unresolved"
    assert wizard.frame.foot.copy.text() == "Copy command"
    wizard.frame.foot.copy.click()
    assert QGuiApplication.clipboard().text() == f"amp-sessions continue-merge {worked['id']}"
    wizard.frame.foot.go_on.click()
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    assert (Path(worked["repo"]) / "one.txt").read_text() == "both\n"
    shown.until(lambda: wizard.frame.foot.copy.text() == "Copy undo command")
    wizard.close()


def test_typing_over_a_whole_text_offers_to_forget_it(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    """What was typed is chosen then."""
    conflict(world, worked)
    assert world.cli("merge", worked["id"], "--message", "m").code == 4
    wizard = open_wizard(shown, worked)
    shown.until(lambda: wizard.conflicts.page is not None)
    page, strip = wizard.conflicts.page, wizard.frame.strip
    assert isinstance(page, ConflictPage)
    shown.until(lambda: page.shown_path() == "one.txt" and page.reading.texts is not None)
    world.ok("resolve", worked["id"], "one.txt", "--from", "-", input="all of it\n")
    page.decisions.on_edited("typed\n")  # the page has not seen that yet
    shown.until(lambda: strip.text != "")
    assert "a text of your own" in strip.text
    [forget] = [found for found in strip.findChildren(QPushButton) if found.text() == "Forget the whole text"]
    forget.click()
    assert strip.text == ""

    def results() -> list[object]:
        told = world.ok("conflicts", worked["id"], "one.txt", "--json").json
        return [hunk["result"] for hunk in told["hunks"]]

    shown.until(lambda: not page.chooser.busy and "typed\n" in results())
    shown.until(lambda: page.reading.texts is not None and page.reading.texts.hunks[0].result == "typed\n")
    assert strip.text == ""
    wizard.close()


def test_what_was_said_of_conflicts_goes_with_them(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    conflict(world, worked)
    wizard = open_wizard(shown, worked)
    wizard.start.trigger()
    shown.until(lambda: wizard.mode is WizardMode.CONFLICTS)
    page, strip = wizard.conflicts.page, wizard.frame.strip
    assert page is not None
    page.error.emit(CommandError("merge-aborting", "Cut off", None, 1, {}))
    assert strip.isVisible()
    world.ok("abort-merge", worked["id"])
    shown.until(lambda: wizard.mode is WizardMode.CHECK)
    assert not strip.isVisible()
    page.error.emit(CommandError("merge-aborting", "Cut off", None, 1, {}))
    assert not strip.isVisible(), "read before, told later"
    wizard.close()


def test_closed_or_killed_it_comes_back_where_it_was(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    wizard = open_wizard(shown, worked)
    before = tip(world, worked, worked["branch"])
    wizard.check_page.options.message.text.setPlainText("Half written")
    wizard.check_page.options.boxes["cleanup"].setChecked(True)
    shown.until(lambda: wizard.filling.is_kept)  # from then on a kill loses nothing
    wizard.close()
    shown.until(lambda: not shown.window.findChildren(MergeWizard))
    wizard = open_wizard(shown, worked)
    assert wizard.check_page.options.message.message() == "Half written"
    assert wizard.check_page.options.boxes["cleanup"].isChecked()
    wizard.close()
    shown.until(lambda: not shown.window.findChildren(MergeWizard))
    conflict(world, worked)
    assert world.cli("merge", worked["id"], "--message", "m").code == 4
    shown.until(lambda: shown.page.header.button.text() != "" and (shown.page._view or {}).get("merge") is not None)
    wizard = open_wizard(shown, worked)
    shown.until(lambda: wizard.mode is WizardMode.CONFLICTS)
    assert wizard.frame.foot.note.text() == f"puts the branch back to {before[:7]}; main was never moved"
    wizard.frame.foot.abort_button.click()
    abort = wizard.findChild(CommandDialog, "abortMergeDialog")
    assert abort is not None
    abort.verb.click()
    shown.until(lambda: wizard.mode is WizardMode.CHECK)
    assert tip(world, worked, worked["branch"]) == before
    wizard.close()


@pytest.mark.session(
    "Login page", "--script", "echo 2 of 96 fail; exit 3", iterations=1, code=8, edits={"one.txt": "1\n"}
)
def test_failing_tests_are_told_with_what_helps(shown: Shown, world: World, session: dict[str, Any]) -> None:
    wizard = open_wizard(shown, session)
    assert sentence(wizard).startswith("The merge will wait for failed tests.") and "main stays" in sentence(wizard)
    assert [button.text() for button in wizard.check_page.checks.buttons()][:2] == ["Let the agent mend", "Run tests"]
    before = tip(world, session)
    wizard.start.trigger()
    shown.until(lambda: wizard.mode is WizardMode.WAITS)
    shown.until(lambda: [button.text() for button in wizard.frame.head.buttons][-1:] == ["Run tests"])
    shown.until(lambda: "The tests fail on what would be merged into main" in sentence(wizard))
    assert tip(world, session) == before
    shown.until(lambda: [button.isEnabled() for button in wizard.frame.head.buttons][-1])
    wizard.frame.head.buttons[-1].click()
    shown.until(lambda: "2 of 96 fail" in "".join(wizard.course_page.output.parts().values()))
    (Path(session["worktree"]) / "mended.txt").write_text("mended\n")
    wizard.refresh()
    shown.until(lambda: "Commit now…" in [button.text() for button in wizard.frame.head.buttons])
    commit = next(button for button in wizard.frame.head.buttons if button.text() == "Commit now…")
    commit.setFocus()
    commit.click()
    dialog = wizard.findChild(CommitDialog)
    assert dialog is not None
    dialog.message.set_message("Mended by hand")
    shown.until(dialog.verb.isEnabled)
    dialog.verb.click()
    shown.until(lambda: "Commit now…" not in [button.text() for button in wizard.frame.head.buttons])
    shown.until(lambda: wizard.focusWidget() is wizard.frame.foot.go_on)
    wizard.close()


def test_a_merge_with_warnings_is_merged_and_says_them(shown: Shown, world: World, worked: dict[str, Any]) -> None:
    world.git(worked["repo"], "worktree", "lock", worked["worktree"])
    wizard = open_wizard(shown, worked)
    wizard.check_page.options.boxes["cleanup"].setChecked(True)
    with shown.qtbot.waitSignal(shown.actions.done, timeout=30000) as done:
        wizard.start.trigger()
    commit = tip(world, worked)
    assert done.args[1:] == [f"Merged into main at {commit[:10]}, with 1 warning", True]
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    assert sentence(wizard) == f"Merged into main at {commit[:7]}, with 1 warning."
    [remark] = wizard.course_page._remarks
    assert "locked" in remark.text and f"Retry: amp-sessions cleanup {worked['id']}" in remark.text
    assert not wizard.frame.strip.text
    wizard.close()


def test_a_merge_that_cleans_up_says_what_cleanup_alone_says(
    shown: Shown, world: World, worked: dict[str, Any]
) -> None:
    (Path(worked["repo"]) / ".git/info/exclude").write_text("*.bin\n")
    with (Path(worked["worktree"]) / "big.bin").open("wb") as big:
        big.truncate(60 * 2**20)
    wizard = open_wizard(shown, worked)
    assert "big.bin" not in said(wizard)
    wizard.check_page.options.boxes["cleanup"].setChecked(True)
    shown.until(lambda: "lost for good: 1 ignored file (60.0 MiB)" in said(wizard) and "big.bin" in said(wizard))
    wizard.check_page.options.boxes["cleanup"].setChecked(False)
    assert "big.bin" not in said(wizard)
    wizard.close()
    shown.action("cleanupAction").trigger()
    alone = shown.window.findChild(CommandDialog, "cleanupDialog")
    assert alone is not None
    shown.until(lambda: "lost for good: 1 ignored file (60.0 MiB)" in said(alone) and "big.bin" in said(alone))
    alone.reject()


def test_a_message_that_does_not_count_is_not_measured(shown: Shown, worked: dict[str, Any]) -> None:
    wizard = open_wizard(shown, worked)
    options = wizard.check_page.options
    options.message.set_message("x" * 102)
    assert "subject 102 of 72 characters" in said(wizard)
    assert "Undo brings back" in said(wizard) and "while nothing was pushed" in said(wizard)
    options.boxes["keep"].setChecked(True)
    assert not options.message.isEnabled() and "of 72 characters" not in said(wizard)
    options.boxes["keep"].setChecked(False)
    assert "subject 102 of 72 characters" in said(wizard)
    wizard.close()


def test_a_merge_commit_a_push_and_a_cleanup_are_told_as_what_they_are(
    shown: Shown, world: World, tmp_path: Path
) -> None:
    """Before, while it waits, and when it is over; of a session without a worktree no undo can be copied. The one
    remote there is need not be called as git calls the first one."""
    world.use(edits={"one.txt": "1\n"})
    repo = world.make_repo()
    world.git(tmp_path, "clone", "-q", "--bare", repo, tmp_path / "far.git")
    world.git(repo, "remote", "add", "far", tmp_path / "far.git")
    session = world.new(repo, "Login page")
    world.iterate(session)
    conflict(world, session)
    wizard = open_wizard(shown, session)
    note = wizard.check_page.options._become
    assert note.text() == "1 commit stays as it is"
    wizard.check_page.options.message.text.setPlainText("Another message")
    shown.until(lambda: note.text() == "1 commit gets this message")
    for name in ("merge_commit", "push", "cleanup"):
        wizard.check_page.options.boxes[name].setChecked(True)
    shown.until(lambda: facts(wizard)["Merge"] == "merge commit in main")
    shown.until(lambda: wizard.check_page.options.boxes["push"].text() == "Push main to far")
    assert "Once main is pushed, Undo cannot take the merge back." in said(wizard)
    assert wizard.stepping.command_words()[-4:] == ["--push", "--remote", "far", "--cleanup"], (
        wizard.stepping.command_words()
    )
    shown.until(wizard.start.isEnabled)
    wizard.start.trigger()
    shown.until(lambda: wizard.mode is WizardMode.CONFLICTS)
    assert facts(wizard)["Merge"] == "merge commit in main"
    world.ok("resolve", session["id"], "one.txt", "--take", "session", "--done")
    world.ok("continue-merge", session["id"])
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    assert facts(wizard)["Push, clean up"] == "pushed, cleaned up"
    assert "Restore brings its worktree and branch back." in sentence(wizard), "what is pushed cannot be undone"
    assert wizard.frame.foot.copy.accessibleName() == "Copy restore command"
    wizard.close()


@pytest.mark.parametrize("script", ["touch {0}; sleep 300", "test ! -e up.txt || {{ touch {0}; sleep 300; }}"])
def test_tests_that_do_not_end_can_be_stopped(shown: Shown, world: World, tmp_path: Path, script: str) -> None:
    """Those before the merge, and those after the rebase. The target stays where it was."""
    world.use(edits={"one.txt": "1\n"})
    repo, begun = world.make_repo(), tmp_path / "begun"
    session = world.new(repo, "Login page")
    world.iterate(session)
    world.commit(repo, {"up.txt": "up\n"}, "Upstream")
    world.ok("set", session["id"], "--script", script.format(begun))
    before, wizard = tip(world, session), open_wizard(shown, session)
    wizard.start.trigger()
    shown.until(begun.exists)
    shown.until(lambda: [button.text() for button in wizard.frame.head.buttons] == ["Stop"])
    [stop] = wizard.frame.head.buttons
    assert stop.isEnabled()
    stop.click()
    shown.until(lambda: not wizard.work.busy)
    assert tip(world, session) == before
    wizard.close()


def test_what_cannot_be_opened_is_said_in_the_wizard(
    shown: Shown, worked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands above the window, which would say it out of sight."""
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    wizard = open_wizard(shown, worked)
    wizard.open_requested.emit("folder", worked["worktree"])
    strip = wizard.frame.strip
    shown.until(strip.isVisible)
    assert strip.text == f"Nothing is set up to open {worked['worktree']}."
    assert not shown.page.messages.strip.isVisible()
    wizard.close()


def test_the_targets_checkout_is_shown_and_what_is_new_there_can_be_fetched(
    shown: Shown, world: World, worked: dict[str, Any], tmp_path: Path
) -> None:
    repo = Path(worked["repo"])
    world.git(tmp_path, "clone", "-q", "--bare", repo, tmp_path / "far.git")
    world.git(repo, "remote", "add", "far", tmp_path / "far.git")
    world.git(repo, "fetch", "-q", "far")
    world.git(repo, "branch", "-q", "--set-upstream-to=far/main", "main")
    (repo / "one.txt").write_text("mine\n")
    world.git(repo, "add", "one.txt")
    wizard = open_wizard(shown, worked)
    texts = [button.text() for button in wizard.check_page.checks.buttons()]
    assert texts[:3] == ["Show", "Open checkout", "Copy command"] and texts[-1] == "Copy fetch", texts
    opened: list[tuple[str, str]] = []
    wizard.open_requested.disconnect()  # no program of ours
    wizard.open_requested.connect(lambda *asked: opened.append(asked))
    for button in wizard.check_page.checks.buttons()[:2]:
        button.click()
    assert opened == [("folder", str(repo)), ("editor", str(repo))]
    wizard.check_page.checks.buttons()[-1].click()
    assert QGuiApplication.clipboard().text() == f"git -C {repo} fetch far"
    wizard.close()
