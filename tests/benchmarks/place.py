"""Where the benchmark works: a scratch folder with an own home, git configuration and database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ampsm.store.connection import Store, open_store
from ampsm.system.paths import resolve_paths
from tests.benchmarks.measure import seconds_of

_GIT_CONFIG = """\
[user]
    name = Ben Chmark
    email = ben@example.org
[init]
    defaultBranch = main
[gc]
    auto = 0
"""
_KEPT = ("PATH", "TMPDIR", "LANG", "LC_ALL")
_FILES_PER_FOLDER = 100


@dataclass(frozen=True)
class Place:
    """A scratch folder, and the environment that both the floor and ours run in.

    Of the caller's environment little is kept: its PYTHON* settings above all could keep either side from having
    bytecode.
    """

    root: Path

    @property
    def environ(self) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "HOME": str(self.root / "home"),
            "GIT_CONFIG_GLOBAL": str(self.root / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "TZ": "UTC",
            "TERM": "dumb",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }

    def prepare(self) -> None:
        (self.root / "home").mkdir(parents=True)
        (self.root / "gitconfig").write_text(_GIT_CONFIG)

    def run(self, *argv: object, stdin: bytes = b"", cwd: Path | None = None) -> str:
        """Standard output of a program. Raises when it fails: a figure of a failure says nothing."""
        command = [str(word) for word in argv]
        done = subprocess.run(
            command, input=stdin, capture_output=True, env=self.environ, cwd=cwd or self.root, check=False
        )
        if done.returncode != 0:
            said = (done.stdout[-2000:] + done.stderr[-2000:]).decode(errors="replace")
            raise RuntimeError(f"{' '.join(command)[:500]} ended with {done.returncode}:\n{said}")
        return done.stdout.decode()

    def seconds(self, *argv: object, stdin: bytes = b"", cwd: Path | None = None) -> float:
        """How long a program takes from its start to its end."""
        return seconds_of(lambda: self.run(*argv, stdin=stdin, cwd=cwd))

    def command(self, database: Path, *words: object) -> list[str]:
        """`amp-sessions <words>` on a database, as its users run it."""
        script = Path(sys.executable).with_name("amp-sessions")
        return [str(script), "--db", str(database), *map(str, words)]

    def python(self, *words: object) -> list[str]:
        return [sys.executable, *map(str, words)]

    def store(self, name: str) -> tuple[Path, Store]:
        """A new database of the program's own schema: its path and the open store."""
        database = self.root / name / "sessions.sqlite"
        return database, open_store(resolve_paths(str(database), self.environ))

    def repository(self, name: str, files: int) -> Path:
        """A repository with one commit on `main` that holds so many small files in folders."""
        repo = self.root / name
        for number in range(files):
            folder = repo / f"part{number // _FILES_PER_FOLDER:03d}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"module{number:05d}.py").write_text(f"VALUE = {number}\n" * 20)
        self.run("git", "init", "-q", repo)
        self.run("git", "add", "-A", cwd=repo)
        self.run("git", "commit", "-q", "-m", "first", cwd=repo)
        return repo

    def program(self, name: str, source: str) -> Path:
        """An executable script."""
        path = self.root / name
        path.write_text(source)
        path.chmod(0o755)
        return path

    def remove(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)


def flat(document: dict[str, object], prefix: str = "") -> dict[str, object]:
    """A JSON document as one level of columns."""
    columns: dict[str, object] = {}
    for key, value in document.items():
        if isinstance(value, dict):
            columns |= flat(value, f"{prefix}{key}.")
        else:
            columns[prefix + key] = value
    return columns
