"""What a hint says can be typed as it stands, from its command on."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import World


@pytest.fixture
def worked(world: World) -> dict[str, Any]:
    world.use(edits={"one.txt": "1\n"})
    session = world.new(world.make_repo(), "Login page")
    world.iterate(session)
    return session


def _command(hint: str) -> list[str]:
    """The words from the program on, which a shell would run."""
    start = min(place for name in ("git ", "amp-sessions ") if (place := hint.find(name)) >= 0)
    assert not set("();") & set(hint[start:].replace("'^(commit|user|gpg)[.]'", ""))
    return shlex.split(hint[start:])


def test_a_commit_that_cannot_be_signed_says_so(world: World, worked: dict[str, Any]) -> None:
    world.git(worked["repo"], "config", "commit.gpgSign", "true")
    world.git(worked["repo"], "config", "gpg.program", "false")
    world.use(edits={"two.txt": "2\n"})
    failed = world.cli("iterate", worked["id"], "--json")
    error = failed.json["error"]
    assert failed.code == 1 and error["code"] == "commit-refused"
    assert "sign" in error["message"] and "hook" not in world.status(worked)["nextStep"]
    shown = subprocess.run(_command(error["hint"]), capture_output=True, text=True, timeout=60, check=True)
    assert "commit.gpgsign true" in shown.stdout
    by_hand = world.cli("commit", worked["id"], "--message", "Mine", "--json")
    assert by_hand.json["error"]["hint"] == error["hint"]
    world.git(worked["repo"], "config", "commit.gpgSign", "false")
    world.use(edits={"three.txt": "3\n"})
    world.iterate(worked)


def test_a_branch_that_was_deleted_comes_back_by_the_hint(world: World, worked: dict[str, Any]) -> None:
    tip = world.git(worked["repo"], "rev-parse", worked["branch"]).strip()
    world.git(worked["repo"], "update-ref", "-d", f"refs/heads/{worked['branch']}")
    for words in (["iterate"], ["commit", "--message", "m"], ["rebase"]):
        failed = world.cli(words[0], worked["id"], *words[1:], "--json")
        assert failed.code == 5, words
        assert failed.json["error"]["hint"] == f"amp-sessions restore {worked['id']}"
    world.ok(*_command(failed.json["error"]["hint"])[1:])
    assert world.git(worked["repo"], "rev-parse", worked["branch"]).strip() == tip
    assert Path(worked["worktree"], "one.txt").exists()


def test_what_an_abort_keeps_comes_back_in_the_session_wherever_it_is_typed(
    world: World, worked: dict[str, Any]
) -> None:
    world.commit(Path(worked["repo"]), {"one.txt": "theirs\n", "kept.txt": "mine\n"})
    assert world.cli("rebase", worked["id"]).code == 4
    Path(worked["worktree"], "one.txt").write_text("half resolved\n")
    said = world.ok("abort-merge", worked["id"]).out
    checkout = Path(worked["repo"])
    for start in ("Look at it: ", "Bring it back: "):
        line = said.partition(start)[2].splitlines()[0]
        subprocess.run(shlex.split(line), cwd=checkout.parent, capture_output=True, timeout=60, check=True)
    assert Path(worked["worktree"], "one.txt").read_text() == "half resolved\n"
    assert (checkout / "one.txt").read_text() == "theirs\n"


def test_giving_up_a_merge_is_never_the_only_way_that_is_named(world: World, worked: dict[str, Any]) -> None:
    """What somebody has resolved already would be lost with it."""
    world.commit(Path(worked["repo"]), {"one.txt": "theirs\n"})
    world.use(shell=["git merge -q main"])
    done = world.cli("iterate", worked["id"])
    assert done.code == 5 and "finish it, or give it up: git -C" in done.err, done
    assert f"next       amp-sessions status {worked['id']}" in done.out + done.err
    assert "Finish it, or give it up: git -C" in world.status(worked)["nextStep"]
    found = world.cli("doctor", "--json").json["findings"]
    [fix] = [row["fix"] for row in found if row["id"] == "operation-open"]
    assert fix == f"finish it, or give it up: git -C {worked['worktree']} merge --abort"


def test_one_file_after_the_other_is_moved_away_and_none_is_lost(world: World, worked: dict[str, Any]) -> None:
    repo, worktree = Path(worked["repo"]), Path(worked["worktree"])
    names = ("a.env", "b.env")
    (repo / ".git" / "info").mkdir(exist_ok=True)
    with (repo / ".git" / "info" / "exclude").open("a") as exclude:
        exclude.write("*.env\n")
    for name in names:
        (worktree / name).write_text(f"mine: {name}\n")
        (repo / name).write_text("theirs\n")
    world.git(repo, "add", "-f", *names)
    world.git(repo, "commit", "-qm", "both")
    for _ in names:
        hint = world.cli("rebase", worked["id"], "--json").json["error"]["hint"]
        words = shlex.split(hint)
        subprocess.run(words, cwd=world.root, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    kept = [place.read_text() for place in (world.root / "elsewhere", *(worktree / name for name in names))
            if place.exists()]  # fmt: skip
    assert sorted(kept) == [f"mine: {name}\n" for name in names]
