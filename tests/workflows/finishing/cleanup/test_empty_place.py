"""An empty folder in the place of a worktree, or one with `AGENT_CONTEXT/` alone, is a worktree that is missing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import World

Session = dict[str, Any]


@pytest.fixture
def session(world: World) -> Session:
    made = world.new(world.make_repo(), "Task")
    world.commit(Path(made["worktree"]), {"a": "a\n"})
    world.cli("undo", made["id"])
    return made


def emptied(tree: Path) -> None:
    shutil.rmtree(tree)
    tree.mkdir()


def context_alone(tree: Path) -> None:
    for entry in tree.iterdir():
        if entry.name != "AGENT_CONTEXT":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    (tree / "AGENT_CONTEXT/notes").write_text("kept\n")


COMMANDS = (
    "iterate", "run", "commit --message m", "squash --message m", "rebase", "undo", "merge --message m", "preflight",
    "diff", "path",
)  # fmt: skip


@pytest.mark.parametrize("command", slow_but(COMMANDS, {"iterate"}))
@pytest.mark.parametrize("make", [emptied, context_alone])
def test_what_needs_it_says_how_it_comes_back(
    world: World, session: Session, make: Callable[[Path], None], command: str
) -> None:
    tree = Path(session["worktree"])
    make(tree)
    verb, *options = command.split()
    refused = world.cli(verb, session["id"], *options)
    assert refused.code == 5 and f"amp-sessions restore {session['id']}" in refused.err, refused
    assert f"amp-sessions restore {session['id']}" in world.ok("status", session["id"]).out
    world.ok("restore", session["id"])
    assert (tree / "a").read_text() == "a\n" and world.git(tree, "status", "--porcelain") == ""
    assert make is emptied or (tree / "AGENT_CONTEXT/notes").read_text() == "kept\n"
    assert world.cli("doctor", "--fix").code == 0


@pytest.mark.parametrize("make", [emptied, context_alone])
def test_a_cleanup_takes_it_for_gone(world: World, session: Session, make: Callable[[Path], None]) -> None:
    make(Path(session["worktree"]))
    refused = world.cli("cleanup", session["id"], "--yes")  # its commit is nowhere else
    assert refused.code == 5 and refused.err.endswith(f"hint: amp-sessions restore {session['id']}\n"), refused
    done = world.ok("cleanup", session["id"], "--yes", "--force", "--json").json
    assert done["alreadyGone"] == ["worktree"] and done["removed"]["branch"] == session["branch"]
    world.ok("restore", session["id"])
    assert (Path(session["worktree"]) / "a").exists()
    assert make is emptied or (Path(session["worktree"]) / "AGENT_CONTEXT/notes").exists()


def test_a_worktree_that_git_moved_is_moved_back(world: World, session: Session) -> None:
    tree, away = Path(session["worktree"]), world.root / "away"
    (tree / "mine").write_text("mine\n")
    world.git(session["repo"], "worktree", "move", tree, away)
    refused = world.cli("restore", session["id"])
    back = f"git -C {session['repo']} worktree move {away} {tree}"
    assert refused.code == 5 and refused.err.endswith(f"hint: {back}\n"), refused
    world.git(session["repo"], "worktree", "move", away, tree)
    assert "nothing to bring back" in world.ok("restore", session["id"]).err and (tree / "mine").exists()
