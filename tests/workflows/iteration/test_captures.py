"""Recorded runs of real releases: what is recorded is what the stream says. A few go through the whole command.

What it says is computed here anew, by nothing but a JSON decoder.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.amp.output.reader import AgentOutput
from ampsm.journal.events import ToolStarted
from ampsm.journal.view import IterationView
from tests.support.patient_cli import command
from tests.support.variants import slow_but
from tests.support.world import World
from tests.unit.amp.conftest import CLASSIC, NATIVE, RECORDINGS, RELEASES, TESTS, recorded_facts, recorded_lines

#: How a recorded run ended in words of SPEC section 3; all others succeeded.
FAILURES = {
    "cancelled_sigterm": "cancelled",
    "fault_context": "context-full",
    "fault_credits": "out-of-credits",
    "fault_overloaded": "provider-unavailable",
    "fault_rate": "rate-limited",
    "not_logged_in_arg_prompt": "not-logged-in",
    "not_logged_in_stdin_prompt": "not-logged-in",
    "text_mode_rate": "rate-limited",
    "unreachable": "network",
    f"{CLASSIC}/max_tokens": "stalled",
    f"{CLASSIC}/needs_approval": "permission-needed",
}
CAPTURES = sorted(
    f"{release}/{file.name.removesuffix('.stdout')}"
    for release in RELEASES
    for file in (RECORDINGS / release).glob("*.stdout")
    if file.name != "version.stdout"
)
#: One of each kind goes through the whole command in `make test`.
KEPT = {f"{CLASSIC}/{name}" for name in ("cancelled_sigterm", "max_tokens", "needs_approval", "subagent")} | {
    f"{NATIVE}/{name}" for name in ("edit", "fault_rate", "text_mode", "tool_errors")
}


class Said:
    """What a recording says of itself."""

    def __init__(self, capture: str) -> None:
        self.thread: str | None = None
        self.prompt: int | None = None
        self.completion: int | None = None
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.verdict: dict[str, Any] | None = None
        self.mode: str | None = None
        self._ids: list[str] = []
        self._success: dict[str, bool] = {}
        for line in (RECORDINGS / f"{capture}.stdout").read_text().splitlines():
            if line.startswith("{"):
                self._read(json.loads(line))

    @property
    def successes(self) -> list[bool | None]:
        return [self._success.get(call) for call in self._ids]

    def _read(self, line: dict[str, Any]) -> None:
        self.thread = self.thread or line["session_id"]
        self.mode = line.get("agent_mode", self.mode)
        message = line.get("message", {})
        if usage := message.get("usage"):
            cached = usage["cache_creation_input_tokens"] + usage["cache_read_input_tokens"]
            self.prompt = (self.prompt or 0) + usage["input_tokens"] + cached
            self.completion = (self.completion or 0) + usage["output_tokens"]
        for block in message.get("content", []):
            if block["type"] == "tool_use":
                self._ids.append(block["id"])
                self.calls.append((block["name"], block["input"]))
            elif block["type"] == "tool_result":
                content = block["content"]
                code = json.loads(content).get("exitCode", 0) if content.startswith("{") else 0
                refused = re.match(r"Tool (execution )?rejected by", content)
                self._success[block["tool_use_id"]] = not (block["is_error"] or code or refused)
        if line["type"] == "result":
            self.verdict = line


@pytest.fixture
def play(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, dict[str, Any]]]:
    """`play(capture)`: exit code and answer of `new --iterate --json` with this recording as Amp."""
    config = tmp_path / "config.yaml"
    monkeypatch.setenv("AMPSM_CONFIG", str(config))
    repo = world.make_repo()

    def run(capture: str) -> tuple[int, dict[str, Any]]:
        agent = tmp_path / "amp"
        program, recording = TESTS / "fakes" / "replay_agent.py", RECORDINGS / capture
        agent.write_text(f'#!/bin/sh\nexec {sys.executable} -IS {program} {recording} 0 "$@"\n')
        agent.chmod(0o755)
        text = "--stream-json" not in "".join(recorded_facts(*capture.split("/"))["argv"])
        config.write_text(f"ampPath: {agent}\nampRetries: 0\nenableJSONLogs: {'false' if text else 'true'}\n")
        words = ("new", "--repo", repo, "--name", "T", "--prompt", "do it", "--iterate", "--stream-json")
        call = command(*words, stalled=0.3 if "max_tokens" in capture else None)
        running = subprocess.Popen(call, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert running.stdout is not None and running.stderr is not None
        last: dict[str, Any] = {}
        for line in running.stdout:
            last = json.loads(line)
            if last["type"] == "tool_started" and recorded_facts(*capture.split("/"))["signal"]:
                running.send_signal(signal.SIGTERM)
        said = running.stderr.read().decode()
        assert "Traceback" not in said, said
        running.stdout.close()
        running.stderr.close()
        return running.wait(timeout=60), last

    return run


def test_all_recordings_are_there() -> None:
    assert len(CAPTURES) == 39
    assert {capture.partition("/")[2] for capture in CAPTURES} >= {name for name in FAILURES if "/" not in name}


@pytest.mark.parametrize("capture", CAPTURES)
def test_a_recording_is_read(capture: str) -> None:
    said, view = Said(capture), IterationView(1)
    output = AgentOutput(
        "stream-json" if "--stream-json" in str(recorded_facts(*capture.split("/"))["argv"]) else "text"
    )
    events = [event for line in recorded_lines(*capture.split("/")) for event in output.stdout_line(line)]
    for number, event in enumerate(events, 1):
        event.seq, event.at = number, "2026-01-01T00:00:00.000Z"
        view.apply(event)
    assert (output.thread_id, output.model) == (said.thread, said.mode)
    assert (view.tool_calls, view.tool_failures) == (len(said.calls), said.successes.count(False))
    assert [(e.tool, e.args) for e in events if isinstance(e, ToolStarted)] == said.calls
    usages = [usage.usage for usage in view.usage()]
    assert sum(usage.prompt_tokens or 0 for usage in usages) == (said.prompt or 0)
    assert sum(usage.completion_tokens or 0 for usage in usages) == (said.completion or 0)


@pytest.mark.parametrize("capture", slow_but(CAPTURES, KEPT))
@pytest.mark.rounds(4)
def test_a_recording(world: World, play: Callable[..., tuple[int, dict[str, Any]]], capture: str) -> None:
    said = Said(capture)
    exit_code, answer = play(capture)
    session, iteration = answer["session"], answer["iteration"]
    expected = FAILURES.get(capture, FAILURES.get(capture.partition("/")[2]))

    failure = iteration["error"] and iteration["error"]["code"]
    assert failure == expected
    assert exit_code == {None: 0, "cancelled": 130}.get(expected, 7)
    status = {None: "succeeded", "cancelled": "cancelled"}.get(expected, "failed")
    assert iteration["status"] == status
    if said.verdict and expected != "stalled":
        assert said.verdict["is_error"] is (expected is not None)

    assert iteration["threadId"] == session["threadId"] == said.thread
    assert iteration["model"] == said.mode
    usage = iteration["usage"]
    total = None if said.prompt is None else said.prompt + (said.completion or 0)
    tokens = (usage["promptTokens"], usage["completionTokens"], usage["totalTokens"], usage["estimated"])
    assert tokens == (said.prompt, said.completion, total, False)
    assert iteration["toolCalls"] == len(said.calls)
    assert iteration["toolFailures"] == said.successes.count(False)
    if said.calls:
        calls = world.ok("tools", session["id"], "--json").json["toolCalls"]
        assert [(call["tool"], call["args"]) for call in calls] == said.calls
        assert [call["success"] for call in calls] == said.successes
        assert [call["durationMs"] is None for call in calls] == [ok is None for ok in said.successes]
