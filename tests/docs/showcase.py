"""A lively database to take pictures of: repositories, sessions in every state, one that runs while it is looked at."""

from __future__ import annotations

import json
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

from tests.conftest import FAKES, GIT_CONFIG
from tests.docs import showcase_code as code

_WAIT_SECONDS = 20


class Showcase:
    """Made below `place` by real commands with a scripted agent. `environ` is what to run programs in it with."""

    def __init__(self, place: Path, program: Path) -> None:
        self.place = place
        self.program = program
        self.sessions: dict[str, str] = {}
        home = place / "home"
        home.mkdir(parents=True)
        (place / "gitconfig").write_text(GIT_CONFIG.replace("Tess Ter", "Robin Hale").replace("tess@", "robin@"))
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.environ: dict[str, str] = {
            **kept,
            "HOME": str(home),
            "GIT_CONFIG_GLOBAL": str(place / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "AMPSM_DB_PATH": str(place / "sessions.sqlite"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._agents = 0

    def build(self) -> None:
        """Everything that has ended; `start_running` comes after, for what is to be seen at work."""
        repos = {name: self._repository(name) for name in ("orders-api", "payments-svc", "catalog", "billing")}
        for name, task in code.SETTLED.items():
            session = self.new(repos[task["repo"]], name, task["prompt"], *task.get("options", ()))
            for scenario, *more in task.get("iterations", ()):
                self.use(scenario)
                self.run("iterate", session, *more, codes=(0, 7, 8))
            if "moved" in task:
                self._commit(repos[task["repo"]], task["moved"], "Dark by default")
            for words in task.get("then", ()):
                self.run(words[0], session, *words[1:], codes=(0, 1, 4, 5))
        for path, text in code.MOVED_ON.items():
            self._commit(repos["orders-api"], {path: text}, "Count requests")

    def start_running(self) -> None:
        """Two sessions at work: the agent has done something and then takes its time."""
        orders, payments = self.place / "orders-api", self.place / "payments-svc"
        jwt = self.new(orders, "Add JWT authentication", code.JWT_PROMPT, "--script", "python3 -m unittest -q")
        for notes, scenario in code.JWT_ITERATIONS:
            self.use(scenario)
            self.run("iterate", jwt, *(("--notes", notes) if notes else ()), codes=(0, 8))
        notes, scenario = code.JWT_RUNNING
        self._start(jwt, scenario, "--notes", notes)
        self.run("iterate", jwt, "--queue", "--notes", code.JWT_QUEUED)
        csv = self.new(payments, "支払い履歴を CSV で書き出す", "Export the payment history as CSV.")
        self._start(csv, code.CSV_RUNNING)

    def new(self, repo: Path, name: str, prompt: str, *options: str) -> str:
        """A session; its id."""
        found = self.run("new", "--repo", str(repo), "--name", name, "--prompt", prompt, *options)
        self.sessions[name] = str(found["session"]["id"])
        return self.sessions[name]

    def use(self, scenario: Mapping[str, Any]) -> None:
        """From now on this is Amp (see tests/fakes/stream_agent.py)."""
        self._agents += 1
        agent = self.place / "agents" / f"amp-{self._agents}"
        agent.parent.mkdir(exist_ok=True)
        agent.with_name(agent.name + ".scenario").write_text(repr(dict(scenario)))
        agent.write_text(f"#!{sys.executable} -IS\n{(FAKES / 'stream_agent.py').read_text()}")
        agent.chmod(0o755)
        self.run("config", "set", "ampPath", str(agent))

    def run(self, *words: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """One command; its document."""
        done = subprocess.run(
            [str(self.program), *words, "--json"], env=self.environ, capture_output=True, timeout=120, check=False
        )
        if done.returncode not in codes:
            raise RuntimeError(f"{words}: exit {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}")
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def close(self) -> None:
        """Stops what runs and removes the place."""
        for session in self.sessions.values():
            with suppress(RuntimeError, subprocess.TimeoutExpired):
                self.run("stop", session, "--queued", codes=(0, 1, 3))
        shutil.rmtree(self.place, ignore_errors=True)

    def _start(self, session: str, scenario: Mapping[str, Any], *options: str) -> None:
        ready = self.place / f"{session}.ready"
        self.use({**scenario, "ready": str(ready), "hang": 3600})
        self.run("iterate", session, "--detach", *options)
        deadline = time.monotonic() + _WAIT_SECONDS
        while not ready.exists() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _repository(self, name: str) -> Path:
        repo = self.place / name
        repo.mkdir()
        self._git(repo, "init", "-q", "-b", "main")
        self._commit(repo, code.REPOSITORIES[name], "Start the service")
        return repo

    def _commit(self, repo: Path, files: Mapping[str, str], message: str) -> None:
        for path, text in files.items():
            (repo / path).parent.mkdir(parents=True, exist_ok=True)
            (repo / path).write_text(text)
        self._git(repo, "add", "-A")
        self._git(repo, "commit", "-q", "-m", message)

    def _git(self, repo: Path, *words: str) -> None:
        subprocess.run(["git", "-C", str(repo), *words], env=self.environ, check=True, timeout=60)


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
