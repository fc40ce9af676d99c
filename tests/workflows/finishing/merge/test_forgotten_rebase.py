"""A rebase of the program's that somebody made git forget (`git rebase --quit`) is given up like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.world import World


@pytest.mark.parametrize("words", [("rebase",), ("merge", "--message", "all")], ids=lambda words: words[0])
@pytest.mark.rounds(1)
def test_it_is_given_up(world: World, words: tuple[str, ...]) -> None:
    repo = world.make_repo()
    world.use(edits={"README.md": "session\n"})
    session = world.new(repo)
    world.iterate(session)
    worktree, branch = Path(session["worktree"]), session["branch"]
    tip = world.git(repo, "rev-parse", branch)
    world.commit(repo, {"README.md": "main\n"}, "main")
    assert world.cli(words[0], session["id"], *words[1:]).code == 4
    (worktree / "mine.txt").write_text("mine\n")
    world.use(edits={}, shell=["git rebase --quit"])
    world.iterate(session)
    status = world.ok("status", session["id"], "--json").json
    assert f"amp-sessions abort-merge {session['id']}" in status["nextStep"]
    aborted = world.ok("abort-merge", session["id"])
    assert "refs/ampsm/snapshots/" in aborted.out + aborted.err
    assert world.git(worktree, "rev-parse", "HEAD", branch).split() == [tip, tip]
    assert world.git(worktree, "symbolic-ref", "--short", "HEAD") == branch
    assert world.git(worktree, "status", "--porcelain") == "?? mine.txt"
    assert (worktree / "README.md").read_text() == "session\n"
