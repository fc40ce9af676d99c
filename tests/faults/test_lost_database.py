"""A database that can only be read, or that is lost while an iteration runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.system.processes import marked_processes
from tests.faults.disks import mounted
from tests.support.world import World

pytestmark = pytest.mark.faults


def test_only_readable(world: World, tmp_path: Path) -> None:
    """What reads works, also about an iteration that was killed; what writes says why it cannot. Nothing changes."""
    with mounted(tmp_path / "db", 4000) as disk:
        world.use(edits={"a.txt": "a\n"})
        repo = world.make_repo()
        session = world.new(repo, "Read me", "--script", "true")
        world.iterate(session)
        with disk.read_only():
            status = world.status(session)
            assert status["session"]["status"] == "idle" and len(status["iterations"]) == 1
            for reading in ("tools", "usage", "logs", "diff", "path", "queue", "stop"):
                world.ok(reading, session["id"], "--json")
            world.ok("list", "--json")
            world.ok("config", "list", "--json")
            for writing in (
                ("set", session["id"], "--name", "New"),
                ("iterate", session["id"]),
                ("iterate", session["id"], "--detach"),
                ("run", session["id"]),
                ("commit", session["id"], "--message", "m"),
                ("new", "--repo", repo, "--name", "N", "--prompt", "p"),
            ):
                refused = world.cli(*writing, "--json")
                assert (refused.code, refused.json["error"]["code"]) == (1, "database-unavailable"), (writing, refused)
        worktrees = world.git(repo, "worktree", "list", "--porcelain").count("worktree ")
        assert worktrees == 2, "a creation that could not be recorded leaves nothing"
        assert world.iterate(session)["iteration"]["number"] == 2


def test_only_readable_after_a_kill(
    world: World, tmp_path: Path, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any]
) -> None:
    ready = tmp_path / "ready"
    with mounted(tmp_path / "db", 4000) as disk:
        world.use(edits={"a.txt": "a\n"}, shell=["sleep 0.1"], ready=ready, hang=300)
        session = world.new(world.make_repo())
        running = spawn_cli("iterate", session["id"])
        wait_until(ready.exists)
        running.kill()
        running.wait()
        for pid in marked_processes(session["id"]):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not marked_processes(session["id"]))
        with disk.read_only():
            status = world.status(session)
            assert status["session"]["status"] == "awaiting-input"
            assert status["iterations"][0]["status"] == "interrupted"
            assert world.ok("list", "--json").json["sessions"][0]["status"] == "awaiting-input"
        world.use(edits={})
        assert world.iterate(session)["iteration"]["number"] == 2


@pytest.mark.parametrize("how", ["deleted", "moved", "garbage"])
@pytest.mark.rounds(1)
def test_lost_while_an_iteration_runs(
    world: World,
    tmp_path: Path,
    spawn_cli: Callable[..., subprocess.Popen[str]],
    wait_until: Callable[..., Any],
    how: str,
) -> None:
    """The journal is the truth: the iteration goes on to its end, and `doctor --fix` makes the rows again."""
    go, ready = tmp_path / "go", tmp_path / "ready"
    world.use(edits={"a.txt": "a\n"}, ready=ready, hang_until=go, text="All done.")
    session = world.new(world.make_repo(), "Lost", "--script", "true")
    running = spawn_cli("iterate", session["id"], "--json")
    wait_until(ready.exists)
    database = Path(os.environ["AMPSM_DB_PATH"])
    files = [database, *database.parent.glob(f"{database.name}-*")]
    for file in files:
        if how == "deleted":
            file.unlink()
        elif how == "moved":
            file.rename(tmp_path / file.name)
        else:
            file.write_bytes(b"no database at all " * 500)
    go.touch()
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, (out, err)
    document = json.loads(out)
    assert document["iteration"]["status"] == "succeeded" and document["iteration"]["test"]["passed"]
    assert world.subjects(session) == ["amp: All done.", "first"]
    if how == "garbage":
        refused = world.cli("status", session["id"], "--json")
        assert (refused.code, refused.json["error"]["code"]) == (1, "database-damaged")
        for file in database.parent.glob(f"{database.name}*"):
            file.unlink()
    world.cli("doctor", "--fix")
    assert world.ok("doctor", "--json").json["ok"]
    status = world.status(session)
    assert status["session"]["status"] == "idle"
    assert status["iterations"][0]["commitSha"] == document["iteration"]["commitSha"]
    assert len(world.ok("tools", session["id"], "--json").json["toolCalls"]) == 1
