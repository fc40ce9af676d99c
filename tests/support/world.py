"""The world of a test: one folder, and real programs at work in it: the command, git, and agents.

What kinds of tests need beside that are layers on it: drawn histories, commands without their start, the
documentation's shop, the benchmark.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.ready_commands import ReadyCommands, fits

FAKES = Path(__file__).parents[1] / "fakes"
GIT_CONFIG = """\
[user]
    name = Tess Ter
    email = tess@example.org
[init]
    defaultBranch = main
[protocol "file"]
    allow = always
[gc]
    auto = 0
[core]
    fsync = none
"""
FILES: Mapping[str, str] = {"README.md": "hello\n", "src/app.py": "print('app')\n"}
Content = str | bytes

_COMMANDS = ReadyCommands()


@dataclass(frozen=True)
class Result:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Standard output read as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines() if line.strip()]

    def __str__(self) -> str:
        return f"exit {self.code}\n--- stdout\n{self.out[-4000:]}\n--- stderr\n{self.err[-4000:]}"

    __repr__ = __str__


class World:
    """What a test makes lies below `root`; programs run with `environ`."""

    def __init__(self, root: Path, *, starts_anew: bool = False) -> None:
        """With `starts_anew` Python starts for each command; else a process that has loaded everything is forked."""
        self.root = root
        self._starts_anew = starts_anew

    @property
    def environ(self) -> dict[str, str]:
        """What programs get: this process's environment as it is now."""
        return dict(os.environ)

    def cli(
        self,
        *args: object,
        input: str = "",  # noqa: A002
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 120,
        starts_anew: bool | None = None,
    ) -> Result:
        """Runs `amp-sessions` with standard input that is never a terminal; `starts_anew` is for this command alone."""
        words, given, whole = list(map(str, args)), input.encode(), {**self.environ, **(env or {})}
        ready = not (self._starts_anew if starts_anew is None else starts_anew) and fits(whole, given)
        start = _COMMANDS.run if ready else _started_anew
        started = time.monotonic()
        code, out, err = start(words, given=given, env=whole, cwd=cwd or self.root, timeout=timeout)
        seconds = time.monotonic() - started
        return Result(code, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), seconds)

    def start(
        self, *args: object, streams: tuple[int, int, int], env: Mapping[str, str], cwd: Path
    ) -> subprocess.Popen[str]:
        """Starts `amp-sessions` with these streams in a session of its own."""
        words = list(map(str, args))
        if not self._starts_anew and fits(env, b""):
            return _COMMANDS.start(words, env=env, cwd=cwd, streams=streams, session=True)
        stdin, stdout, stderr = streams
        return subprocess.Popen(
            [*installed(), *words], stdin=stdin, stdout=stdout, stderr=stderr, env=env, cwd=cwd,
            start_new_session=True, encoding="utf-8", errors="replace",
        )  # fmt: skip

    def start_piped(self, *args: object, env: Mapping[str, str], cwd: Path) -> subprocess.Popen[str]:
        """Starts `amp-sessions` in a session of its own; what it writes is read from the process that is returned."""
        (out, stdout), (err, stderr) = os.pipe(), os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        process = self.start(*args, streams=(nothing, stdout, stderr), env=env, cwd=cwd)
        for fd in (nothing, stdout, stderr):
            os.close(fd)
        process.stdout = open(out, encoding="utf-8", errors="replace")  # noqa: SIM115
        process.stderr = open(err, encoding="utf-8", errors="replace")  # noqa: SIM115
        return process

    def ok(self, *args: object, **options: Any) -> Result:
        """As `cli`, for a command that must succeed."""
        done = self.cli(*args, **options)
        assert done.code == 0, (args, done)
        return done

    def git(self, where: Path | str, *args: object, check: bool = True, env: Mapping[str, str] | None = None) -> str:
        """git's standard output without the last newline."""
        done = subprocess.run(
            ["git", "-C", str(where), *map(str, args)], capture_output=True, env={**self.environ, **(env or {})},
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, (args, done.stdout, done.stderr)
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def make_repo(self, name: str = "repo", files: Mapping[str, Content] | None = None) -> Path:
        """A repository on `main` with one commit, `first`."""
        repo = self.root / name
        repo.mkdir(parents=True)
        self.git(repo, "init", "-q")
        self._commit(repo, FILES if files is None else files, "first")
        return repo

    def commit(self, where: Path, files: Mapping[str, Content], message: str = "work") -> str:
        """Commits these files, and all else that has changed, in a checkout; the commit."""
        self._commit(where, files, message)
        return self.git(where, "rev-parse", "HEAD")

    def make_agent(self, **scenario: Any) -> Path:
        """An executable that plays a scenario as tests/fakes/stream_agent.py describes it."""
        number = len(list(self.root.glob("agent-*.scenario"))) + 1
        agent = self.root / f"agent-{number}"
        plain = {name: str(value) if isinstance(value, Path) else value for name, value in scenario.items()}
        agent.with_name(f"{agent.name}.scenario").write_text(repr(plain))
        source = (FAKES / "stream_agent.py").read_text()
        return self.make_program(agent.name, f"#!{sys.executable} -IS\n{source}")

    def make_program(self, name: str, source: str) -> Path:
        """An executable script."""
        program = self.root / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(source)
        program.chmod(0o755)
        return program

    def use(self, **scenario: Any) -> Path:
        """From now on this scenario is Amp."""
        agent = self.make_agent(**scenario)
        self.ok("config", "set", "ampPath", agent)
        return agent

    def new(self, repo: Path, name: str = "Task", *more: object, prompt: str = "do the thing") -> dict[str, Any]:
        """The document of a new session."""
        session: dict[str, Any] = self.ok(
            "new", "--repo", repo, "--name", name, "--prompt", prompt, "--json", *more
        ).json["session"]
        return session

    def iterate(self, session: dict[str, Any], *more: object, code: int = 0) -> dict[str, Any]:
        done = self.cli("iterate", session["id"], "--json", *more)
        assert done.code == code, done
        found: dict[str, Any] = done.json
        return found

    def status(self, session: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.ok("status", session["id"], "--json").json
        return found

    def subjects(self, session: dict[str, Any]) -> list[str]:
        """What the session's commits are called, newest first."""
        return self.git(session["repo"], "log", "--format=%s", session["branch"]).splitlines()

    def _commit(self, where: Path, files: Mapping[str, Content], message: str) -> None:
        for path, content in files.items():
            (where / path).parent.mkdir(parents=True, exist_ok=True)
            (where / path).write_bytes(content.encode() if isinstance(content, str) else content)
        self.git(where, "add", "-A")
        self.git(where, "commit", "-q", "--allow-empty", "-m", message)


def hermetic(root: Path, git_config: str = GIT_CONFIG) -> dict[str, str]:
    """Makes an own home and git configuration below `root`; the variables with which programs use them, and neither
    see nor change anything of this machine's user."""
    home = root / "home"
    home.mkdir(parents=True)
    (root / "gitconfig").write_text(git_config)
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "GIT_CONFIG_GLOBAL": str(root / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


def installed(name: str = "amp-sessions", module: str = "ampsm_cli.main") -> list[str]:
    """The command line of an installed program, or of its module where it is not installed."""
    script = Path(sys.executable).with_name(name)
    return [str(script)] if script.exists() else [sys.executable, "-m", module]


def _started_anew(
    words: list[str], *, given: bytes, env: Mapping[str, str], cwd: Path, timeout: float
) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [*installed(), *words], input=given, capture_output=True, env=env, cwd=cwd, timeout=timeout, check=False
    )
    return done.returncode, done.stdout, done.stderr
