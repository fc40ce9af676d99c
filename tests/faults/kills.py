"""One random kill of an iteration, and what must hold after it (SPEC section 5, "Crash-proof")."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from ampsm.system.locks import lock_holder
from ampsm.system.paths import resolve_paths
from ampsm.system.processes import marked_processes
from tests.conftest import processes_of
from tests.support.looks import look, type_looks
from tests.support.world import World

VICTIMS = ("worker", "agent", "follower", "worker and agent", "all")
#: An undisturbed iteration of `EDITS` takes about this long, in seconds.
SPAN = 1.6
EDITS = 6


@dataclass
class Killing:
    """A session that is killed again and again; `edited` are the files its agents say they have written."""

    world: World
    session: dict[str, Any]
    trace: Path
    spawn: Callable[..., subprocess.Popen[str]]
    random: random.Random
    rounds: int = 0
    killed: dict[str, int] = field(default_factory=dict)

    def round(self) -> None:
        """Starts an iteration in some way, kills somebody at some moment, and checks what is left."""
        self.rounds += 1
        self._use_agent()
        detached = self.random.random() < 0.5
        started = self.spawn("iterate", self.session["id"], *(["--detach"] if detached else []))
        follower = self.spawn("logs", self.session["id"], "--follow", "--stream-json")
        self._sleep(self.random.uniform(0, SPAN))
        victim = self.random.choice(VICTIMS)
        self._kill(victim, started, follower)
        for process in (started, follower):
            process.communicate(timeout=60)
        self._wait_for_worker()
        self.check()

    def check(self) -> None:
        """Nothing is lost, nothing says `running`, look-ups write nothing and say what a command that writes makes
        true, and the next iteration goes on in the same thread."""
        left = marked_processes(self.session["id"])
        looks = self._look()
        self.world.ok("stop", self.session["id"])
        assert left or self._look() == looks  # what was left has been ended, which looks say too
        status = self.world.status(self.session)
        assert status["session"]["status"] != "running", status
        last = status["iterations"][-1] if status["iterations"] else None
        self._check_journals()
        self._check_edits()
        assert self.world.git(self.session["repo"], "fsck", "--no-dangling", "--no-progress") == ""
        thread = status["session"]["threadId"]
        self.world.use(edits={})
        after = self.world.iterate(self.session)
        assert thread in (None, after["iteration"]["threadId"]), (thread, after, last)
        assert marked_processes(self.session["id"]) == []
        self._check_edits()
        doctor = self.world.cli("doctor", "--json")
        bad = [finding for finding in doctor.json["findings"] if finding["severity"] != "info"]
        assert bad == [], bad

    def _look(self) -> tuple[dict[str, Any], dict[str, Any]]:
        return look(self.session["id"]), type_looks(self.world, self.session["id"])

    def _use_agent(self) -> None:
        names = [f"round-{self.rounds}-{k}.txt" for k in range(EDITS)]
        shell = [f"echo {name} > {name}; echo {name} >> {self.trace}; sleep 0.06" for name in names]
        self.world.use(edits={}, shell=shell, lines=5)

    def _kill(self, victim: str, started: subprocess.Popen[str], follower: subprocess.Popen[str]) -> None:
        self.killed[victim] = self.killed.get(victim, 0) + 1
        worker = lock_holder(self._paths.lock(self.session["id"]))
        pids: list[int] = []
        if "worker" in victim or victim == "all":
            pids += [worker.pid] if worker and worker.alive else [started.pid]
        if "agent" in victim or victim == "all":
            pids += marked_processes(self.session["id"])
        if victim in ("follower", "all"):
            pids.append(follower.pid)
        if victim == "all":
            pids.append(started.pid)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def _wait_for_worker(self) -> None:
        """Also for one that had not got as far as the lock when the command that started it was killed."""
        deadline = time.monotonic() + 60
        while self._has_worker():
            assert time.monotonic() < deadline, lock_holder(self._paths.lock(self.session["id"]))
            self._sleep(0.02)

    def _has_worker(self) -> bool:
        if (holder := lock_holder(self._paths.lock(self.session["id"]))) and holder.alive:
            return True
        return any(_is_worker(process) for process in processes_of(Path(os.environ["HOME"])))

    def _check_journals(self) -> None:
        for journal in sorted(self._paths.journal_dir(self.session["id"]).glob("iteration-*.jsonl")):
            seqs, ends = [], 0
            for line in journal.read_bytes().splitlines():
                try:
                    event = json.loads(line)
                except ValueError:
                    continue  # the line that was being written
                seqs.append(event["seq"])
                ends += event["type"] == "iteration_finished"
            if not seqs:
                continue  # nothing had begun
            assert seqs == list(range(1, len(seqs) + 1)), (journal, seqs)
            assert ends == 1, (journal, ends, journal.read_bytes()[-2000:])

    def _check_edits(self) -> None:
        """Every file that an agent said it had written is in the worktree or in a commit of the branch."""
        said = self.trace.read_text().split() if self.trace.exists() else []
        tree = self.world.git(self.session["repo"], "ls-tree", "--name-only", self.session["branch"]).splitlines()
        here = {path.name for path in Path(self.session["worktree"]).iterdir()}
        assert [name for name in said if name not in here and name not in tree] == []

    @property
    def _paths(self) -> Any:
        return resolve_paths(None, os.environ)

    @staticmethod
    def _sleep(seconds: float) -> None:
        time.sleep(seconds)


def _is_worker(process: psutil.Process) -> bool:
    try:
        return "ampsm.workflows.iteration.local_worker" in process.cmdline()
    except psutil.Error:
        return False
