"""The files of locks are removed, replaced or made links while a session is held: nobody comes second."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.system.files import locked
from tests.support.variants import slow_but
from tests.support.world import World

Spawn = Callable[..., subprocess.Popen[str]]
Wait = Callable[..., Any]


def _remove(lock: Path) -> None:
    lock.unlink()


def _remove_all(lock: Path) -> None:
    shutil.rmtree(lock.parent)


def _replace(lock: Path) -> None:
    copy = lock.with_name("copy")
    shutil.copy(lock, copy)
    copy.replace(lock)


def _link(lock: Path) -> None:
    lock.unlink()
    lock.symlink_to(lock.with_name("elsewhere"))


WAYS = {"removed": _remove, "all removed": _remove_all, "replaced": _replace, "link": _link}


@pytest.mark.parametrize("way", slow_but(WAYS, {"all removed", "replaced"}))
@pytest.mark.rounds(1)
def test_nobody_comes_second(world: World, spawn_cli: Spawn, wait_until: Wait, way: str) -> None:
    ready, go = world.root / "ready", world.root / "go"
    world.use(edits={"a.txt": "a\n"}, ready=ready, hang_until=go, text="Made a.")
    session = world.new(world.make_repo(), "Locked", "--script", "true")
    running = spawn_cli("iterate", session["id"], "--json")
    wait_until(ready.exists)
    lock = Path(os.environ["AMPSM_DB_PATH"]).with_name("sessions.d") / "locks" / f"{session['id']}.lock"
    for command in (
        ("iterate", session["id"]),
        ("iterate", session["id"], "--detach"),
        ("run", session["id"]),
        ("commit", session["id"], "--message", "m"),
        ("squash", session["id"], "--message", "m"),
        ("rebase", session["id"]),
        ("merge", session["id"], "--message", "m"),
        ("cleanup", session["id"], "--yes", "--force"),
        ("undo", session["id"]),
    ):
        if lock.exists():
            WAYS[way](lock)
        refused = world.cli(*command, "--json")
        assert (refused.code, refused.json["error"]["code"]) == (6, "busy"), (command, refused)
    assert world.status(session)["session"]["status"] == "running"
    go.touch()
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, (out, err)
    assert world.subjects(session) == ["amp: Made a.", "first"]
    assert not lock.with_name("elsewhere").exists() or not lock.with_name("elsewhere").read_bytes()
    world.ok("run", session["id"])


def test_stop_finds_a_worker_without_its_lock(world: World, wait_until: Wait) -> None:
    ready = world.root / "ready"
    world.use(edits={"a.txt": "a\n"}, ready=ready, hang=300)
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(ready.exists)
    shutil.rmtree(Path(os.environ["AMPSM_DB_PATH"]).with_name("sessions.d") / "locks")
    assert world.ok("stop", session["id"], "--json").json["stopped"] == "iteration"
    assert world.status(session)["iterations"][0]["status"] == "cancelled"
    assert world.subjects(session) == ["amp: partial: cancelled", "first"]


def test_a_killed_worker_keeps_nobody_out(world: World, spawn_cli: Spawn, wait_until: Wait) -> None:
    ready = world.root / "ready"
    world.use(edits={"a.txt": "a\n"}, ready=ready, hang=300)
    session = world.new(world.make_repo())
    running = spawn_cli("iterate", session["id"])
    wait_until(ready.exists)
    shutil.rmtree(Path(os.environ["AMPSM_DB_PATH"]).with_name("sessions.d") / "locks")
    running.send_signal(signal.SIGKILL)
    running.wait()
    world.use(edits={"b.txt": "b\n"})
    assert world.iterate(session)["iteration"]["number"] == 2


def test_a_lock_that_was_replaced_while_it_was_waited_for(tmp_path: Path) -> None:
    """Who gets the lock of a file that is not there any more takes the one that is."""
    lock = tmp_path / "x.lock"
    with locked(lock) as mine:
        assert mine
        lock.unlink()
        with locked(lock, wait=False) as another:
            assert another and lock.exists()
