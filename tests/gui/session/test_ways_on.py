"""What a person reads and clicks when something is wrong: the sentence, the button, the command to copy."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton

from ampsm_gui.look.way_on import WayOn, said, spelled_out, way_on
from tests.gui.conftest import World
from tests.gui.shown import Shown


@pytest.mark.parametrize(
    ("hint", "command"),
    [
        ("amp-sessions doctor --fix", "amp-sessions doctor --fix"),
        ("finish it, or give it up: git -C /w merge --abort", "git -C /w merge --abort"),
        ("mount or move it back to /r, then: amp-sessions status a-1", "amp-sessions status a-1"),
        ("git -C /r update-ref a b; or, if that was meant: amp-sessions doctor --accept a", "git -C /r update-ref a b"),
        ("git -C /r switch main, then: amp-sessions merge a", "git -C /r switch main"),
        ("mv -i '/w/a; b' elsewhere", "mv -i '/w/a; b' elsewhere"),
        ("set TERMINAL to the one you use", ""),
        (None, ""),
    ],
)  # fmt: skip
def test_the_command_in_a_hint_is_found(hint: str | None, command: str) -> None:
    assert way_on(hint).command == command


def test_a_hint_is_read_after_its_message() -> None:
    assert said("It waits.", "finish it, then: git status") == "It waits. Finish it."
    assert way_on("look at it") == WayOn("Look at it.", "")
    assert said("No.", None) == "No."


@pytest.mark.parametrize("name", ["demo/notes.md", "a_b", "readme.txt", "--remote"])
def test_a_name_that_comes_first_is_told_as_it_is_written(name: str) -> None:
    assert said(f"{name} has a marker", "edit it") == f"{name} has a marker. Edit it."
    assert said("tests, and more; can’t", "worktree: look") == "Tests, and more; can’t. Worktree: look."


def test_a_command_is_for_a_button_and_no_part_of_a_sentence() -> None:
    assert said("It is gone", "amp-sessions doctor --fix") == "It is gone."
    assert spelled_out("It is gone", "amp-sessions doctor --fix") == "It is gone. Next: amp-sessions doctor --fix"
    assert way_on("amp-sessions abort-merge a-1").verb("a-1") == "abort-merge"
    assert way_on("amp-sessions abort-merge b-2").verb("a-1") == ""
    assert way_on("amp-sessions iterate a-1 --no-verify").verb("a-1") == ""
    assert way_on("git -C 'a status").verb("a-1") == ""


@pytest.mark.session("Login page", iterations=2, runs=[{"edits": {"one.txt": "1\n"}}, {"edits": {"two.txt": "2\n"}}])
def test_a_branch_that_was_put_back_shows_the_command_of_git(
    shown: Shown, world: World, session: dict[str, Any]
) -> None:
    before = world.git(session["worktree"], "rev-parse", "HEAD").strip()
    world.git(session["worktree"], "reset", "-q", "--hard", "HEAD~1")
    shown.show(session)
    header = shown.page.header
    shown.until(header.command.isVisible)
    header.command.findChildren(QToolButton)[0].click()
    command = QGuiApplication.clipboard().text()
    assert command == header.command.command and "reset --keep" in command
    subprocess.run(shlex.split(command), check=True, timeout=60)
    assert world.git(session["worktree"], "rev-parse", "HEAD").strip() == before
    shown.until(lambda: not header.command.isVisible())


@pytest.mark.session("Login page", iterations=1, edits={"one.txt": "1\n"})
def test_a_merge_of_git_that_waits_names_files_and_both_ways(
    shown: Shown, world: World, session: dict[str, Any]
) -> None:
    worktree = Path(session["worktree"])
    world.git(worktree, "switch", "-qc", "side", "HEAD~1")
    (worktree / "one.txt").write_text("other\n")
    world.git(worktree, "add", ".")
    world.git(worktree, "commit", "-qm", "Other")
    world.git(worktree, "switch", "-q", session["branch"])
    subprocess.run(["git", "-C", str(worktree), "merge", "side"], capture_output=True, timeout=60, check=False)
    shown.show(session)
    header = shown.page.header
    assert "with conflicts in one.txt" in header.sentence.text()
    assert header.button.text() == "Open the worktree"
    assert header.command.command.endswith("merge --abort")


def test_a_follow_up_is_queued_without_options_that_it_cannot_keep(
    shown: Shown, world: World, session: dict[str, Any]
) -> None:
    world.use(lines=400, sleep=0.05)
    shown.show(session)
    shown.action("iterateAction").trigger()
    shown.until(lambda: shown.page.notes.submit.text() == "Queue")
    view = dict(shown.page._view or {})
    view["situation"] = {**view["situation"], "action": "iterate", "options": ("--timeout", "7200")}
    shown.actions.set_session(session["id"], view)  # what was read a moment before
    shown.actions.do("iterate")
    shown.until(lambda: len(world.status(session)["queue"]) == 1)
    assert not shown.strip
    world.ok("stop", session["id"], "--queued")


@pytest.mark.parametrize(
    ("action", "hint"), [("openEditorAction", "amp-sessions config set editor"), ("openFolderAction", "ls -la ")]
)
def test_what_opens_nothing_says_what_to_do(
    shown: Shown, session: dict[str, Any], monkeypatch: pytest.MonkeyPatch, action: str, hint: str
) -> None:
    monkeypatch.setattr("ampsm_gui.models.session.opening._EDITORS", ())
    monkeypatch.setattr("ampsm_gui.pages.opener.QDesktopServices.openUrl", lambda _: False)
    shown.show(session)
    failed: list[Any] = []
    shown.actions._opener.failed.connect(lambda _, error: failed.append(error))
    shown.action(action).trigger()
    shown.until(lambda: bool(failed))
    assert failed[0].hint.startswith(hint)
