"""A disk without room under the database: what only looks works, or says that the disk is full; `stop` stops."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.disks import mounted
from tests.support.world import World

pytestmark = pytest.mark.faults

READING = ("status", "logs", "diff", "path", "tools", "usage", "queue", "stop")


def test_readers_on_a_full_disk(world: World, tmp_path: Path) -> None:
    """No log is left: the file has all, and is read without anything beside it."""
    with mounted(tmp_path / "db", 4000) as disk:
        world.use(edits={"a.txt": "a\n"})
        session = world.new(world.make_repo())
        world.iterate(session)
        before = [world.ok(word, session["id"], "--json").json for word in READING]
        disk.fill()
        assert [world.ok(word, session["id"], "--json").json for word in READING] == before
        assert world.ok("list", "--json").json["sessions"][0]["id"] == session["id"]
        for writing in (("iterate",), ("commit", "--message", "m"), ("set", "--name", "x"), ("run",)):
            refused = world.cli(writing[0], session["id"], *writing[1:], "--json")
            if writing[0] != "run":
                assert (refused.code, refused.json["error"]["code"]) == (1, "disk-full"), refused
                assert refused.json["error"]["hint"].startswith("df -h")
        assert "I/O" not in world.cli("doctor").out
        disk.make_room()
        world.iterate(session)


def test_readers_on_a_full_disk_with_a_log_that_was_left(
    world: World, tmp_path: Path, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any]
) -> None:
    """A kill has left a log: it can only be read with room beside it, so the disk is said to be full."""
    ready = tmp_path / "ready"
    with mounted(tmp_path / "db", 4000) as disk:
        world.use(edits={"a.txt": "a\n"}, ready=ready, hang=300)
        session = world.new(world.make_repo())
        running = spawn_cli("iterate", session["id"])
        wait_until(ready.exists)
        running.kill()
        running.wait()
        (tmp_path / "db" / "sessions.sqlite-shm").unlink()
        disk.fill()
        for word in ("list", "status", "logs"):
            done = world.cli(word, *([] if word == "list" else [session["id"]]), "--json")
            assert done.code == 0 or done.json["error"]["code"] == "disk-full", done
        assert world.ok("stop", session["id"], "--json").json["stopped"] == "iteration"
        disk.make_room()
        world.use(edits={"b.txt": "b\n"})
        world.iterate(session)
