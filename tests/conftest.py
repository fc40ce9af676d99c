"""The hermetic base of all tests: an own home, git and settings; agents, repositories and the command as programs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
from hypothesis import HealthCheck, settings

from tests.support.kept_scenes import KeptScenes
from tests.support.world import Result, World, hermetic

T = TypeVar("T")
_PROC = Path("/proc/self").exists()


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


if QT:
    from tests.support.patient_qt import PatientQtBot

    @pytest.fixture
    def qtbot(qapp: object, request: pytest.FixtureRequest) -> PatientQtBot:
        """pytest-qt's, but patient."""
        return PatientQtBot(request)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the plugin is not loaded, its settings in pyproject.toml are still known ones."""
    for name in () if QT else ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
        parser.addini(name, "a setting of the desktop app's tests")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test that is marked `rounds(n)`, n rounds from all over its parameters are not slow."""
    rounds: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("rounds") and not item.get_closest_marker("slow"):
            rounds.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for found in rounds.values():
        marker = found[0].get_closest_marker("rounds")
        kept = min(marker.args[0], len(found)) if marker else len(found)
        often = {len(found) * at // kept for at in range(kept)}
        for at, item in enumerate(found):
            if at not in often:
                item.add_marker(pytest.mark.slow)


def pytest_report_header() -> list[str]:
    return [] if QT else ["The desktop app is not tested: Qt or a system library of it is missing."]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as processors: tests wait for disks, clocks and each other's programs nearly half the time."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Tests press Ctrl-C: what they start must hear it, also when they are the background job of a script.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How fast examples are drawn says how busy the machine is, and nothing of the product.
settings.register_profile(
    "tests", deadline=None, database=None, max_examples=60, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.load_profile("tests")


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> KeptScenes:
    """The copies of scenes that this process has made."""
    base = tmp_path_factory.getbasetemp()
    return KeptScenes(base / "kept-scenes", base / "scene")


@pytest.fixture
def tmp_path(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """pytest's, but for tests that begin with a kept scene: those have one folder, which is moved there at the end."""
    if "kept" not in request.fixturenames:
        yield tmp_path
        return
    place = request.getfixturevalue("scenes").place
    if place.exists():  # what a window of an earlier test has written after its end
        shutil.rmtree(place)
    place.mkdir()
    yield place
    place.rename(tmp_path / place.name)


@pytest.fixture
def kept(scenes: KeptScenes, home: Path) -> Callable[[str, Callable[[], Any]], Any]:
    """`kept(name, make)`: what `make` answers, a JSON value, and the scene that it makes in this test's folder. It is
    made once in a process; who names it makes it before all else."""
    return scenes.lay_out


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """This test's HOME; the environment of the whole test is set up around it, and no process may outlive the test."""
    for name in list(os.environ):
        if name.startswith(("AMP", "GIT_", "XDG_", "LC_")) or name in ("NO_COLOR", "FORCE_COLOR", "EDITOR", "VISUAL"):
            monkeypatch.delenv(name)
    for name, value in hermetic(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AMPSM_DB_PATH", str(tmp_path / "db" / "sessions.sqlite"))
    home = tmp_path / "home"
    yield home
    leaked = end_leaked_processes(home)
    if leaked:
        pytest.fail("processes outlive the test:\n" + "\n".join(leaked))


@pytest.fixture
def starts_anew() -> bool:
    """Whether `cli` starts Python for each command; else a process that has loaded everything is forked."""
    return False


@pytest.fixture
def world(home: Path, tmp_path: Path, starts_anew: bool) -> World:
    """The command, git and agents, at work in this test's folder."""
    return World(tmp_path, starts_anew=starts_anew)


@pytest.fixture
def run_git(world: World) -> Callable[..., str]:
    """`run_git(repo, *args, check=True, env={})`: git's standard output without the last newline."""
    return world.git


@pytest.fixture
def make_repo(world: World) -> Callable[..., Path]:
    """`make_repo(name="repo", files={path: text})`: a repository on `main` with one commit, `first`."""
    return world.make_repo


@pytest.fixture
def make_agent(world: World) -> Callable[..., Path]:
    """`make_agent(**scenario)`: an executable that plays a scenario as tests/fakes/stream_agent.py describes it."""
    return world.make_agent


@pytest.fixture
def cli(world: World) -> Callable[..., Result]:
    """`cli(*args, input="", env={}, cwd=None, timeout=120)` runs `amp-sessions`; standard input is never a terminal."""
    return world.cli


@pytest.fixture
def spawn_cli(world: World) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`spawn_cli(*args, env={}, cwd=None)` starts `amp-sessions` in a session of its own; the test must see it end."""
    started: list[subprocess.Popen[str]] = []

    def spawn(*args: object, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> subprocess.Popen[str]:
        process = world.start_piped(*args, env={**world.environ, **(env or {})}, cwd=cwd or world.root)
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
    """`wait_until(predicate)`: the first true answer of the predicate; fails when none comes in time."""

    def wait(predicate: Callable[[], T], seconds: float = 10, every: float = 0.02) -> T:
        deadline = time.monotonic() + seconds
        while not (answer := predicate()):
            assert time.monotonic() < deadline, f"not within {seconds} s"
            time.sleep(every)
        return answer

    return wait


def end_leaked_processes(home: Path, patience: float = 30) -> list[str]:
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
    psutil.wait_procs(leaked, timeout=60)
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
        if not _PROC:
            return psutil.Process(pid).environ().get("HOME") == str(home)
        environ = _contents(f"/proc/{pid}/environ")
        return entry in environ and entry in environ.split(b"\0")
    except (OSError, psutil.Error, SystemError):
        return False


def _contents(path: str) -> bytes:
    """As `read_bytes`, in a third of the time: each test asks all processes."""
    file = os.open(path, os.O_RDONLY)
    try:
        parts = [os.read(file, 65536)]
        while parts[-1]:
            parts.append(os.read(file, 65536))
        return b"".join(parts)
    finally:
        os.close(file)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
