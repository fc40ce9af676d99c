"""Every way in which the agent fails: the code, a hint that can be typed, work that is kept, a next time that works."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.patient_cli import command
from tests.support.variants import slow_but
from tests.support.world import Result, World

HALF = {"half.txt": "half\n"}
SILENT = {"text": None, "result": False}
#: name: code, what the agent does, settings, options of `iterate`
FAILURES: dict[str, tuple[str, dict[str, Any], dict[str, Any], tuple[str, ...]]] = {
    "login prompt": ("not-logged-in", {"login": True}, {}, ()),
    "login code": (
        "not-logged-in",
        {**SILENT, "stderr": "\nLogin failed: That code looks incomplete.\n", "exit": 1},
        {},
        (),
    ),
    "bad key": ("not-logged-in", {"agent_error": "Unauthorized Check your access token."}, {}, ()),
    "bad option": (
        "bad-arguments",
        {**SILENT, "stderr": "Error: error: unknown option '--verbose'\n", "exit": 1},
        {"ampArgs": "--verbose --timeout 300"},
        (),
    ),
    "offline": (
        "network",
        {**SILENT, "stderr": "Error: Couldn't connect to the Amp server at https://x.\n", "exit": 1},
        {},
        (),
    ),
    "connection": ("network", {"agent_error": "Connection error."}, {}, ()),
    "credits": ("out-of-credits", {"agent_error": "402 Insufficient credit balance."}, {}, ()),
    "rate": ("rate-limited", {"agent_error": "429 Too many requests"}, {}, ()),
    "overload": ("provider-unavailable", {"agent_error": "Model Provider Overloaded Try again."}, {}, ()),
    "server": (
        "provider-unavailable",
        {**SILENT, "stderr": "Error: Amp server returned an error. Try again in a moment.\n", "exit": 1},
        {},
        (),
    ),
    "context": ("context-full", {"agent_error": "Context window limit reached. Start a new thread."}, {}, ()),
    "permission": ("permission-needed", {"agent_error": "The following tools require user approval: Bash"}, {}, ()),
    "thread": (
        "thread-gone",
        {**SILENT, "stderr": "Error: Thread T-01a20bc2 does not exist\n", "exit": 1},
        {},
        (),
    ),
    "agent": ("agent-failed", {"agent_error": "I give up"}, {}, ()),
    "crash": ("crashed", {**SILENT, "stderr": "TypeError: no\n", "exit": 3}, {}, ()),
    "kill": ("crashed", {"kill": 9}, {}, ()),
    "silence at the end": ("crashed", SILENT, {}, ()),
    "no answer": ("no-answer", {"start_delay": 300}, {"noAnswerTimeoutSec": 1}, ()),
    "broken off": ("stalled", {"lines": 1, "hang": 300}, {}, ()),
    "too long": ("timed-out", {"hang": 300}, {}, ("--timeout", "4")),
}
#: Other words for a code that has a test already.
VARIANTS = {"login code", "bad key", "connection", "server", "kill", "silence at the end"}


def typed(hint: str) -> subprocess.CompletedProcess[bytes]:
    """The hint, typed into a shell."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        hint, shell=True, capture_output=True, stdin=subprocess.DEVNULL, env={**os.environ, "PATH": path}, timeout=60,
        check=False,
    )  # fmt: skip


@pytest.fixture
def use(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`use(settings={}, **scenario)`: from now on these are all the settings, and Amp plays this scenario."""
    config = tmp_path / "config.yaml"
    monkeypatch.setenv("AMPSM_CONFIG", str(config))

    def write(settings: dict[str, Any] | None = None, **scenario: Any) -> None:
        lines = {"ampPath": str(world.make_agent(**scenario)), "ampRetries": 0, **(settings or {})}
        config.write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in lines.items()))

    return write


@pytest.mark.parametrize("name", slow_but(FAILURES, set(FAILURES) - VARIANTS))
@pytest.mark.rounds(8)
def test_a_failure(world: World, use: Callable[..., None], name: str) -> None:
    code, scenario, settings, options = FAILURES[name]
    use(settings, edits=HALF, **scenario)
    session = world.new(world.make_repo())
    stalled = 0.5 if code == "stalled" else None
    call = command("iterate", session["id"], "--json", *options, stalled=stalled)
    done = subprocess.run(call, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
    answer = json.loads(done.stdout)
    error = answer["iteration"]["error"]
    assert (done.returncode, error["code"], answer["error"]) == (7, code, error)
    assert error["message"] and "\n" not in error["message"]

    status = world.status(session)
    assert status["iterations"][-1]["error"] == error
    waits = code == "permission-needed"
    assert status["session"]["status"] == ("awaiting-input" if waits else "error")
    worked = (Path(session["worktree"]) / "half.txt").exists()
    assert worked is (name not in ("login prompt", "no answer"))
    assert world.subjects(session)[0].startswith("amp: partial: ") is worked
    assert world.git(session["worktree"], "status", "--porcelain") == ""

    program = shlex.split(error["hint"])[0]
    agent = Path(program) if program != "amp-sessions" else None
    use(edits={"rest.txt": "r\n"})
    followed = typed(error["hint"])
    assert followed.returncode == 0, (error["hint"], followed)
    assert agent is None or agent.parent == Path(session["repo"]).parent, "the Amp in use"
    if "iterate" not in error["hint"]:
        world.iterate(session)
    assert world.status(session)["session"]["status"] == "idle"
    assert (Path(session["worktree"]) / "rest.txt").exists()


@pytest.mark.parametrize(
    ("content", "mode", "code"),
    slow_but(
        [
            (None, 0, "not-installed"),
            (b"#!/bin/sh\n", 0o644, "broken-install"),
            (b"\x7fELF nothing", 0o755, "broken-install"),
            (b"#!/bin/sh\necho 'Error: Amp native binary not installed.' >&2; exit 1\n", 0o755, "broken-install"),
            (b"#!/no/such/interpreter\n", 0o755, "broken-install"),
        ],
        {None, b"#!/bin/sh\n"},
    ),
)
@pytest.mark.rounds(1)
def test_an_amp_that_cannot_be_started(
    world: World, tmp_path: Path, content: bytes | None, mode: int, code: str
) -> None:
    program = tmp_path / "broken-amp"
    if content is not None:
        program.write_bytes(content)
        program.chmod(mode)
    session = world.new(world.make_repo())
    world.ok("config", "set", "ampPath", program)
    answer = world.iterate(session, code=7)
    assert answer["iteration"]["error"]["code"] == code == world.status(session)["iterations"][-1]["error"]["code"]
    hint = shlex.split(answer["error"]["hint"])
    assert hint[0] in ("amp-sessions", "npm", "chmod")
    if hint[0] != "npm":
        assert typed(answer["error"]["hint"]).returncode == 0
    world.use()
    assert world.iterate(session)["session"]["status"] == "idle"


def test_a_login_prompt_ends_it_at_once(world: World, use: Callable[..., None], cli: Callable[..., Result]) -> None:
    use(login=True)
    session = world.new(world.make_repo())
    done = cli("iterate", session["id"])
    assert done.code == 7
    assert "error: Amp is not logged in" in done.err and " login" in done.err.splitlines()[-1]


@pytest.mark.parametrize(
    "error", slow_but(["Context window limit reached.", "Thread T-1 does not exist"], ["Thread T-1 does not exist"])
)
def test_a_dead_thread_is_followed_by_a_fresh_one(
    world: World, use: Callable[..., None], tmp_path: Path, error: str
) -> None:
    trace = tmp_path / "trace"
    use(edits={"a.txt": "a\n"}, trace=trace)
    session = world.new(world.make_repo(), prompt="build the bridge")
    first = world.iterate(session)
    use(agent_error=error, text=None, edits=HALF, trace=trace)
    failed = world.iterate(session, "--notes", "paint it", code=7)
    assert failed["iteration"]["threadId"] == first["session"]["threadId"]
    use(edits={"b.txt": "b\n"}, trace=trace)
    answer = world.iterate(session, "--notes", "paint it red")
    run = json.loads(trace.read_text().splitlines()[-1])
    assert run["thread"] is None
    for part in ("build the bridge", "paint it red", "iteration 1: succeeded", "iteration 2: failed", error):
        assert part in run["prompt"]
    assert answer["session"]["threadId"] not in (None, first["session"]["threadId"])
    events = world.ok("logs", session["id"], "--stream-json").events
    (said,) = [e["message"] for e in events if e["type"] == "warning" and e["code"] == "new-thread"]
    assert first["session"]["threadId"] in said
    follower = world.iterate(session)
    assert follower["session"]["threadId"] == answer["session"]["threadId"]
