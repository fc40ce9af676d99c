"""What squash and cleanup would do, said beforehand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import open_context
from ampsm.model.errors import UserError
from ampsm.workflows.finishing.preview import cleanup_preview, squash_preview
from tests.support.world import World


def _worked(world: World) -> dict[str, Any]:
    world.use(edits={"one.txt": "1\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    (Path(session["worktree"]) / "mine.txt").write_text("by hand\n")
    world.ok("commit", session["id"], "--message", "Mine")
    return session


def _commit(world: World, repo: Path, name: str) -> str:
    (repo / name).write_text("of the base\n")
    world.git(repo, "add", ".")
    world.git(repo, "commit", "-qm", f"Add {name}")
    return world.git(repo, "rev-parse", "main").strip()


def test_squash_names_commits_and_where_they_begin(world: World) -> None:
    session = _worked(world)
    with open_context(None) as ctx:
        found = squash_preview(ctx, session["id"])
    assert [commit.amp for commit in found.commits] == [True, False]
    assert found.branch_point == session["baseSha"] and found.committed_first is None
    assert found.tip == world.git(session["repo"], "rev-parse", session["branch"]).strip()


def test_work_that_a_cut_off_iteration_left_is_committed_first(
    world: World, spawn_cli: Callable[..., Any], wait_until: Callable[..., Any], tmp_path: Path
) -> None:
    session = _worked(world)
    _commit(world, Path(session["repo"]), "base.txt")
    world.use(edits={"half.txt": "half\n"}, hang=300, ready=tmp_path / "ready")
    worker = spawn_cli("iterate", session["id"])
    wait_until((tmp_path / "ready").exists)
    worker.kill()
    worker.communicate()
    world.cli("stop", session["id"])
    with open_context(None) as ctx:
        found = squash_preview(ctx, session["id"])
        assert found.committed_first == 2
    done = world.ok("squash", session["id"], "--message", "All of it", "--json").json
    assert done["squashed"] == len(found.commits) + 1
    with open_context(None) as ctx:
        assert squash_preview(ctx, session["id"]).committed_first is None


def test_squash_without_commits_is_refused(world: World) -> None:
    session = world.new(world.make_repo())
    with open_context(None) as ctx, pytest.raises(UserError) as refused:
        squash_preview(ctx, session["id"])
    assert refused.value.code == "nothing-to-merge"


def test_cleanup_names_what_is_nowhere_else_and_changes_nothing(world: World) -> None:
    session = _worked(world)
    (Path(session["worktree"]) / "new.txt").write_text("new\n")
    with open_context(None) as ctx:
        plan, refusal = cleanup_preview(ctx, session["id"])
    assert plan.worktree and str(plan.worktree.worktree) == session["worktree"] and plan.branch == session["branch"]
    assert (plan.commits[-1].subject, plan.files) == ("Mine", ("new.txt",))
    assert refusal is not None and refusal.code == "not-merged"
    assert Path(session["worktree"], "new.txt").exists()
