"""Conflicts at the command line: what is shown, what goes together, and a terminal led through the hunks."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Screen
from tests.support.world import Result, World

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LINES = [f"line {n}\n" for n in range(1, 21)]


def _changed(**lines: str) -> str:
    changed = list(LINES)
    for name, text in lines.items():
        changed[int(name[1:]) - 1] = f"{text}\n"
    return "".join(changed)


@pytest.fixture
def torn(world: World, kept: Callable[..., Any]) -> Any:
    """A session whose merge waits at two conflicts in `a.txt`, and at `b.txt`, which the target has deleted."""
    return kept("torn", lambda: _torn(world))


def _torn(world: World) -> dict[str, Any]:
    repo = world.make_repo(files={"a.txt": "".join(LINES), "b.txt": "b\n", "c.txt": "".join(LINES)})
    session = world.new(repo, "Fix login")
    worktree = Path(session["worktree"])
    (worktree / "a.txt").write_text(_changed(l3="S3", l15="S15"))
    (worktree / "b.txt").write_text("b changed\n")
    (worktree / "c.txt").write_text(_changed(l3="S3"))
    assert world.cli("commit", session["id"], "--message", "Session change").code == 0
    (repo / "a.txt").write_text(_changed(l3="T3", l15="T15"))
    (repo / "c.txt").write_text(_changed(l15="T15"))
    (repo / "b.txt").unlink()
    world.git(repo, "commit", "-qam", "Target change")
    assert world.cli("merge", session["id"], "--message", "feat: both").code == 4
    return session


def test_a_terminal_is_led_through_the_hunks_one_key_each(
    torn: dict[str, Any], cli: Callable[..., Result], on_terminal: Callable[..., Screen]
) -> None:
    screen = on_terminal("resolve", torn["id"], "a.txt", typed="2#d")
    text = COLOUR.sub("", screen.text)
    assert screen.code == 0
    assert "Target   main" in text and "Session  Fix login" in text and "│ S15" in text and "a.txt: resolved" in text
    written = (Path(torn["worktree"]) / "a.txt").read_text()
    assert written == "".join(_changed(l3="S3", l15="S15\nT15"))
    assert cli("conflicts", torn["id"], "--json").json["files"][0]["path"] == "b.txt"


def test_quitting_keeps_what_was_chosen_and_writes_nothing(
    torn: dict[str, Any], cli: Callable[..., Result], on_terminal: Callable[..., Screen]
) -> None:
    before = (Path(torn["worktree"]) / "a.txt").read_bytes()
    assert on_terminal("resolve", torn["id"], "a.txt", typed="1xq").code == 0
    hunks = cli("conflicts", torn["id"], "a.txt", "--json").json["hunks"]
    assert [hunk["choice"] for hunk in hunks] == ["target", None]
    assert (Path(torn["worktree"]) / "a.txt").read_bytes() == before
    missing = cli("resolve", torn["id"])
    assert missing.code == 2 and "Missing argument 'PATH...'" in missing.err
    screen = on_terminal("resolve", torn["id"], typed="0xs2s")  # all files that are left
    assert screen.code == 0 and "Session changed it" in screen.text and "nothing on the key 'x'" in screen.text
    text = COLOUR.sub("", screen.text)
    assert "1 Delete it · 2 Keep Session's file · u un-choose" in text and "  file, 10 bytes" in text
    shown = cli("conflicts", torn["id"], "b.txt").out
    assert "There will be Session's file, 10 bytes." in shown and "--take delete  Delete it" in shown
    files = cli("conflicts", torn["id"], "--json").json["files"]
    assert [(file["open"], file["choice"]) for file in files] == [(0, None), (0, "session")]


def test_what_an_editor_makes_of_a_hunk(
    torn: dict[str, Any], cli: Callable[..., Result], on_terminal: Callable[..., Screen], tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    for does, said, choice in (
        ("exit 3", "Editing failed", None), ("printf '\\351\\n' > $1", "UTF-8", None),
        ("printf 'x\\r' > $1", "own", "text"),
    ):  # fmt: skip
        editor.write_text(f"#!/bin/sh\n{does}\n")
        editor.chmod(0o755)
        screen = on_terminal("resolve", torn["id"], "a.txt", typed="eq", env={"EDITOR": str(editor)})
        assert screen.code == 0 and said in screen.text and "nothing on the key" not in screen.text, screen
        hunk = cli("conflicts", torn["id"], "a.txt", "--json").json["hunks"][0]
        assert hunk["choice"] == choice
    assert hunk["result"] == "x\r\n"


def test_the_name_of_a_file_goes_before_the_one_that_others_had(world: World) -> None:
    repo = world.make_repo(files={"old": "".join(LINES)})
    session = world.new(repo, "Moved apart")
    world.git(Path(session["worktree"]), "mv", "old", "of-session")
    world.git(Path(session["worktree"]), "commit", "-qm", "Session moves it")
    world.git(repo, "mv", "old", "of-target")
    world.git(repo, "commit", "-qm", "Target moves it")
    assert world.cli("merge", session["id"], "--message", "feat: both").code == 4
    found = world.cli("conflicts", session["id"], "--json").json["files"]
    assert [(file["path"], file["oldPath"]) for file in found] == [
        ("of-session", "old"), ("of-target", "old"), ("old", None),
    ]  # fmt: skip
    done = world.cli("resolve", session["id"], "old", "--take", "delete", "--done", "--json")
    assert done.code == 0 and [file["path"] for file in done.json["files"]] == ["old"]
    assert done.json["files"][0]["resolved"] and done.json["left"] == 2


def test_paths_are_also_those_seen_from_a_folder_of_the_worktree(torn: dict[str, Any], world: World) -> None:
    below = Path(torn["worktree"]) / "below"
    below.mkdir()
    done = world.cli("conflicts", torn["id"], "../a.txt", "--json", cwd=below)
    assert done.code == 0 and done.json["file"]["path"] == "a.txt"


@pytest.mark.parametrize(
    "options",
    [
        (), ("--take", "session", "--from", "-"), ("--undo", "--done"), ("--hunk", "1"), ("--outside", "--draft"),
        ("b.txt", "--take", "session", "--hunk", "1"), ("--take", "ours"), ("--from", "/no/such/file"),
        ("--take", "session", "--hunk", "9"), ("--take", "delete"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_changes_nothing(
    torn: dict[str, Any], cli: Callable[..., Result], options: tuple[str, ...]
) -> None:
    done = cli("resolve", torn["id"], "a.txt", *options)
    assert done.code == 2 and "hint: " in done.err, done
    hunks = cli("conflicts", torn["id"], "a.txt", "--json").json["hunks"]
    assert [hunk["choice"] for hunk in hunks] == [None, None]


def test_the_text_of_a_hunk_in_another_encoding_is_refused(
    torn: dict[str, Any], cli: Callable[..., Result], tmp_path: Path
) -> None:  # fmt: skip
    (tmp_path / "text").write_bytes(b"caf\xe9\n")
    done = cli("resolve", torn["id"], "a.txt", "--from", str(tmp_path / "text"), "--hunk", "1")
    assert done.code == 2 and "UTF-8" in done.err, done
    assert cli("conflicts", torn["id"], "a.txt", "--json").json["hunks"][0]["choice"] is None


def test_what_was_begun_is_told_with_what_stopped_it(torn: dict[str, Any], cli: Callable[..., Result]) -> None:
    done = cli("resolve", torn["id"], "a.txt", "--take", "target", "--hunk", "1", "--done", "--json")
    assert done.code == 4 and done.json["error"]["hint"]
    assert done.json["left"] == 2 and done.json["files"][0]["open"] == 1


def test_what_was_written_over_is_brought_back_by_the_words_that_are_said(torn: dict[str, Any], world: World) -> None:
    file = Path(torn["worktree"]) / "a.txt"
    file.write_text("mine\n")
    done = world.cli("resolve", torn["id"], "a.txt", "--take", "target", "--draft")
    assert done.code == 0 and file.read_text() == _changed(l3="T3", l15="T15")
    (words,) = re.findall("^Bring it back: git (.*)$", done.out, re.M)
    world.git(Path(torn["repo"]), *shlex.split(words))
    assert file.read_text() == "mine\n"
    undone = world.cli("resolve", torn["id"], "a.txt", "--undo", "--json").json
    assert len(undone["snapshotRefs"]) == 1 and "<<<<<<<" in file.read_text()
    file.unlink()
    assert world.cli("resolve", torn["id"], "a.txt", "--draft", "--json").json["snapshotRefs"] == []


def test_markers_that_are_staged_are_told_before_anybody_goes_on(torn: dict[str, Any], world: World) -> None:
    world.git(Path(torn["worktree"]), "add", "--all")
    said = world.cli("conflicts", torn["id"]).out
    assert "count as resolved, but markers are left" in said and "Conflict markers are left in a.txt:" in said
    (undo,) = re.findall("^Or settle it anew: amp-sessions (.*)$", said, re.M)
    assert world.cli(*shlex.split(undo)).code == 0
    left = [file["path"] for file in world.cli("conflicts", torn["id"], "--json").json["files"]]
    assert left == ["a.txt"]


@pytest.mark.parametrize("path", ["nowhere.txt", "../../a.txt"])
def test_a_path_without_a_conflict_is_said_to_be_none(
    torn: dict[str, Any], cli: Callable[..., Result], path: str
) -> None:
    for command in (("conflicts",), ("resolve", "--done")):
        done = cli(command[0], torn["id"], path, *command[1:])
        assert done.code == 3 and torn["id"] in done.err, done


def test_without_conflicts_there_is_nothing_to_show(world: World, session: dict[str, Any]) -> None:
    for command in (("conflicts", session["id"]), ("resolve", session["id"], "a.txt", "--take", "target")):
        done = world.cli(*command)
        assert done.code == 1 and f"amp-sessions status {session['id']}" in done.err, done


def test_what_git_merged_by_itself_is_told_with_the_files_it_asks_for(
    torn: dict[str, Any], cli: Callable[..., Result]
) -> None:
    assert cli("conflicts", torn["id"], "--json").json["merged"] == ["c.txt"]
    assert "Git merged 1 file by itself: c.txt" in cli("conflicts", torn["id"]).out


def test_what_was_chosen_before_stays_and_that_is_said(
    torn: dict[str, Any], cli: Callable[..., Result], tmp_path: Path
) -> None:
    assert cli("resolve", torn["id"], "a.txt", "--take", "session").err == ""
    again = cli("resolve", torn["id"], "a.txt", "--take", "target", "--done")
    assert "Nothing was open in a.txt" in again.err and f"resolve {torn['id']} a.txt --undo" in again.err
    assert "S3" in (Path(torn["worktree"]) / "a.txt").read_text()
    (tmp_path / "whole").write_text("mine\n")
    assert cli("resolve", torn["id"], "a.txt", "--from", str(tmp_path / "whole")).code == 0
    refused = cli("resolve", torn["id"], "a.txt", "--take", "target", "--hunk", "1")
    assert refused.code == 2 and "a text of your own" in refused.err
    assert cli("conflicts", torn["id"], "a.txt", "--json").json["file"]["choice"] == "text"


def test_a_key_never_drops_a_whole_text(
    torn: dict[str, Any], cli: Callable[..., Result], on_terminal: Callable[..., Screen], tmp_path: Path
) -> None:
    (tmp_path / "whole").write_text("mine\n")
    cli("resolve", torn["id"], "a.txt", "--from", str(tmp_path / "whole"))
    screen = on_terminal("resolve", torn["id"], "a.txt", typed="1q")
    assert "a text of your own" in COLOUR.sub("", screen.text)
    assert cli("conflicts", torn["id"], "a.txt", "--json").json["result"] == "mine\n"
