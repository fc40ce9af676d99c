"""A session whose repository is gone for good can be taken off the list, and nothing else about it is."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import World

Session = dict[str, Any]


@pytest.fixture
def session(world: World) -> Session:
    world.use(edits={"a.txt": "a\n"}, text="Done.")
    made = world.new(world.make_repo(), "Task")
    world.iterate(made)
    (Path(made["worktree"]) / "mine").write_text("mine\n")
    return made


def test_only_where_the_repository_is_gone_and_only_when_asked(world: World, session: Session) -> None:
    forget = ("cleanup", session["id"], "--forget", "--yes")
    there = world.cli(*forget)
    assert there.code == 2 and there.err.endswith(f"hint: amp-sessions cleanup {session['id']}\n"), there
    Path(session["repo"]).rename(world.root / "away")
    assert "idle, repository gone" in world.ok("list").out
    for words in (("--yes",), ("--yes", "--force")):
        refused = world.cli("cleanup", session["id"], *words)
        assert refused.code == 3 and refused.err.endswith(f"amp-sessions cleanup {session['id']} --forget\n"), refused
    found = world.cli("doctor", "--json").json["findings"]
    assert "cleanup with --forget" in next(row["message"] for row in found if row["id"] == "repository-missing")
    asked = world.cli("cleanup", session["id"], "--forget")
    assert asked.code == 2 and asked.err.endswith(f"hint: amp-sessions cleanup {session['id']} --forget --yes\n"), asked
    done = world.ok(*forget)
    assert "nothing there was looked at or removed" in done.err and "gone already" not in done.out
    assert session["id"] not in world.ok("list").out and session["id"] in world.ok("list", "--all").out
    assert world.ok(*forget, "--json").json == {
        "removed": {"worktree": None, "branch": None}, "snapshotRef": None, "alreadyGone": [], "error": None,
    }  # fmt: skip
    assert world.ok("logs", session["id"]).out
    assert world.cli("doctor", "--json").json["findings"][-1]["id"] != "repository-missing"


@pytest.mark.parametrize("lost", ["nothing", "worktree", "branch"])
def test_it_comes_back_with_its_repository(world: World, session: Session, lost: str) -> None:
    repo, tree = Path(session["repo"]), Path(session["worktree"])
    repo.rename(world.root / "away")
    world.ok("cleanup", session["id"], "--forget", "--yes")
    assert world.cli("restore", session["id"]).code == 3
    (world.root / "away").rename(repo)
    if lost == "worktree":
        shutil.rmtree(tree)
    elif lost == "branch":
        world.git(repo, "update-ref", "-d", f"refs/heads/{session['branch']}")
    world.ok("restore", session["id"])
    assert (tree / "a.txt").exists() and (tree / "mine").exists() == (lost != "worktree")
    assert session["id"] in world.ok("list").out
    world.ok("status", session["id"])
