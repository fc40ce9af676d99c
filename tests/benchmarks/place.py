"""Where the benchmark works: a scratch folder with an own home, git configuration and database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from ampsm.store.connection import Store, open_store
from ampsm.system.paths import resolve_paths
from tests.benchmarks.measure import seconds_of
from tests.support.world import World, hermetic, installed

_GIT_CONFIG = """\
[user]
    name = Ben Chmark
    email = ben@example.org
[init]
    defaultBranch = main
[gc]
    auto = 0
"""
_KEPT = ("PATH", "TMPDIR")
_FILES_PER_FOLDER = 100


class Place(World):
    """A scratch folder, and the environment that both the floor and ours run in.

    Of the caller's environment little is kept: its PYTHON* settings above all could keep either side from having
    bytecode.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root, starts_anew=True)
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._environ = {**kept, **hermetic(root, _GIT_CONFIG)}

    @property
    def environ(self) -> dict[str, str]:
        return self._environ

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
        return [*installed(), "--db", str(database), *map(str, words)]

    def python(self, *words: object) -> list[str]:
        return [sys.executable, *map(str, words)]

    def store(self, name: str) -> tuple[Path, Store]:
        """A new database of the program's own schema: its path and the open store."""
        database = self.root / name / "sessions.sqlite"
        return database, open_store(resolve_paths(str(database), self.environ))

    def repository(self, name: str, files: int) -> Path:
        """A repository with one commit on `main` that holds so many small files in folders."""
        contents = {
            f"part{number // _FILES_PER_FOLDER:03d}/module{number:05d}.py": f"VALUE = {number}\n" * 20
            for number in range(files)
        }
        return self.make_repo(name, contents)

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
