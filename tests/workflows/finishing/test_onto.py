"""`--onto` means what it says: a rebase goes on top of any commit, a merge moves a local branch and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import World


@pytest.fixture
def behind(world: World) -> dict[str, Any]:
    """A session in a clone whose `main` is one commit behind `origin/main`; `origin/topic` is another one, and `v1` a
    tag of it. `both` is a branch at `main` and a tag at `origin/topic`."""
    upstream = world.make_repo("upstream")
    clone = world.root / "clone"
    world.git(world.root, "clone", "-q", upstream, clone)
    session = world.new(clone)
    world.commit(Path(session["worktree"]), {"mine.txt": "mine\n"}, "Mine")
    world.commit(upstream, {"up.txt": "up\n"}, "Up")
    world.git(upstream, "switch", "-qc", "topic")
    world.commit(upstream, {"topic.txt": "topic\n"}, "Topic")
    world.git(clone, "fetch", "-q")
    world.git(clone, "tag", "v1", "origin/topic")
    world.git(clone, "branch", "--no-track", "both", "main")
    world.git(clone, "tag", "both", "origin/topic")
    return session


ONTO = [
    ("origin/main", "up.txt"),
    ("refs/remotes/origin/main", "up.txt"),
    ("origin/topic", "topic.txt"),
    ("v1", "topic.txt"),
    ("refs/tags/both", "topic.txt"),
    ("SHA", "topic.txt"),
]


@pytest.mark.parametrize(("onto", "file"), slow_but(ONTO, ["origin/main", "v1"]))
def test_a_rebase_goes_on_top_of_any_commit(world: World, behind: dict[str, Any], onto: str, file: str) -> None:
    if onto == "SHA":
        onto = world.git(behind["repo"], "rev-parse", "origin/topic").strip()
    main = world.git(behind["repo"], "rev-parse", "main")
    sha = world.git(behind["repo"], "rev-parse", onto).strip()
    done = world.ok("rebase", behind["id"], "--onto", onto, "--json").json
    assert (done["status"], done["onto"]) == ("rebased", sha)
    assert Path(behind["worktree"], file).exists()
    assert world.git(behind["repo"], "rev-parse", "main") == main
    world.ok("undo", behind["id"])
    assert not Path(behind["worktree"], file).exists()


@pytest.mark.parametrize("onto", slow_but(["main", "refs/heads/main", "both"], ["both"]))
def test_a_local_branch_goes_before_a_tag(world: World, behind: dict[str, Any], onto: str) -> None:
    done = world.ok("rebase", behind["id"], "--onto", onto, "--json").json
    assert done["onto"] == world.git(behind["repo"], "rev-parse", "refs/heads/main").strip()


@pytest.mark.parametrize("command", slow_but(["merge", "preflight"], ["merge"]))
@pytest.mark.parametrize(
    ("onto", "hint"),
    slow_but(
        [("origin/main", "--onto main"), ("origin/topic", "branch topic origin/topic"), ("v1", "branch a-name v1")],
        ["origin/main", "origin/topic"],
    ),
)
def test_a_merge_moves_local_branches_only(
    world: World, behind: dict[str, Any], command: str, onto: str, hint: str
) -> None:
    before = world.git(behind["repo"], "for-each-ref", "refs/heads", "refs/tags")
    done = world.cli(command, behind["id"], "--onto", onto)
    assert (done.code, hint in done.err) == (3, True), done
    assert f"{onto} is no local branch" in done.err
    assert world.git(behind["repo"], "for-each-ref", "refs/heads", "refs/tags") == before


def test_what_no_commit_has_is_named_with_what_is_near(world: World, behind: dict[str, Any]) -> None:
    done = world.cli("rebase", behind["id"], "--onto", "orign/main")
    assert (done.code, "--onto origin/main" in done.err) == (3, True), done
