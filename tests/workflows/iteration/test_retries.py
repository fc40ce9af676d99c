"""`ampRetries`: what waiting can cure is tried again, nothing else (SPEC section 8)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.patient_cli import command
from tests.support.variants import slow_but
from tests.support.world import World

RATE = '429 {"type":"error","error":{"type":"rate_limit_error","message":"Slow down: rate limit."}}'


@pytest.fixture
def iterate(world: World) -> Callable[..., tuple[int, dict[str, Any]]]:
    """`iterate(session, *options, waits=(0.05, 0.1))`: exit code and answer of `iterate --json` with such waits."""

    def run(session: dict[str, Any], *more: object, waits: Sequence[float] = (0.05, 0.1)) -> tuple[int, dict[str, Any]]:
        call = command("iterate", session["id"], "--json", *more, retry_waits=waits)
        done = subprocess.run(call, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        answer: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, answer

    return run


def retries(world: World, session: dict[str, Any]) -> list[str]:
    events = world.ok("logs", session["id"], "--stream-json").events
    return [e["message"] for e in events if e["type"] == "warning" and e["code"] == "retrying"]


def runs(trace: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in trace.read_text().splitlines()]


FAILED: dict[str, Any] = {"agent_error": RATE, "text": None, "tools": [], "edits": {}}


CURED = [RATE, "Model provider overloaded. Try again in a few seconds.", "Connection error."]


@pytest.mark.parametrize("error", slow_but(CURED, [RATE]))
def test_what_waiting_cures_is_tried_again(
    world: World, iterate: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path, error: str
) -> None:
    trace = tmp_path / "trace"
    failed = {**FAILED, "agent_error": error}
    world.use(trace=trace, runs=[failed, failed, {}])
    session = world.new(world.make_repo())
    code, answer = iterate(session)
    assert (code, answer["iteration"]["status"]) == (0, "succeeded")
    first, *others = runs(trace)
    assert first["thread"] is None and "do the thing" in first["prompt"]
    assert len(others) == 2 and {run["thread"] for run in others} == {answer["session"]["threadId"]}
    assert {run["prompt"] for run in others} == {first["prompt"]}, "nothing was done yet: the same prompt"
    first_warning, second_warning = retries(world, session)
    assert first_warning.endswith("trying again in 0.05 s, attempt 2 of 3")
    assert second_warning.endswith("trying again in 0.1 s, attempt 3 of 3")
    assert world.subjects(session) == ["amp: Added the feature module.", "first"]


def test_a_thread_in_which_work_was_done_goes_on(
    world: World, iterate: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    tool = {"name": "Read", "input": {"path": "README.md"}, "result": "hello"}
    world.use(
        trace=trace,
        edits={},
        runs=[
            {"tools": [{**tool, "id": "a1"}], "edits": {"half.txt": "h\n"}, "text": None, "agent_error": RATE},
            {"tools": [{**tool, "id": "a2"}], "edits": {"rest.txt": "r\n"}},
        ],
    )
    session = world.new(world.make_repo())
    code, answer = iterate(session)
    assert code == 0
    prompts = [run["prompt"] for run in runs(trace)]
    assert prompts[1] == "Continue with the task." != prompts[0]
    iteration = answer["iteration"]
    assert (iteration["toolCalls"], iteration["changedFiles"]) == (2, 2)
    assert iteration["usage"]["promptTokens"] == 150 + 150 + 200, "all attempts add up"
    assert iteration["error"] is None and answer["session"]["status"] == "idle"


def test_logs_of_several_attempts_add_up(
    world: World, iterate: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
) -> None:
    program = tmp_path / "wrapper"
    program.write_text(
        f"""#!{sys.executable}
import os, sys
if "--help" in sys.argv:
    print("Options:\\n  -x, --execute [message]\\n  --jsonl-logs")
    sys.exit()
if "--version" in sys.argv:
    sys.exit()
sys.stdin.read()
print('{{"event": "tool_start", "tool": "Read"}}\\n{{"event": "tool_finish", "tool": "Read", "success": true}}')
print('{{"prompt": 100, "completion": 50}}')
if not os.path.exists("second"):
    open("second", "w").close()
    sys.exit("Error: 429 Slow down")
print("All done")
"""
    )
    program.chmod(0o755)
    world.ok("config", "set", "ampPath", program)
    session = world.new(world.make_repo())
    code, answer = iterate(session)
    assert code == 0, answer
    iteration = answer["iteration"]
    assert (iteration["toolCalls"], iteration["usage"]["totalTokens"], iteration["usage"]["estimated"]) == (
        2,
        300,
        False,
    )
    assert world.subjects(session)[0] == "amp: All done"


@pytest.mark.parametrize(
    "error",
    slow_but(
        ["Something broke", "Context window limit reached.", "402 Payment Required", "Unauthorized"],
        ["Something broke"],
    ),
)
def test_nothing_else_is(
    world: World, iterate: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path, error: str
) -> None:
    trace = tmp_path / "trace"
    world.use(trace=trace, runs=[{**FAILED, "agent_error": error}, {}])
    session = world.new(world.make_repo())
    assert iterate(session)[0] == 7
    assert len(runs(trace)) == 1 and retries(world, session) == []


def test_it_ends_after_so_many(
    world: World, iterate: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    world.use(trace=trace, **FAILED)
    session = world.new(world.make_repo())
    world.ok("config", "set", "ampRetries", "3")
    code, answer = iterate(session)
    assert (code, answer["error"]["code"], len(runs(trace))) == (7, "rate-limited", 4)
    world.ok("config", "set", "ampRetries", "0")
    assert iterate(session)[0] == 7 and len(runs(trace)) == 5


def test_the_time_limit_bounds_all_attempts(
    world: World, iterate: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    world.use(trace=trace, **FAILED)
    session = world.new(world.make_repo())
    code, answer = iterate(session, "--timeout", "300", waits=[600])
    assert (code, answer["error"]["code"], len(runs(trace))) == (7, "rate-limited", 1)


def test_a_thread_that_never_reached_the_server_is_begun_again(
    world: World, iterate: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    gone = {**FAILED, "agent_error": "Thread T-1 does not exist"}
    world.use(trace=trace, runs=[{**FAILED, "agent_error": "Connection error."}, gone, {}])
    session = world.new(world.make_repo())
    code, answer = iterate(session)
    assert code == 0, answer
    assert [run["thread"] is None for run in runs(trace)] == [True, False, True]
    assert answer["session"]["threadId"] not in {run["thread"] for run in runs(trace)}


def test_a_stop_ends_the_wait(
    world: World,
    wait_until: Callable[..., object],
    tmp_path: Path,
) -> None:
    trace = tmp_path / "trace"
    world.use(trace=trace, **{**FAILED, "edits": {"half.txt": "h\n"}})
    session = world.new(world.make_repo())
    call = command("iterate", session["id"], "--json", retry_waits=[500])
    running = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ)
    try:
        wait_until(lambda: world.cli("logs", session["id"]).out.count("trying again in 500 s"))
        running.send_signal(signal.SIGTERM)
        out, _ = running.communicate(timeout=60)
    finally:
        running.kill()
        running.communicate()
    assert running.returncode == 130
    assert json.loads(out)["iteration"]["status"] == "cancelled"
    assert world.subjects(session)[0] == "amp: partial: cancelled"
    assert len(runs(trace)) == 1


def test_the_default_waits_are_short_and_grow() -> None:
    from ampsm.workflows.iteration.agent import WAITS

    assert sum(WAITS[:2]) < 8 and list(WAITS) == sorted(WAITS)
