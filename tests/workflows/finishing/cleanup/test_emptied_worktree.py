"""A worktree whose files somebody took away: git says they were deleted, and nobody commits that as anybody's work."""

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
    world.use(edits={"made.txt": "m\n"}, text="Made.")
    repo = world.make_repo("repo", {"README.md": "r\n", "src/app.py": "a\n", ".gitignore": "x/\n", "z.txt": "z\n"})
    made = world.new(repo, "Task")
    world.iterate(made)
    return made


def everything(tree: Path) -> None:
    """All but the link to the repository."""
    for entry in tree.iterdir():
        if entry.name != ".git":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def what_a_star_matches(tree: Path) -> None:
    for entry in tree.iterdir():
        if not entry.name.startswith("."):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def all_for_own_files(tree: Path) -> None:
    everything(tree)
    (tree / "mine.txt").write_text("mine\n")


EMPTYING: dict[str, Callable[[Path], None]] = {
    "everything": everything, "what a star matches": what_a_star_matches, "own files instead": all_for_own_files,
}  # fmt: skip


@pytest.mark.parametrize("how", slow_but(EMPTYING, {"what a star matches"}))
def test_it_counts_as_lost_and_comes_back(world: World, session: Session, how: str) -> None:
    tree = Path(session["worktree"])
    tip = world.git(tree, "rev-parse", "HEAD")
    EMPTYING[how](tree)
    for words in (("iterate",), ("commit", "--message", "m")):
        done = world.cli(words[0], session["id"], *words[1:])
        assert done.code == 5 and done.err.rstrip().endswith(f"hint: amp-sessions restore {session['id']}"), done
    assert f"amp-sessions restore {session['id']}" in world.status(session)["nextStep"]
    found = world.cli("doctor", "--json").json["findings"]
    assert [row["fix"] for row in found if row["id"] == "worktree-missing"] == [f"amp-sessions restore {session['id']}"]
    assert world.git(tree, "rev-parse", "HEAD") == tip
    world.ok("restore", session["id"])
    assert [(tree / name).read_text() for name in ("README.md", "src/app.py", "made.txt")] == ["r\n", "a\n", "m\n"]
    own = "?? mine.txt" if how == "own files instead" else ""
    assert world.git(tree, "status", "--porcelain") == own


def test_deletions_that_are_meant_are_staged_or_leave_something(world: World, session: Session) -> None:
    tree = Path(session["worktree"])
    (tree / "README.md").unlink()
    world.ok("commit", session["id"], "--message", "without README")
    everything(tree)
    world.git(tree, "add", "-A")
    world.ok("commit", session["id"], "--message", "all gone")
    assert world.git(tree, "ls-tree", "-r", "HEAD") == ""


def test_an_agent_may_delete_everything(world: World, session: Session) -> None:
    world.use(shell=["rm -rf README.md src .gitignore z.txt made.txt"], text="Deleted.")
    world.iterate(session)
    assert world.git(session["worktree"], "ls-tree", "-r", "HEAD") == ""


def without_a_file(tree: Path) -> None:
    (tree / "README.md").unlink()


@pytest.mark.parametrize("lose", [all_for_own_files, without_a_file])
@pytest.mark.rounds(1)
def test_a_link_is_mended_only_where_every_file_is_there(
    world: World, session: Session, lose: Callable[[Path], None]
) -> None:
    """Else it would make deletions of what is not."""
    tree = Path(session["worktree"])
    (tree / ".git").unlink()
    assert f"Mend it: amp-sessions restore {session['id']}" in world.status(session)["nextStep"]
    lose(tree)
    said = world.status(session)["nextStep"]
    assert f"mv {tree} {tree}.old, then: amp-sessions restore {session['id']}" in said
    Path(tree).rename(f"{tree}.old")
    world.ok("restore", session["id"])
    assert world.git(tree, "status", "--porcelain") == "" and (tree / "README.md").exists()
    assert (lose is without_a_file) != Path(f"{tree}.old", "mine.txt").exists()
