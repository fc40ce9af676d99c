"""A terminal, an editor and a merge tool resolve, abort and go on below the wizard: it follows, and what they wrote
stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import Context
from ampsm_gui.dialogs.merge_wizard import following
from ampsm_gui.dialogs.merge_wizard.mode import MergeReading, WizardMode, read_merge
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard
from ampsm_gui.runtime.command import CommandError
from tests.gui.conflicts.conftest import Sides, conflicted
from tests.gui.conftest import World
from tests.gui.merge_wizard.held_reading import hold_next_reading
from tests.gui.merge_wizard.test_wizard import conflict, facts, open_wizard, sentence
from tests.gui.merge_wizard.victim import choose, conflict_page
from tests.gui.shown import Shown

__all__ = ["conflicted"]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

THEIRS = "as another program wrote it\n"


@pytest.fixture
def session(conflicted: Callable[[Sides], dict[str, Any]]) -> dict[str, Any]:
    return conflicted({"one.txt": ("base\n", "target\n", "session\n")})


@pytest.fixture
def wizard(shown: Shown, session: dict[str, Any]) -> MergeWizard:
    """At the conflict, with a draft for it that nobody may lose or write unasked."""
    made = open_wizard(shown, session)
    choose(made, "session")
    return made


def in_terminal(world: World, session: dict[str, Any], what: str) -> None:
    if what == "abort":
        world.ok("abort-merge", session["id"])
        return
    world.ok("resolve", session["id"], "one.txt", "--from", "-", "--done", input=THEIRS)
    if what == "continue":
        world.ok("continue-merge", session["id"])


def in_editor(world: World, session: dict[str, Any], what: str) -> None:
    """Saves as most editors do, and has git's commands in a menu."""
    tree = Path(session["worktree"])
    if what != "abort":
        (tree / "one.new").write_text(THEIRS)
        (tree / "one.new").replace(tree / "one.txt")
    if what == "continue":
        world.git(tree, "add", "one.txt")
    if what != "resolve":
        world.git(tree, "rebase", f"--{what}", env={"GIT_EDITOR": "true"})


def in_tool(world: World, session: dict[str, Any], what: str) -> None:
    """A tool that is closed without an answer has given up; after one that has answered git goes on."""
    tree = session["worktree"]
    answer = "false" if what == "abort" else f"echo '{THEIRS.strip()}' > \"$MERGED\""
    for name, value in (("merge.tool", "mine"), ("mergetool.mine.cmd", answer), ("mergetool.keepBackup", "false"),
                        ("mergetool.mine.trustExitCode", "true")):  # fmt: skip
        world.git(tree, "config", name, value)
    world.git(tree, "mergetool", "--no-prompt", "one.txt", check=what != "abort")
    if what == "continue":
        world.git(tree, "rebase", "--continue", env={"GIT_EDITOR": "true"})


def text(session: dict[str, Any]) -> str:
    return (Path(session["worktree"]) / "one.txt").read_text()


def choice(world: World, session: dict[str, Any]) -> Any:
    """What the command line says is chosen."""
    hunks = world.ok("conflicts", session["id"], "one.txt", "--all", "--json").json["hunks"]
    return next(hunk["choice"] for hunk in hunks if hunk["kind"] == "conflict")


def goes_on(shown: Shown, wizard: MergeWizard) -> None:
    shown.until(lambda: wizard.frame.foot.go_on.text() == "Continue" and wizard.frame.foot.go_on.isEnabled())
    wizard.frame.foot.go_on.click()
    shown.until(lambda: wizard.mode is WizardMode.OVER)


@pytest.mark.parametrize("act", [in_terminal, in_tool])
def test_others_resolve(
    shown: Shown, world: World, session: dict[str, Any], wizard: MergeWizard, act: Callable[..., None]
) -> None:
    act(world, session, "resolve")
    shown.until(lambda: facts(wizard)["Conflicts"] == "all resolved")
    goes_on(shown, wizard)
    assert world.git(session["repo"], "show", "main:one.txt").strip() == THEIRS.strip()
    wizard.close()


def test_an_editor_resolves_and_which_text_counts_is_asked(
    shown: Shown, world: World, session: dict[str, Any], wizard: MergeWizard
) -> None:
    in_editor(world, session, "resolve")
    page = conflict_page(wizard)
    shown.until(lambda: page.stage.strip.text.startswith("This file was changed outside."))
    shown.until(lambda: not shown.desktop.background.busy)
    assert facts(wizard)["Conflicts"] == "1 of 1 file left"
    shown.until(lambda: wizard.frame.foot.go_on.text() == "Resolve one.txt" and wizard.frame.foot.go_on.isEnabled())
    wizard.frame.foot.go_on.click()
    shown.until(wizard.frame.strip.isVisible)
    assert text(session) == THEIRS and choice(world, session) == "session"
    page.stage.strip._buttons[0].click()
    goes_on(shown, wizard)
    assert world.git(session["repo"], "show", "main:one.txt").strip() == THEIRS.strip()
    wizard.close()


@pytest.mark.parametrize("act", [in_terminal, in_editor])
def test_others_abort(
    shown: Shown, world: World, session: dict[str, Any], wizard: MergeWizard, act: Callable[..., None]
) -> None:
    act(world, session, "abort")
    if act is in_terminal:
        shown.until(lambda: wizard.mode is WizardMode.CHECK)
    else:
        shown.until(lambda: sentence(wizard).startswith("The rebase of the merge into main was given up by hand."))
        assert wizard.mode is WizardMode.WAITS
    assert text(session) == "session\n"
    wizard.close()


def test_a_tool_that_is_closed_changes_nothing(
    shown: Shown, world: World, session: dict[str, Any], wizard: MergeWizard
) -> None:
    before, said = text(session), sentence(wizard)
    in_tool(world, session, "abort")
    wizard.refresh()
    shown.until(lambda: not shown.desktop.background.busy)
    assert (wizard.mode, sentence(wizard)) == (WizardMode.CONFLICTS, said)
    assert text(session) == before and choice(world, session) == "session"
    wizard.close()


@pytest.mark.parametrize("act", [in_terminal, in_editor, in_tool])
def test_others_go_on(
    shown: Shown, world: World, session: dict[str, Any], wizard: MergeWizard, act: Callable[..., None]
) -> None:
    act(world, session, "continue")
    if act is not in_terminal:
        shown.until(lambda: sentence(wizard).startswith("The rebase onto main was finished by hand."))
        assert wizard.mode is WizardMode.WAITS
        goes_on(shown, wizard)
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    assert world.git(session["repo"], "show", "main:one.txt").strip() == THEIRS.strip()
    wizard.close()


def test_a_busy_store_is_not_read_again_and_again(
    shown: Shown, world: World, session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = list[str]()

    def counted(ctx: Context, session_id: str) -> MergeReading:
        reads.append(session_id)
        return read_merge(ctx, session_id)

    monkeypatch.setattr(following, "read_merge", counted)
    monkeypatch.setattr(following, "_APART_MS", 10**6)
    wizard = open_wizard(shown, session)
    shown.until(lambda: not shown.desktop.background.busy)
    known = len(reads)
    for _ in range(3):
        shown.desktop.watcher.changed.emit()
        shown.until(lambda: not shown.desktop.background.busy)
    assert len(reads) == known, "others work in the same store"
    world.ok("abort-merge", session["id"])
    shown.until(lambda: wizard.mode is WizardMode.CHECK)
    wizard.close()


def test_what_cannot_be_read_of_the_conflicts_is_said(
    shown: Shown, world: World, session: dict[str, Any], wizard: MergeWizard
) -> None:
    choices = next(world.root.rglob("conflicts.json"))
    before = choices.read_bytes()
    choices.write_text("{")
    shown.until(lambda: f"{choices} cannot be read" in sentence(wizard) and "doctor --fix" in sentence(wizard))
    choices.write_bytes(before)
    shown.until(
        lambda: wizard.mode is WizardMode.CONFLICTS and sentence(wizard).startswith("The merge into main waits")
    )
    Path(session["worktree"]).rename(world.root / "away")
    shown.until(lambda: "does not exist" in sentence(wizard))
    wizard.close()


def test_what_a_command_said_when_it_failed_stays_though_the_session_was_being_read(
    shown: Shown, world: World, worked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = open_wizard(shown, worked)
    read, go = hold_next_reading(monkeypatch)
    wizard.refresh()
    shown.until(lambda: read != [])
    conflict(world, worked)
    assert world.cli("merge", worked["id"], "--message", "feat: all").code == 4
    wizard.work.failed.emit(CommandError("failed", "It broke off", None, 1, {}))
    wizard.work.changed.emit()
    go.set()
    shown.until(lambda: wizard.mode is WizardMode.CONFLICTS and not shown.desktop.background.busy)
    assert "It broke off" in wizard.frame.strip.text
    wizard.close()
