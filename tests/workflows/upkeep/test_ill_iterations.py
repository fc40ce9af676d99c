"""`doctor` and iterations: rows that differ from journals, and what killed workers and gits leave."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ampsm.system.processes import marked_processes
from tests.support.world import World
from tests.workflows.upkeep.conftest import WaitingIteration
from tests.workflows.upkeep.doctor import Doctor, commands_in

Session = dict[str, Any]
Wait = Callable[..., Any]
Kill = Callable[[Session], None]


@pytest.fixture
def kill_worker(
    world: World, tmp_path: Path, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Wait
) -> Kill:
    """`kill_worker(session)`: the worker of an iteration is killed while its agent has written half.txt and goes on."""

    def kill(session: Session) -> None:
        ready = tmp_path / "ready"
        world.use(edits={"half.txt": "h\n"}, ready=ready, hang=300, child=300)
        worker = spawn_cli("iterate", session["id"])
        wait_until(ready.exists)
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    return kill


def test_an_iteration_whose_worker_was_killed_is_ended(
    world: World, doctor: Doctor, kill_worker: Kill, wait_until: Wait
) -> None:
    session = world.new(world.make_repo())
    kill_worker(session)
    for pid in marked_processes(session["id"]):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not marked_processes(session["id"]))
    found = doctor.finds("worker-dead")
    assert found["subject"] == session["id"]
    doctor.mends(found)
    assert world.status(session)["iterations"][0]["status"] == "interrupted"
    assert Path(session["worktree"], "half.txt").read_text() == "h\n"


def test_processes_that_a_killed_worker_left_are_named_and_not_ended(
    world: World, doctor: Doctor, kill_worker: Kill
) -> None:
    session = world.new(world.make_repo())
    kill_worker(session)
    left = set(marked_processes(session["id"]))
    doctor.finds("worker-dead", "processes-left")
    doctor.examine("--fix")
    found = doctor.finds("processes-left")
    doctor.leaves(found)
    assert set(marked_processes(session["id"])) == left != set()
    doctor.type(*commands_in(found["fix"]))
    assert marked_processes(session["id"]) == []
    assert doctor.is_well()


def test_tool_calls_that_the_database_lost_come_back_from_the_journal(
    world: World, doctor: Doctor, database: Path
) -> None:
    world.use(tools=[{"name": "Bash", "input": {}, "result": "r"}])
    session = world.new(world.make_repo())
    world.iterate(session)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM tool_calls")
        connection.commit()
    found = doctor.finds("iteration-differs")
    assert (found["subject"], "tool calls" in found["message"]) == (f"{session['id']}/1", True)
    doctor.mends(found)
    assert len(world.ok("tools", session["id"], "--json").json["toolCalls"]) == 1


def test_an_iteration_that_the_database_does_not_know_gets_its_row_again(
    world: World, doctor: Doctor, database: Path
) -> None:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM iterations")
        connection.commit()
    doctor.mends(doctor.finds("iteration-without-row"))
    assert [iteration["number"] for iteration in world.status(session)["iterations"]] == [1]


def test_a_journal_that_is_gone_is_named_and_the_rows_stay(world: World, doctor: Doctor, data: Path) -> None:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    journal = next((data / "journals" / session["id"]).glob("*.jsonl"))
    away = journal.rename(data / "backup")
    doctor.leaves(doctor.finds("journal-missing"))
    assert [iteration["number"] for iteration in world.status(session)["iterations"]] == [1]
    away.rename(journal)  # as the finding says
    assert doctor.is_well()


@pytest.fixture
def index_lock(world: World) -> Callable[..., Path]:
    """`index_lock(session, age)`: the lock of the session's index, made so many seconds ago."""

    def make(session: Session, age: float) -> Path:
        lock = Path(world.git(Path(session["worktree"]), "rev-parse", "--absolute-git-dir")) / "index.lock"
        lock.touch()
        os.utime(lock, (time.time() - age, time.time() - age))
        return lock

    return make


def test_the_lock_of_a_git_that_was_killed_is_removed(
    world: World, doctor: Doctor, index_lock: Callable[..., Path]
) -> None:
    session = world.new(world.make_repo())
    lock = index_lock(session, age=120)
    found = doctor.finds("index-lock-stale")
    assert found["subject"] == session["id"]
    doctor.mends(found)
    assert not lock.exists()


def test_a_young_lock_is_left_alone(world: World, doctor: Doctor, index_lock: Callable[..., Path]) -> None:
    """Young however long the test takes: its time is still to come."""
    lock = index_lock(world.new(world.make_repo()), age=-3600)
    [told] = [finding for finding in doctor.examine("--fix") if finding["id"] == "index-locked"]
    assert told["severity"] == "info" and str(lock) in told["message"]
    assert doctor.is_well() and lock.exists()


def test_an_old_lock_is_left_alone_while_a_git_is_at_work_in_the_repository(
    world: World, doctor: Doctor, index_lock: Callable[..., Path]
) -> None:
    session = world.new(world.make_repo())
    lock = index_lock(session, age=300)
    git = subprocess.Popen(
        ["git", "cat-file", "--batch"], cwd=session["worktree"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        (locked,) = [finding for finding in doctor.examine("--fix") if finding["id"].startswith("index-lock")]
    finally:
        git.communicate()
    assert (locked["id"], locked["severity"], locked["subject"]) == ("index-locked", "info", session["id"])
    assert lock.exists()
    doctor.mends(doctor.finds("index-lock-stale"))


def test_an_old_lock_is_left_alone_while_an_iteration_runs_in_the_worktree(
    world: World, doctor: Doctor, waiting: WaitingIteration, wait_until: Wait, index_lock: Callable[..., Path]
) -> None:
    session = waiting.session
    lock = index_lock(session, age=300)
    doctor.examine("--fix")
    assert doctor.is_well() and lock.exists()
    assert world.status(session)["session"]["status"] == "running"
    lock.unlink()
    waiting.end()
    wait_until(lambda: world.status(session)["session"]["status"] == "idle")
