"""A lively database to take pictures of: repositories, sessions in every state, one that runs while it is looked at."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.docs import showcase_code as code
from tests.support.world import GIT_CONFIG, World, hermetic

_WAIT_SECONDS = 20


class Showcase(World):
    """Made below `place` by real commands with a scripted agent. `environ` is what to run programs in it with."""

    def __init__(self, place: Path, program: Path) -> None:
        super().__init__(place, starts_anew=True)
        self.program = program
        self.sessions: dict[str, str] = {}
        kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
        self._environ = {
            **kept, **hermetic(place, GIT_CONFIG.replace("Tess Ter", "Robin Hale").replace("tess@", "robin@")),
            "AMPSM_DB_PATH": str(place / "sessions.sqlite"), "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip

    @property
    def environ(self) -> dict[str, str]:
        return self._environ

    def build(self) -> None:
        """Everything that has ended; `start_running` comes after, for what is to be seen at work."""
        repos = {name: self._repository(name) for name in ("orders-api", "payments-svc", "catalog", "billing")}
        for name, task in code.SETTLED.items():
            session = self.session(repos[task["repo"]], name, task["prompt"], *task.get("options", ()))
            for scenario, *more in task.get("iterations", ()):
                self.use(**scenario)
                self.run("iterate", session, *more, codes=(0, 7, 8))
            if "moved" in task:
                self.commit(repos[task["repo"]], task["moved"], "Send the locale with the settings")
            for words in task.get("then", ()):
                self.run(words[0], session, *words[1:], codes=(0, 1, 4, 5))
        for path, text in code.MOVED_ON.items():
            self.commit(repos["orders-api"], {path: text}, "Count requests")

    def start_running(self) -> None:
        """Two sessions at work: the agent has done something and then takes its time."""
        orders, payments = self.root / "orders-api", self.root / "payments-svc"
        jwt = self.session(orders, "Add JWT authentication", code.JWT_PROMPT, "--script", "python3 -m unittest -q")
        for notes, scenario in code.JWT_ITERATIONS:
            self.use(**scenario)
            self.run("iterate", jwt, *(("--notes", notes) if notes else ()), codes=(0, 8))
        notes, scenario = code.JWT_RUNNING
        self._start(jwt, scenario, "--notes", notes)
        self.run("iterate", jwt, "--queue", "--notes", code.JWT_QUEUED)
        csv = self.session(payments, "支払い履歴を CSV で書き出す", "Export the payment history as CSV.")
        self._start(csv, code.CSV_RUNNING)

    def session(self, repo: Path, name: str, prompt: str, *options: str) -> str:
        """A new session; its id."""
        self.sessions[name] = str(self.new(repo, name, *options, prompt=prompt)["id"])
        return self.sessions[name]

    def run(self, *words: str, codes: tuple[int, ...] = (0,)) -> None:
        """One command, which ends with one of these codes."""
        done = self.cli(*words, "--json", timeout=120)
        assert done.code in codes, (words, done)

    def close(self) -> None:
        """Stops what runs and removes the place."""
        for session in self.sessions.values():
            with suppress(AssertionError, subprocess.TimeoutExpired):
                self.run("stop", session, "--queued", codes=(0, 1, 3))
        shutil.rmtree(self.root, ignore_errors=True)

    def _start(self, session: str, scenario: Mapping[str, Any], *options: str) -> None:
        ready = self.root / f"{session}.ready"
        self.use(**scenario, ready=ready, hang=3600)
        self.run("iterate", session, "--detach", *options)
        deadline = time.monotonic() + _WAIT_SECONDS
        while not ready.exists() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _repository(self, name: str) -> Path:
        repo = self.root / name
        repo.mkdir()
        self.git(repo, "init", "-q", "-b", "main")
        self.commit(repo, code.REPOSITORIES[name], "Start the service")
        return repo


def main() -> None:
    """`python -m tests.docs.showcase PLACE`: builds one and keeps it running until Ctrl-C."""
    showcase = Showcase(Path(sys.argv[1]).resolve(), Path(sys.executable).with_name("amp-sessions"))
    try:
        showcase.build()
        showcase.start_running()
        print(f"AMPSM_DB_PATH={showcase.environ['AMPSM_DB_PATH']}", flush=True)
        signal.pause()
    finally:
        showcase.close()


if __name__ == "__main__":
    main()
