"""`merge --cleanup` says what `cleanup` alone says: what is not kept, before it goes, and how it ended."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import World


def _worked(world: World, repo: Path, name: str) -> dict[str, Any]:
    session = world.new(repo, name)
    (Path(session["worktree"]) / f"{name}.txt").write_text("new\n")
    world.ok("commit", session["id"], "--message", "work")
    return session


@pytest.mark.parametrize("how", slow_but(("--json", "--stream-json", "text"), ("--json",)))
def test_what_is_not_kept_is_said(world: World, how: str) -> None:
    """The same sentences from both, each naming a file and how large it is."""
    repo = world.make_repo(files={".gitignore": "*.bin\nout/\n", "one.txt": "1\n"})
    world.ok("config", "set", "trashIgnoredMaxMiB", "1")
    said = []
    for name in ("alone", "within"):
        session = _worked(world, repo, name)
        worktree = Path(session["worktree"])
        (worktree / "out").mkdir()
        for large in ("big.bin", "out/film"):
            with (worktree / large).open("wb") as file:
                file.truncate(3 * 2**20)
        (worktree / "small.bin").write_bytes(b"kept")
        options = [] if how == "text" else [how]
        if name == "alone":
            world.ok("merge", session["id"], "--message", "m")
            done = world.ok("cleanup", session["id"], "--yes", *(["--json"] if options else []))
        else:
            done = world.ok("merge", session["id"], "--message", "m", "--cleanup", *options)
        assert not worktree.exists()
        said.append([line for line in done.err.splitlines() if line.startswith("note:")])
        world.ok("restore", session["id"])
        assert (worktree / "small.bin").read_bytes() == b"kept" and not (worktree / "big.bin").exists()
    assert said[0] == said[1] and len(said[0]) == 2
    assert "big.bin" in said[0][0] and "3.0 MiB" in said[0][0] and "out" in said[0][1]


def test_what_keeps_it_from_going_is_said_with_the_way_on(world: World) -> None:
    repo = world.make_repo()
    session = _worked(world, repo, "locked")
    world.git(repo, "worktree", "lock", session["worktree"])
    alone = world.cli("cleanup", session["id"], "--yes", "--json").json["error"]
    done = world.cli("merge", session["id"], "--message", "m", "--cleanup", "--json")
    assert (done.code, done.json["status"]) == (1, "merged")
    (warning,) = done.json["warnings"]
    assert alone["message"] in warning and alone["hint"] in warning
    assert f"Retry: amp-sessions cleanup {session['id']}" in warning and os.path.isdir(session["worktree"])


def test_how_it_ended_is_said(world: World) -> None:
    session = _worked(world, world.make_repo(), "done")
    done = world.ok("merge", session["id"], "--message", "m", "--cleanup")
    assert "the worktree is removed and the branch is removed" in done.err
    assert f"refs/ampsm/trash/{session['id']}" in done.err
