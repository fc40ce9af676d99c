"""Iterations that belong to nobody's window: detach, follow, stop, queue (SPEC section 5)."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ampsm.system.calls import run
from ampsm.system.processes import is_alive, marked_processes
from ampsm.workflows.iteration.iterate import IterateOptions
from tests.support.variants import slow_but
from tests.support.world import Result, World

Spawn = Callable[..., subprocess.Popen[str]]
Wait = Callable[..., Any]


def ended(world: World, session: dict[str, Any]) -> dict[str, Any] | None:
    status = world.status(session)
    return status if status["session"]["status"] != "running" else None


def test_detach_returns_when_it_has_begun_and_goes_on(world: World, tmp_path: Path, wait_until: Wait) -> None:
    go = tmp_path / "go"
    world.use(edits={"a.txt": "a\n"}, hang_until=go)
    session = world.new(world.make_repo())
    begun = world.ok("iterate", session["id"], "--detach", "--json").json
    assert begun["iteration"]["status"] == begun["session"]["status"] == "running"
    assert begun["iteration"]["number"] == 1
    go.write_text("")
    status = wait_until(lambda: ended(world, session))
    assert status["session"]["status"] == "idle"
    assert status["iterations"][0]["commitSha"]


def test_detach_says_why_it_could_not_begin(world: World, tmp_path: Path) -> None:
    world.use()
    session = world.new(world.make_repo())
    world.git(session["worktree"], "checkout", "-q", "-b", "elsewhere")
    refused = world.cli("iterate", session["id"], "--detach", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (5, "branch-moved")


def test_a_worker_goes_on_when_its_starter_is_gone(world: World, wait_until: Wait) -> None:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    request = {"database": os.environ["AMPSM_DB_PATH"], "overrides": {}, "session": session["id"],
               "options": asdict(IterateOptions())}  # fmt: skip
    answer, theirs = os.pipe()
    os.close(answer)
    worker = run([sys.executable, "-P", "-m", "ampsm.workflows.iteration.local_worker", str(theirs)],
                 stdin=json.dumps(request).encode(), pass_fds=(theirs,))  # fmt: skip
    os.close(theirs)
    assert worker.returncode == 0, worker
    assert world.status(session)["session"]["status"] == "idle"


def test_a_worker_finds_amp_and_settings_that_are_named_from_here(
    world: World, tmp_path: Path, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    monkeypatch.chdir(tmp_path)
    near = os.path.relpath(agent, tmp_path)
    for number, (options, environment) in enumerate(
        [
            (("--amp-path", f"./{near}"), {"AMPSM_CONFIG": "./none.yaml"}),
            ((), {"AMP_BIN": f"./{near}", "AMPSM_CONFIG": "./none.yaml"}),
        ],
        start=1,
    ):
        world.ok("iterate", session["id"], "--detach", *options, env=environment)
        wait_until(lambda: ended(world, session))
        assert [i["status"] for i in world.status(session)["iterations"]] == ["succeeded"] * number


def test_followers_join_late_and_early_and_end(
    world: World, tmp_path: Path, spawn_cli: Spawn, wait_until: Wait
) -> None:
    go, ready = tmp_path / "go", tmp_path / "ready"
    world.use(lines=20, ready=ready, hang_until=go, text="The end.")
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    early = [spawn_cli("logs", session["id"], "--follow", *mode) for mode in ((), ("--stream-json",), ("--raw",))]
    wait_until(ready.exists)
    late = spawn_cli("logs", session["id"], "--follow", "--stream-json")
    go.write_text("")
    outs = [follower.communicate(timeout=60)[0] for follower in (*early, late)]
    assert [follower.returncode for follower in (*early, late)] == [0] * 4
    assert outs[1] == outs[3], "late and early followers see the same"
    events = [json.loads(line) for line in outs[1].splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["type"] == "iteration_finished"
    assert "The end." in outs[0]
    assert '"type": "result"' in outs[2]


def test_a_follower_ends_when_the_worker_is_killed(
    world: World, tmp_path: Path, spawn_cli: Spawn, wait_until: Wait
) -> None:
    ready = tmp_path / "ready"
    world.use(ready=ready, hang=300)
    session = world.new(world.make_repo())
    worker = spawn_cli("iterate", session["id"])
    wait_until(ready.exists)
    follower = spawn_cli("logs", session["id"], "--follow", "--stream-json")
    worker.kill()
    out, _ = follower.communicate(timeout=60)
    assert follower.returncode == 0
    assert json.loads(out.splitlines()[0])["type"] == "iteration_started"
    assert world.ok("stop", session["id"], "--json").json["stopped"] == "iteration"
    assert marked_processes(session["id"]) == []
    assert world.status(session)["iterations"][0]["status"] == "interrupted"


@pytest.mark.parametrize("scenario", [{}, {"ignore_term": True}, {"child": 300}])
@pytest.mark.rounds(1)
def test_stop_ends_the_whole_tree_and_keeps_the_work(
    world: World, tmp_path: Path, wait_until: Wait, scenario: dict[str, Any]
) -> None:
    ready = tmp_path / "ready"
    world.use(edits={"half.txt": "h\n"}, ready=ready, hang=300, **scenario)
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(ready.exists)
    stopped = world.ok("stop", session["id"], "--json").json
    assert stopped["stopped"] == "iteration"
    assert stopped["session"]["lastIteration"]["status"] == "cancelled"
    assert world.subjects(session)[0] == "amp: partial: cancelled"
    assert marked_processes(session["id"]) == []
    kept = world.git(session["repo"], "for-each-ref", "--format=%(refname)", "refs/ampsm/snapshots")
    assert "half.txt" in world.git(session["repo"], "ls-tree", "--name-only", kept)
    again = world.ok("stop", session["id"], "--json").json
    assert again["stopped"] is None


def test_the_background_job_of_a_script_can_be_stopped(world: World, tmp_path: Path, wait_until: Wait) -> None:
    """A shell without job control lets what it starts with `&` ignore SIGINT."""
    ready = tmp_path / "ready"
    world.use(edits={"half.txt": "h\n"}, ready=ready, hang=300)
    session = world.new(world.make_repo())
    program = Path(sys.executable).with_name("amp-sessions")
    job = subprocess.Popen(["sh", "-c", f"{program} iterate {session['id']} & wait"], stdout=subprocess.DEVNULL)
    wait_until(ready.exists)
    stopped = world.ok("stop", session["id"], "--json").json["session"]
    assert stopped["lastIteration"]["status"] == "cancelled"
    job.wait(timeout=60)


def test_stop_ends_a_test_script(world: World, spawn_cli: Spawn, wait_until: Wait, tmp_path: Path) -> None:
    started = tmp_path / "started"
    world.use()
    session = world.new(world.make_repo(), "T", "--script", f"touch {started}; sleep 300")
    running = spawn_cli("run", session["id"], "--json")
    wait_until(started.exists)
    assert world.ok("stop", session["id"], "--json").json["stopped"] == "test"
    running.communicate(timeout=60)
    assert running.returncode == 130
    assert world.status(session)["session"]["status"] == "idle"
    with closing(sqlite3.connect(os.environ["AMPSM_DB_PATH"])) as database:  # no result that a merge could go by
        assert database.execute("SELECT count(*) FROM test_runs").fetchone() == (0,)


@pytest.mark.parametrize("command", ["merge", "preflight"])
def test_stop_ends_the_test_script_of_another_command(
    world: World, spawn_cli: Spawn, wait_until: Wait, tmp_path: Path, command: str
) -> None:
    """It may never end by itself. The merge stays where it was, to be gone on with or given up."""
    started = tmp_path / "started"
    world.use(edits={"one.txt": "1\n"})
    repo = world.make_repo()
    session = world.new(repo, "T", "--script", "true")
    world.iterate(session)
    world.ok("set", session["id"], "--script", f"touch {started}; sleep 300")
    before = world.git(repo, "rev-parse", "main")
    running = spawn_cli(command, session["id"], "--json")
    wait_until(started.exists)
    assert world.ok("stop", session["id"], "--json").json["stopped"] == "test"
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 130, out
    assert world.git(repo, "rev-parse", "main") == before
    assert world.ok("stop", session["id"], "--json").json["stopped"] is None


@pytest.mark.parametrize("seconds", slow_but([3, 120], [3]))
def test_stop_works_while_the_database_is_locked(
    world: World, tmp_path: Path, spawn_cli: Spawn, wait_until: Wait, seconds: float
) -> None:
    """However long it is: `stop` does not wait for it as long as for ever."""
    ready = tmp_path / "ready"
    world.use(ready=ready, hang=300)
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(ready.exists)
    database = sqlite3.connect(os.environ["AMPSM_DB_PATH"], isolation_level=None)
    try:
        database.execute("BEGIN EXCLUSIVE")
        stop = spawn_cli("stop", session["id"], "--json")
        with suppress(subprocess.TimeoutExpired):
            stop.wait(seconds)
    finally:
        database.close()
    out, err = stop.communicate(timeout=60)
    assert stop.returncode == 0, (out, err)
    wait_until(lambda: marked_processes(session["id"]) == [])
    assert wait_until(lambda: ended(world, session))["iterations"][0]["status"] in ("cancelled", "interrupted")


def test_a_stopped_worker_process_is_ended_too(world: World, tmp_path: Path, wait_until: Wait) -> None:
    """SIGSTOP of the worker: `stop` wakes it up and it ends in good order."""
    ready = tmp_path / "ready"
    world.use(ready=ready, hang=300)
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(ready.exists)
    busy = world.cli("commit", session["id"], "--message", "m", "--json")
    worker = busy.json["error"]["details"]["pid"]
    os.kill(worker, signal.SIGSTOP)
    assert world.ok("stop", session["id"], "--json").json["stopped"] == "iteration"
    wait_until(lambda: not is_alive(worker))  # it has let go of the session a moment before
    assert world.status(session)["iterations"][0]["status"] == "cancelled"


def test_follow_ups_run_in_order_and_can_be_changed(world: World, tmp_path: Path, wait_until: Wait) -> None:
    go, ready, trace = tmp_path / "go", tmp_path / "ready", tmp_path / "trace"
    world.use(append={"log.txt": "{prompt}\n"}, ready=ready, hang_until=go, trace=trace)
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(ready.exists)
    ids = [
        world.ok("iterate", session["id"], "--queue", "--notes", text, "--json").json["queued"]["id"]
        for text in ("first", "second", "third")
    ]
    world.ok("queue", session["id"], "--edit", ids[1], "--notes", "second, better")
    world.ok("queue", session["id"], "--remove", ids[2])
    assert [entry["notes"] for entry in world.status(session)["queue"]] == ["first", "second, better"]
    assert world.cli("queue", session["id"], "--remove", "q-nothing").code == 3
    go.write_text("")
    wait_until(lambda: world.status(session)["session"]["iterations"] == 3 and ended(world, session))
    prompts = [json.loads(line)["prompt"].strip() for line in trace.read_text().splitlines()]
    assert prompts[1:] == ["first", "second, better"]
    assert world.status(session)["queue"] == []


def test_follow_ups_of_a_foreground_iteration_go_on_by_themselves(
    world: World, tmp_path: Path, spawn_cli: Spawn, wait_until: Wait
) -> None:
    go, ready = tmp_path / "go", tmp_path / "ready"
    world.use(append={"log.txt": "x\n"}, ready=ready, hang_until=go)
    session = world.new(world.make_repo(), "Task", "--script", "false")  # what tests say does not hold them up
    running = spawn_cli("iterate", session["id"])
    wait_until(ready.exists)
    world.ok("iterate", session["id"], "--queue", "--notes", "then this")
    go.write_text("")
    running.communicate(timeout=60)
    wait_until(lambda: world.status(session)["session"]["iterations"] == 2 and ended(world, session))


def test_queue_without_a_running_iteration_just_iterates(world: World) -> None:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    assert world.ok("iterate", session["id"], "--queue", "--json").json["iteration"]["status"] == "succeeded"


def test_a_stop_keeps_the_queue_unless_told(world: World, tmp_path: Path, wait_until: Wait) -> None:
    ready = tmp_path / "ready"
    world.use(ready=ready, hang=300)
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(ready.exists)
    world.ok("iterate", session["id"], "--queue", "--notes", "later")
    world.ok("stop", session["id"])
    assert [entry["notes"] for entry in world.status(session)["queue"]] == ["later"]
    world.ok("stop", session["id"], "--queued")
    assert world.status(session)["queue"] == []


def test_a_follower_is_right_behind(world: World, tmp_path: Path, spawn_cli: Spawn, wait_until: Wait) -> None:
    """No timing here (see the benchmarks): a line that was written is shown while the iteration still runs."""
    go, ready = tmp_path / "go", tmp_path / "ready"
    world.use(stderr="warming up\n", ready=ready, hang_until=go)
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(ready.exists)
    follower = spawn_cli("logs", session["id"], "--follow")
    assert follower.stdout is not None
    while "warming up" not in (line := follower.stdout.readline()):
        assert line, "the follower ended"
    go.write_text("")
    follower.communicate(timeout=60)


def test_results_are_documents(cli: Callable[..., Result]) -> None:
    assert cli("stop", "nobody", "--json").code == 3
    assert cli("queue", "nobody", "--json").code == 3
