"""Readers that leave, terminals that go away, machines that shut down, workers that are stopped for a while."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from ampsm.system.locks import lock_holder
from ampsm.system.paths import resolve_paths
from ampsm.system.processes import marked_processes, send
from tests.conftest import processes_of
from tests.support.world import World, installed

pytestmark = pytest.mark.faults

Spawn = Callable[..., subprocess.Popen[str]]
Wait = Callable[..., Any]
SEED = 20261125
SHUTDOWNS = range(60) if os.environ.get("AMPSM_TEST_ALL_FAULTS") else range(1)


def test_the_reader_of_an_iteration_leaves(world: World, tmp_path: Path) -> None:
    world.use(edits={"a.txt": "a\n"}, lines=2000)
    session = world.new(world.make_repo(), "Read", "--script", "echo tested")
    for words, pipe in (("", "2>&1 | head -n 1"), ("--stream-json", "| head -n 1"), ("--json", "2>&1 | true")):
        command = f"set -o pipefail; {' '.join(installed())} iterate {session['id']} {words} {pipe}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == 0, done
        assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr + done.stdout
    status = world.status(session)
    assert [iteration["status"] for iteration in status["iterations"]] == ["succeeded"] * 3
    assert status["iterations"][0]["test"]["passed"]


def test_the_reader_of_a_follower_leaves(world: World, tmp_path: Path, wait_until: Wait) -> None:
    go, ready = tmp_path / "go", tmp_path / "ready"
    world.use(edits={}, lines=500, ready=ready, hang_until=go, text="The end.")
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    for words in ("", "--stream-json", "--raw"):
        command = f"set -o pipefail; {' '.join(installed())} logs {session['id']} --follow {words} | head -n 1"
        done = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, check=False, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, ""), done
        assert done.stdout.count("\n") == 1
    wait_until(ready.exists)
    go.touch()
    world.ok("logs", session["id"], "--follow")
    assert world.status(session)["iterations"][0]["status"] == "succeeded"


def test_an_answer_that_cannot_be_written_stops_no_iteration(world: World, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*installed(), "iterate", session["id"], "--stream-json"], stdin=subprocess.DEVNULL, stdout=full,
            stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False,
        )  # fmt: skip
    assert done.returncode == 1 and "error: No space left" in done.stderr and "Traceback" not in done.stderr
    assert world.status(session)["iterations"][0]["status"] == "succeeded"


def test_the_terminal_goes_away(world: World, tmp_path: Path, wait_until: Wait) -> None:
    """Whatever shows it, also the live view, which then writes to nowhere: the agent is ended, its work is kept."""
    ready = tmp_path / "ready"
    world.use(edits={"half.txt": "h\n"}, ready=ready, hang=300)
    session = world.new(world.make_repo())
    master, slave = os.openpty()
    running = subprocess.Popen(
        ["setsid", "--ctty", *installed(), "iterate", session["id"]], stdin=slave, stdout=slave, stderr=slave,
        cwd=tmp_path, env={**os.environ, "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(slave)
    wait_until(ready.exists)
    os.close(master)
    assert running.wait(timeout=60) == 130
    assert marked_processes(session["id"]) == []
    status = world.status(session)
    assert (status["session"]["status"], status["iterations"][0]["status"]) == ("awaiting-input", "cancelled")
    assert world.subjects(session)[0] == "amp: partial: cancelled"


@pytest.mark.parametrize("number", SHUTDOWNS)
def test_the_machine_shuts_down(world: World, tmp_path: Path, home: Path, spawn_cli: Spawn, number: int) -> None:
    """SIGTERM to every process at once, in any order, at any moment: all end, nothing is lost, the next one works."""
    chance = random.Random(SEED + number)
    world.use(edits={"half.txt": "h\n"}, shell=["echo b >b.txt; sleep 0.4"] * 3, lines=20)
    repo = world.make_repo()
    ours, theirs = (world.new(repo, name, "--script", "sleep 0.3") for name in ("Ours", "Theirs"))
    foreground = spawn_cli("iterate", ours["id"])
    detached = spawn_cli("iterate", theirs["id"], "--detach")
    followers = [spawn_cli("logs", session["id"], "--follow") for session in (ours, theirs)]
    time.sleep(chance.uniform(0.5, 3))  # any moment will do: it is what is tried
    everybody = processes_of(home)
    chance.shuffle(everybody)
    for process in everybody:
        send(process.pid, signal.SIGTERM)
    for started in (foreground, detached, *followers):
        started.communicate(timeout=60)
    psutil.wait_procs(everybody, timeout=60)
    for session in (ours, theirs):
        assert marked_processes(session["id"]) == []
        status = world.status(session)
        assert status["session"]["status"] != "running"
        assert all(iteration["status"] != "running" for iteration in status["iterations"])
        world.use(edits={})
        world.iterate(session, "--no-test")
    assert world.git(repo, "fsck", "--no-dangling", "--no-progress") == ""
    findings = world.cli("doctor", "--json").json["findings"]
    assert [found for found in findings if found["severity"] != "info"] == []


def test_a_worker_that_is_stopped_for_a_while(world: World, tmp_path: Path, spawn_cli: Spawn, wait_until: Wait) -> None:
    ready, go = tmp_path / "ready", tmp_path / "go"
    world.use(edits={"a.txt": "a\n"}, stderr="warming up\n", ready=ready, hang_until=go, text="The end.")
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(ready.exists)
    wait_until(lambda: "warming up" in world.ok("logs", session["id"]).out)
    holder = lock_holder(resolve_paths(None, os.environ).lock(session["id"]))
    assert holder is not None
    os.kill(holder.pid, signal.SIGSTOP)
    follower = spawn_cli("logs", session["id"], "--follow", "--stream-json")
    assert follower.stdout is not None
    assert json.loads(follower.stdout.readline())["type"] == "iteration_started"
    assert world.status(session)["session"]["status"] == "running"
    assert world.cli("iterate", session["id"]).code == 6
    go.touch()
    assert world.ok("list", "--json").json["sessions"][0]["status"] == "running"
    os.kill(holder.pid, signal.SIGCONT)
    out, _ = follower.communicate(timeout=60)
    assert json.loads(out.splitlines()[-1])["status"] == "succeeded"
    wait_until(lambda: world.status(session)["session"]["status"] == "idle")
