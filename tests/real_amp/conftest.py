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
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ampsm.amp.capabilities import Capabilities, detect
from ampsm.amp.command import build
from ampsm.amp.locate import AmpCommand, locate
from ampsm.journal.events import Event
from tests.support.amp_runs import AmpRun, run_amp

BASE = Path(tempfile.gettempdir()) / f"ampsm-real-amp-{os.getuid()}"
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.real_amp)


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
        complete = folder / ".complete"
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
                pytest.skip("the npm registry does not answer")
            if done.returncode or not program.exists():
                pytest.skip(f"npm cannot install Amp {release.version}: {done.stderr.strip()[-300:]}")
            complete.touch()
    return program


@dataclass
class World:
    """One release of Amp, located, detected and talking to its service, in a linked worktree."""

    version: str
    url: str
    worktree: Path
    cache: Path
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def is_classic(self) -> bool:
        return self.version == CLASSIC.version

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, "AMP_URL": self.url, "AMP_API_KEY": "made-up-key"}

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
        stop_when: type[Event] | None = None,
        without: str | None = None,
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
        env = {name: value for name, value in self.env.items() if name != without}
        return run_amp(invocation, cwd=self.worktree, env=env, prompt=prompt, stop_when=stop_when)

    def fail_next(self, kind: str, times: int = 3) -> None:
        """The next model turns fail in this way."""
        body = json.dumps({"kind": kind, "times": times}).encode()
        request = urllib.request.Request(f"{self.url}/_stub/fail", body, {"content-type": "application/json"})
        urllib.request.urlopen(request, timeout=10).read()


@pytest.fixture
def world(
    release: tuple[Release, Path],
    make_repo: Callable[..., Path],
    run_git: Callable[..., str],
) -> Iterator[World]:
    repo = make_repo(files={"README.md": "# hello\n"})
    worktree = repo / ".worktrees" / "s1"
    run_git(repo, "worktree", "add", "-q", "-b", "amp/s1", worktree)
    service = subprocess.Popen(
        [sys.executable, str(SERVICE)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    assert service.stdout is not None
    try:
        url = service.stdout.readline().strip()
        wanted, program = release
        yield World(wanted.version, url, worktree, BASE / "cache", {"ampPath": str(program)})
    finally:
        service.kill()
        service.wait()
        service.stdout.close()
