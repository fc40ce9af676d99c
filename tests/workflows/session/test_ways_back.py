"""Hints out of states that people make by hand: the command that is named works there, or `status` knows the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.world import Result, World

Session = dict[str, Any]


@pytest.fixture
def session(world: World) -> Session:
    """One with a commit that conflicts with its base."""
    repo = world.make_repo()
    made = world.new(repo, "Mine")
    world.commit(Path(made["worktree"]), {"README.md": "mine\n"})
    world.commit(repo, {"README.md": "theirs\n"})
    return made


def refused(done: Result, session: Session) -> None:
    """Refused, and `status` is what to type."""
    assert done.code == 5 and done.err.rstrip().endswith(f"hint: amp-sessions status {session['id']}"), done


@pytest.mark.parametrize("command", [("squash", "--message", "m"), ("rebase",)])
def test_files_with_conflicts_are_not_to_be_committed(world: World, session: Session, command: tuple[str, ...]) -> None:
    world.git(session["worktree"], "merge", "main", check=False)
    done = world.cli(command[0], session["id"], *command[1:])
    assert done.code == 5 and done.err.rstrip().endswith(f"git -C {session['worktree']} merge --abort"), done


@pytest.mark.parametrize("command", ["iterate", "run", "continue-merge"])
@pytest.mark.rounds(1)
def test_a_branch_cannot_be_switched_to_over_conflicts(world: World, session: Session, command: str) -> None:
    world.cli("rebase", session["id"])
    world.git(session["worktree"], "rebase", "--quit")
    done = world.cli(command, session["id"])
    assert done.code == 5 and done.err.rstrip().endswith(f"git -C {session['worktree']} add -- README.md"), done


@pytest.mark.parametrize("command", [("merge", "--message", "m"), ("cleanup", "--yes")])
def test_without_the_branch_no_file_counts_as_new(world: World, session: Session, command: tuple[str, ...]) -> None:
    """git takes all of them for new, but there is no branch to commit them to."""
    world.git(session["repo"], "update-ref", "-d", f"refs/heads/{session['branch']}")
    (Path(session["worktree"]) / "new.txt").write_text("new\n")
    done = world.cli(command[0], session["id"], *command[1:])
    assert done.code == 5 and done.err.rstrip().endswith(f"hint: amp-sessions restore {session['id']}"), done
    world.ok("restore", session["id"])
    assert world.git(session["worktree"], "status", "--porcelain") == "?? new.txt"


def test_nothing_is_restored_without_a_repository(world: World, session: Session) -> None:
    repo = Path(session["repo"])
    repo.rename(repo.with_name("away"))
    for command in ("path", "restore"):
        done = world.cli(command, session["id"])
        assert done.code == 3 and done.err.endswith(f"then: amp-sessions status {session['id']}\n"), done
