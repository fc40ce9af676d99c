"""A clock that is set while an iteration runs: times never go backwards, durations stay right."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.system.paths import resolve_paths
from tests.faults.injection import inject_clock
from tests.support.world import World

pytestmark = pytest.mark.faults


def test_a_clock_that_is_set_back_and_ahead(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spawn_cli: Callable[..., subprocess.Popen[str]],
    wait_until: Callable[..., Any],
) -> None:
    clock = inject_clock(tmp_path, monkeypatch)
    world.use(
        edits={"a.txt": "a\n"},
        tools=[{"name": "Bash", "input": {"cmd": f"sleep {n}"}, "result": "ok", "seconds": 1} for n in range(3)],
    )
    session = world.new(world.make_repo(), "Clock", "--script", "sleep 0.3")
    running = spawn_cli("iterate", session["id"], "--json")
    journal = resolve_paths(None, os.environ).journal(session["id"], 1)

    def begun(call: int) -> bool:
        return journal.exists() and journal.read_bytes().count(b'"tool_started"') >= call

    for call, offset in ((1, -3600), (2, 7200), (3, -86400)):
        wait_until(lambda call=call: begun(call))
        clock.set(offset)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, (out, err)
    iteration = json.loads(out)["iteration"]
    events = [json.loads(line) for line in journal.read_bytes().splitlines()]
    times = [event["at"] for event in events]
    assert times == sorted(times)
    took = [event["durationMs"] for event in events if event["type"] == "tool_finished"]
    assert len(took) == 3 and all(900 < ms < 600_000 for ms in took), took
    assert 3000 < iteration["durationMs"] < 600_000
    assert 250 < iteration["test"]["durationMs"] < 600_000
    calls = world.ok("tools", session["id"], "--json").json["toolCalls"]
    assert [call["durationMs"] for call in calls] == took
    assert all(call["startedAt"] <= call["endedAt"] for call in calls)
    assert iteration["startedAt"] <= iteration["endedAt"]
    assert world.iterate(session)["iteration"]["number"] == 2
    assert world.cli("doctor", "--json").json["ok"]
