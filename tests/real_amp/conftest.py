"""Real releases of Amp from npm, offline: they talk to tests/fakes/amp_service.py on the loopback."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from ampsm.amp.capabilities import Capabilities, detect, remember
from ampsm.amp.command import build
from ampsm.amp.locate import AmpCommand, locate
from tests.support.amp_runs import AmpRun, run_amp

#: Seconds until npm is asked again after it failed, so that no run waits for it more than once a release.
RETRY_AFTER = 600

BASE = Path(tempfile.gettempdir()) / f"ampsm-real-amp-{os.getuid()}"
RESULTS = BASE / "results.jsonl"
WRITES_RESULTS = os.environ.get("AMPSM_WRITE_AMP_VERSIONS") == "1"
SERVICE = Path(__file__).parents[1] / "fakes" / "amp_service.py"


@dataclass(frozen=True)
class Release:
    """A release on npm: its version, its packages and its program below the folder it is installed in."""

    version: str
    packages: tuple[str, ...]
    program: str


CLASSIC = Release("0.0.1777897475-g2324e1", ("@sourcegraph/amp",), "node_modules/.bin/amp")
NATIVE = Release(
    "0.0.1790142911-g7618fb",
    ("@ampcode/cli", "@ampcode/cli-linux-x64"),
    "node_modules/@ampcode/cli-linux-x64/amp",
)


#: What each generation does in `make test`; the whole table is slow and belongs to `make test-faults`.
EVERYDAY = {
    "test_capabilities_are_read_from_its_help[classic]", "test_capabilities_are_read_from_its_help[native]",
    "test_edit_and_continue[classic]", "test_edit_and_continue[native]",
    "test_faults[classic]", "test_faults[native]",
    "test_stop[classic]", "test_text_mode[classic]",
    "test_verify[native]", "test_no_login[native]", "test_permission_needed[native]",
}  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = f"{Path(__file__).parent}{os.sep}"
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.real_amp)
            if item.name not in EVERYDAY:
                item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With AMPSM_WRITE_AMP_VERSIONS=1, what was seen goes to RESULTS, a line a test, for tests/real_amp/versions.py."""
    report = yield
    if WRITES_RESULTS and (report.when == "call" or report.outcome != "passed"):
        function = item.function if isinstance(item, pytest.Function) else None
        what = (function.__doc__ or "").partition("\n")[0].strip()
        line = {"test": item.name, "what": what, "outcome": report.outcome}
        with RESULTS.open("a") as file:
            file.write(json.dumps(line) + "\n")
    return report


@pytest.fixture(scope="session", params=[CLASSIC, NATIVE], ids=["classic", "native"])
def release(request: pytest.FixtureRequest) -> tuple[Release, Path]:
    """A release and its program, installed once a machine; skips where it cannot be."""
    wanted: Release = request.param
    if wanted is NATIVE and (sys.platform, platform.machine()) != ("linux", "x86_64"):
        pytest.skip("this native release of Amp is for Linux on x86-64")
    return wanted, install(wanted)


def install(release: Release) -> Path:
    """The program of a release, from a folder of this user below the system's temporary folder."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("npm and node are needed to install Amp")
    BASE.mkdir(mode=0o700, exist_ok=True)
    assert BASE.stat().st_uid == os.getuid() and not BASE.is_symlink()
    folder = BASE / release.version
    program = folder / release.program
    with (BASE / f"{release.version}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        complete, failed = folder / ".complete", BASE / f"{release.version}.failed"
        if failed.exists() and time.time() - failed.stat().st_mtime < RETRY_AFTER:
            pytest.skip(f"npm could not install Amp {release.version} a moment ago")
        if not complete.exists():
            folder.mkdir(exist_ok=True)
            wanted = [f"{package}@{release.version}" for package in release.packages]
            command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", *wanted]
            try:
                done = subprocess.run(
                    command,
                    check=False,
                    cwd=folder,
                    capture_output=True,
                    text=True,
                    timeout=100,
                    stdin=subprocess.DEVNULL,
                )
            except subprocess.TimeoutExpired:
                failed.touch()
                pytest.skip("the npm registry does not answer")
            if done.returncode or not program.exists():
                failed.touch()
                pytest.skip(f"npm cannot install Amp {release.version}: {done.stderr.strip()[-300:]}")
            complete.touch()
    return program


class Service:
    """One release of Amp and the service it talks to."""

    def __init__(self, release: Release, program: Path, url: str) -> None:
        self.version = release.version
        self.is_classic = release is CLASSIC
        self.program = program
        self.url = url

    def fail_next(self, kind: str, times: int = 3) -> None:
        """The next model turns fail in this way, as often as said; what was armed before is forgotten."""
        self._control("fail", {"kind": kind, "times": times})

    def share_capabilities(self, cache: Path, *, export: bool = False) -> None:
        """Lets a database know this release as if it had asked, which takes some seconds of processor time. Without
        `export` no thread is exported after an iteration, which takes some more."""
        known = detect(self.command, BASE / "cache", os.environ)
        remember(self.command, cache, replace(known, threads_export=known.threads_export and export))

    @property
    def command(self) -> AmpCommand:
        return AmpCommand((str(self.program),), str(self.program))

    def forget_threads(self) -> None:
        self._control("reset", {})

    def _control(self, what: str, body: dict[str, Any]) -> None:
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self.url}/_stub/{what}", json.dumps(body).encode(), headers)
        urllib.request.urlopen(request, timeout=10).close()


@pytest.fixture
def service(release: tuple[Release, Path]) -> Iterator[Service]:
    """The release of this test with a service of its own."""
    process = subprocess.Popen(
        [sys.executable, str(SERVICE)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield Service(*release, process.stdout.readline().strip())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@dataclass
class Adapter:
    """One release of Amp, located, detected and talking to its service, in a linked worktree."""

    service: Service
    worktree: Path
    cache: Path
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, "AMP_URL": self.service.url, "AMP_API_KEY": "made-up-key"}

    @property
    def amp(self) -> AmpCommand:
        return locate(self.settings, os.environ)

    def detect(self, *, fresh: bool = False) -> Capabilities:
        return detect(self.amp, self.cache, self.env, fresh=fresh)

    def run(
        self,
        prompt: str,
        *,
        thread_id: str | None = None,
        model: str | None = None,
        extra_args: tuple[str, ...] = (),
    ) -> AmpRun:
        invocation = build(
            self.amp,
            self.detect(),
            thread_id=thread_id,
            model=model,
            permissions="allow-all",
            extra_args=extra_args,
            json_logs=True,
        )
        return run_amp(invocation, cwd=self.worktree, env=self.env, prompt=prompt)


@pytest.fixture
def adapter(service: Service, make_repo: Callable[..., Path], run_git: Callable[..., str]) -> Adapter:
    repo = make_repo(files={"README.md": "# hello\n"})
    worktree = repo / ".worktrees" / "s1"
    run_git(repo, "worktree", "add", "-q", "-b", "amp/s1", worktree)
    return Adapter(service, worktree, BASE / "cache", {"ampPath": str(service.program)})
