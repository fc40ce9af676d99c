"""Many commands at once on one database: no lock error, no lost row."""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import World

pytestmark = pytest.mark.faults

COMMANDS_AT_ONCE = 20 if os.environ.get("AMPSM_TEST_ALL_FAULTS") else 8
#: Commands of each in `make test`; seconds of each in `make test-faults`.
EACH, SECONDS = (None, 60.0) if os.environ.get("AMPSM_TEST_ALL_FAULTS") else (1, 60.0)
SEED = 20261126


class Caller(threading.Thread):
    """One person's CLI: creates sessions and works in its own; remembers what it was told."""

    def __init__(self, world: World, repo: Path, number: int) -> None:
        super().__init__(name=f"caller {number}")
        self.world = world
        self.repo = repo
        self.random = random.Random(SEED + number)
        self.told: Counter[str] = Counter()
        self.wrong: list[object] = []
        self.session = ""
        self.calls = 0
        self.name_told = ""

    def run(self) -> None:
        until = time.monotonic() + SECONDS
        created = self._call("new", "--repo", self.repo, "--name", self.name, "--prompt", "p", "--script", "true")
        if created is None:
            return
        self.session = created["session"]["id"]
        while self.calls <= (EACH or 10_000) and time.monotonic() < until:
            self._work()

    def _work(self) -> None:
        match self.random.choice(["iterate", "set", "run", "commit", "list", "status"]):
            case "iterate":
                if done := self._call("iterate", self.session, "--no-test"):
                    self.told["iterations"] += 1
                    self.told["tool calls"] += done["iteration"]["toolCalls"]
            case "set":
                name = f"{self.name} {self.calls}"
                if self._call("set", self.session, "--name", name):
                    self.name_told = name
            case "run":
                if self._call("run", self.session):
                    self.told["test runs"] += 1
            case "commit":
                worktree = self.repo / ".worktrees" / self.session
                (worktree / f"mine-{self.calls}.txt").write_text("mine\n")
                if self._call("commit", self.session, "--message", f"mine {self.calls}"):
                    self.told["commits"] += 1
            case "list":
                self._call("list")
            case _:
                self._call("status", self.session)

    def _call(self, *words: object) -> dict[str, Any] | None:
        self.calls += 1
        done = self.world.cli(*words, "--json", timeout=120)
        if done.code != 0:
            self.wrong.append((words, done))
            return None
        found: dict[str, Any] = done.json
        return found


@pytest.mark.timeout(400)
def test_many_commands_and_a_follower_on_one_database(
    world: World, tmp_path: Path, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any]
) -> None:
    go, ready = tmp_path / "go", tmp_path / "ready"
    world.use(edits={"f.txt": "f\n"}, ready=ready, hang_until=go)
    repo = world.make_repo()
    followed = world.new(repo, "Followed")
    world.ok("iterate", followed["id"], "--detach")
    wait_until(ready.exists)
    follower = spawn_cli("logs", followed["id"], "--follow", "--stream-json")
    world.use(append={"a.txt": "a\n"}, edits={}, trace=tmp_path / "trace")
    callers = [Caller(world, repo, number) for number in range(COMMANDS_AT_ONCE)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    go.touch()
    out, _ = follower.communicate(timeout=60)
    assert json.loads(out.splitlines()[-1])["type"] == "iteration_finished"
    assert [wrong for caller in callers for wrong in caller.wrong] == []
    assert len(world.ok("list", "--json").json["sessions"]) == COMMANDS_AT_ONCE + 1
    for caller in callers:
        status = world.ok("status", caller.session, "--json").json
        assert len(status["iterations"]) == caller.told["iterations"]
        calls = world.ok("tools", caller.session, "--json").json["toolCalls"]
        assert len(calls) == caller.told["tool calls"] == caller.told["iterations"]
        assert not caller.name_told or status["session"]["name"] == caller.name_told
        subjects = world.git(repo, "log", "--format=%s", status["session"]["branch"]).splitlines()
        assert sum(subject.startswith("mine") for subject in subjects) == caller.told["commits"]
    wait_until(lambda: world.status(followed)["session"]["status"] == "idle")
    print(f"{sum(caller.calls for caller in callers)} commands, {sum((c.told for c in callers), Counter())}")
    findings = world.cli("doctor", "--json").json["findings"]
    assert [found for found in findings if found["severity"] != "info"] == []
