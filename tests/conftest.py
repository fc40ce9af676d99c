"""The hermetic base of all tests: an own home, git and settings; agents, repositories and the command as programs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
from hypothesis import settings

from tests.support.ready_commands import ReadyCommands, fits

T = TypeVar("T")
FAKES = Path(__file__).parent / "fakes"
COMMANDS = ReadyCommands()
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


def _qt_usable() -> bool:
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError:
        return False
    return True


# Without Qt, or without the system libraries it needs, everything but the desktop app is tested.
QT = _qt_usable()
pytest_plugins = ["pytestqt.plugin"] if QT else []
collect_ignore = [] if QT else ["gui"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the plugin is not loaded, its settings in pyproject.toml are still known ones."""
    for name in () if QT else ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
        parser.addini(name, "a setting of the desktop app's tests")


def pytest_report_header() -> list[str]:
    return [] if QT else ["The desktop app is not tested: Qt or a system library of it is missing."]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as processors: tests wait for disks, clocks and each other's programs nearly half the time."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Tests press Ctrl-C: what they start must hear it, also when they are the background job of a script.
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("tests", deadline=None, database=None, max_examples=60, print_blob=True)
settings.load_profile("tests")


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


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """This test's HOME; the environment of the whole test is set up around it, and no process may outlive the test."""
    home = tmp_path / "home"
    home.mkdir()
    git_config = tmp_path / "gitconfig"
    git_config.write_text(GIT_CONFIG)
    for name in list(os.environ):
        if name.startswith(("AMP", "GIT_", "XDG_", "LC_")) or name in ("NO_COLOR", "FORCE_COLOR", "EDITOR", "VISUAL"):
            monkeypatch.delenv(name)
    for name, value in {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "GIT_CONFIG_GLOBAL": str(git_config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "AMPSM_DB_PATH": str(tmp_path / "db" / "sessions.sqlite"),
    }.items():
        monkeypatch.setenv(name, value)
    yield home
    leaked = end_leaked_processes(home)
    if leaked:
        pytest.fail("processes outlive the test:\n" + "\n".join(leaked))


@pytest.fixture
def run_git() -> Callable[..., str]:
    """`run_git(repo, *args, check=True)`: git's standard output without the last newline."""

    def run(repo: Path, *args: object, check: bool = True, env: Mapping[str, str] | None = None) -> str:
        command = ["git", "-C", str(repo), *map(str, args)]
        done = subprocess.run(
            command, capture_output=True, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, check=False
        )
        assert not check or done.returncode == 0, (args, done.stdout, done.stderr)
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    return run


@pytest.fixture
def make_repo(tmp_path: Path, run_git: Callable[..., str]) -> Callable[..., Path]:
    """`make_repo(name="repo", files={path: text})`: a repository on `main` with one commit, `first`."""

    def make(name: str = "repo", files: Mapping[str, str | bytes] | None = None) -> Path:
        repo = tmp_path / name
        repo.mkdir(parents=True)
        run_git(repo, "init", "-q")
        contents = files if files is not None else {"README.md": "hello\n", "src/app.py": "print('app')\n"}
        for path, content in contents.items():
            (repo / path).parent.mkdir(parents=True, exist_ok=True)
            (repo / path).write_bytes(content.encode() if isinstance(content, str) else content)
        run_git(repo, "add", "-A")
        run_git(repo, "commit", "-q", "--allow-empty", "-m", "first")
        return repo

    return make


@pytest.fixture
def make_agent(tmp_path: Path) -> Callable[..., Path]:
    """`make_agent(**scenario)`: an executable that plays a scenario as tests/fakes/stream_agent.py describes it."""

    def make(**scenario: Any) -> Path:
        number = len(list(tmp_path.glob("agent-*.scenario"))) + 1
        agent = tmp_path / f"agent-{number}"
        plain = {name: str(value) if isinstance(value, Path) else value for name, value in scenario.items()}
        agent.with_name(f"{agent.name}.scenario").write_text(repr(plain))
        source = (FAKES / "stream_agent.py").read_text()
        agent.write_text(f"#!{sys.executable} -IS\n{source}")
        agent.chmod(0o755)
        return agent

    return make


@pytest.fixture
def starts_anew() -> bool:
    """Whether `cli` starts Python for each command; else a process that has loaded everything is forked."""
    return False


@pytest.fixture
def cli(tmp_path: Path, starts_anew: bool) -> Callable[..., Result]:
    """`cli(*args, input="", env={}, cwd=None, timeout=60)` runs `amp-sessions`; standard input is never a terminal."""

    def run(
        *args: object,
        input: str = "",  # noqa: A002
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 60,
    ) -> Result:
        words, given, whole = list(map(str, args)), input.encode(), {**os.environ, **(env or {})}
        ready = not starts_anew and fits(whole, given)
        start = COMMANDS.run if ready else _started_anew
        started = time.monotonic()
        code, out, err = start(words, given=given, env=whole, cwd=cwd or tmp_path, timeout=timeout)
        seconds = time.monotonic() - started
        return Result(code, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), seconds)

    return run


def _started_anew(
    words: list[str], *, given: bytes, env: Mapping[str, str], cwd: Path, timeout: float
) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        [*_command(), *words], input=given, capture_output=True, env=env, cwd=cwd, timeout=timeout, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def spawn_cli(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`spawn_cli(*args, env={}, cwd=None)` starts `amp-sessions` in a session of its own; the test must see it end."""
    started: list[subprocess.Popen[str]] = []

    def spawn(*args: object, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*_command(), *map(str, args)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
            cwd=cwd or tmp_path,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        started.append(process)
        return process

    yield spawn
    running = [process for process in started if process.poll() is None]
    for process in running:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for process in started:
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
    assert not running, f"the test left commands running: {[process.args for process in running]}"


@pytest.fixture
def wait_until() -> Callable[..., Any]:
    """`wait_until(predicate, seconds=10)`: the first true answer of the predicate; fails when none comes in time."""

    def wait(predicate: Callable[[], T], seconds: float = 10, every: float = 0.02) -> T:
        deadline = time.monotonic() + seconds
        while not (answer := predicate()):
            assert time.monotonic() < deadline, f"not within {seconds} s"
            time.sleep(every)
        return answer

    return wait


def _command() -> list[str]:
    script = Path(sys.executable).with_name("amp-sessions")
    return [str(script)] if script.exists() else [sys.executable, "-m", "ampsm_cli.main"]


def end_leaked_processes(home: Path, patience: float = 3) -> list[str]:
    """Gives processes of the test a moment to end, then kills them and says which they were."""
    deadline = time.monotonic() + patience
    while (leaked := processes_of(home)) and time.monotonic() < deadline:
        time.sleep(0.05)
    names = []
    for process in leaked:
        try:
            names.append(f"{process.pid} {' '.join(process.cmdline())[:200]}")
            process.kill()
        except psutil.Error:
            pass
    psutil.wait_procs(leaked, timeout=5)
    return names


def processes_of(home: Path) -> list[psutil.Process]:
    """Living descendants of this process, and all processes whose environment names the test's home."""
    found = {process.pid: process for process in _descendants()}
    for pid in psutil.pids():
        if pid not in found and pid != os.getpid() and _environment_names(pid, home):
            try:
                found[pid] = psutil.Process(pid)
            except psutil.Error:
                continue
    return [process for process in found.values() if _alive(process)]


def _descendants() -> list[psutil.Process]:
    # The kernel's own list of children is quick to see empty, as it is after most tests.
    lists = list(Path("/proc/self/task").glob("*/children"))
    try:
        if lists and not any(file.read_bytes() for file in lists):
            return []
    except OSError:
        pass  # a thread has ended meanwhile: its children are another thread's now
    return psutil.Process().children(recursive=True)


def _environment_names(pid: int, home: Path) -> bool:
    entry = f"HOME={home}".encode()
    try:
        if not Path("/proc/self").exists():
            return psutil.Process(pid).environ().get("HOME") == str(home)
        environ = Path(f"/proc/{pid}/environ").read_bytes()
        return entry in environ and entry in environ.split(b"\0")
    except (OSError, psutil.Error, SystemError):
        return False


def _alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
