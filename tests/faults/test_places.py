"""A worktree that is taken away under a running agent: nothing is committed elsewhere, and what happened is said."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.system.processes import marked_processes
from tests.support.world import World

pytestmark = pytest.mark.faults


def deleted(world: World, session: dict[str, Any], worktree: Path) -> str:
    shutil.rmtree(worktree)
    return "worktree-missing"


def moved(world: World, session: dict[str, Any], worktree: Path) -> str:
    worktree.rename(worktree.with_name("elsewhere"))
    return "worktree-missing"


def moved_by_git(world: World, session: dict[str, Any], worktree: Path) -> str:
    world.git(session["repo"], "worktree", "move", worktree, worktree.with_name("elsewhere"))
    return "worktree-missing"


def branched(world: World, session: dict[str, Any], worktree: Path) -> str:
    world.git(worktree, "checkout", "-q", "-b", "mine")
    return "branch-moved"


def detached(world: World, session: dict[str, Any], worktree: Path) -> str:
    world.git(worktree, "checkout", "-q", "--detach")
    return "branch-moved"


def replaced_by_a_folder(world: World, session: dict[str, Any], worktree: Path) -> str:
    worktree.rename(worktree.with_name("elsewhere"))
    worktree.mkdir()
    (worktree / "mine.txt").write_text("mine\n")
    return "wrong-worktree"


def replaced_by_a_repository(world: World, session: dict[str, Any], worktree: Path) -> str:
    worktree.rename(worktree.with_name("elsewhere"))
    world.git(session["repo"], "clone", "-q", "--branch", session["branch"], session["repo"], worktree)
    (worktree / "mine.txt").write_text("mine\n")
    return "wrong-worktree"


def replaced_by_a_link(world: World, session: dict[str, Any], worktree: Path) -> str:
    worktree.rename(worktree.with_name("elsewhere"))
    worktree.symlink_to(session["repo"])
    return "wrong-worktree"


def without_repository(world: World, session: dict[str, Any], worktree: Path) -> str:
    os.rename(Path(session["repo"]) / ".git", Path(session["repo"]) / "not.git")
    return "wrong-worktree"


CHANGES = (
    deleted, moved, moved_by_git, branched, detached, replaced_by_a_folder, replaced_by_a_repository,
    replaced_by_a_link, without_repository,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.rounds(3)
def test_under_a_running_agent(
    world: World,
    tmp_path: Path,
    spawn_cli: Callable[..., subprocess.Popen[str]],
    wait_until: Callable[..., Any],
    change: Callable[[World, dict[str, Any], Path], str],
) -> None:
    go, ready = tmp_path / "go", tmp_path / "ready"
    world.use(edits={"a.txt": "a\n"}, ready=ready, hang_until=go)
    session = world.new(world.make_repo(), "Moving", "--script", "touch tested")
    worktree, repo = Path(session["worktree"]), Path(session["repo"])
    running = spawn_cli("iterate", session["id"], "--json")
    wait_until(ready.exists)
    code = change(world, session, worktree)
    go.touch()
    out, err = running.communicate(timeout=60)
    assert running.returncode == 5, (out, err)
    document = json.loads(out)
    assert document["error"]["code"] == document["iteration"]["error"]["code"] == code
    assert (document["iteration"]["status"], document["session"]["status"]) == ("failed", "awaiting-input")
    assert "Traceback" not in err
    assert marked_processes(session["id"]) == []
    again = world.cli("iterate", session["id"], "--json")
    expected = (3, "not-a-repository") if change is without_repository else (5, code)
    assert (again.code, again.json["error"]["code"]) == expected
    seen = world.cli("status", session["id"], "--json")
    assert seen.code == (3 if change is without_repository else 0)
    assert seen.json["session"]["status"] == "awaiting-input"
    if (repo / "not.git").exists():
        (repo / "not.git").rename(repo / ".git")
    # No ref moved and nothing was written anywhere but where the agent was.
    assert world.git(repo, "for-each-ref", "--format=%(subject)", "refs/heads").split() == ["first"] * (
        3 if code == "branch-moved" and change is branched else 2
    )
    here = {path.name for path in worktree.iterdir()} if worktree.exists() else set()
    if code == "wrong-worktree" and change is not without_repository:
        assert "AGENT_CONTEXT" not in here and "tested" not in here
        assert change is replaced_by_a_link or "mine.txt" in here
    kept = worktree.with_name("elsewhere") if worktree.with_name("elsewhere").exists() else worktree
    assert change is deleted or (kept / "a.txt").read_text() == "a\n"


def test_what_is_brought_back_is_the_agents(
    world: World, tmp_path: Path, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any]
) -> None:
    """Moved away and back again: the next iteration commits what the agent did, as its own."""
    go, ready = tmp_path / "go", tmp_path / "ready"
    world.use(edits={"a.txt": "a\n"}, ready=ready, hang_until=go)
    session = world.new(world.make_repo())
    worktree = Path(session["worktree"])
    running = spawn_cli("iterate", session["id"], "--json")
    wait_until(ready.exists)
    worktree.rename(worktree.with_name("elsewhere"))
    go.touch()
    assert running.wait(timeout=60) == 5
    worktree.with_name("elsewhere").rename(worktree)
    world.use(edits={"b.txt": "b\n"})
    assert world.iterate(session)["iteration"]["status"] == "succeeded"
    assert world.subjects(session)[1:] == ["amp: partial: worktree missing", "first"]
    assert world.git(worktree, "show", "--format=", "--name-only", "HEAD~1") == "a.txt"


def test_between_commit_and_test_script(
    world: World, tmp_path: Path, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any]
) -> None:
    """What was committed stays the iteration's commit."""
    started, go = tmp_path / "started", tmp_path / "go"
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo(), "T", "--script", f"touch {started}; until test -e {go}; do sleep 0.05; done")
    worktree = Path(session["worktree"])
    running = spawn_cli("iterate", session["id"], "--json")
    wait_until(started.exists)
    worktree.rename(worktree.with_name("elsewhere"))
    go.touch()
    out, err = running.communicate(timeout=60)
    document = json.loads(out)
    assert document["error"] is not None and "Traceback" not in err
    assert document["iteration"]["commitSha"] == world.git(session["repo"], "rev-parse", session["branch"])
    assert world.status(session)["session"]["status"] != "running"
