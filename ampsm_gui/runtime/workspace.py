"""What a window works on: one database, and how `amp-sessions` is called for it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QProcessEnvironment

from ampsm.context import EXPECTED_DATABASE, Context, open_context

_PROGRAM = "amp-sessions"


class Workspace:
    """The database this window works on (`--db`, else the one every command finds), and `--amp-path`."""

    def __init__(self, database: str | None = None, amp_path: str | None = None) -> None:
        self.database = database
        self.amp_path = amp_path
        #: Goes up when another file takes the database's place: what was opened before sees nothing of it.
        self.generation = 0
        #: The database, once it has been open: from then on nothing makes another one in its place.
        self.expected: str | None = None

    def open(self) -> Context:
        """A new context, to be used and closed by the thread that asks."""
        overrides = {"ampPath": self.amp_path} if self.amp_path else None
        return open_context(self.database, overrides=overrides, environ=self.environ)

    def argv(self, *words: str) -> list[str]:
        """Program and arguments of an `amp-sessions` command on this database."""
        program, first = _program()
        return [program, *first, *self.options(), *words]

    def options(self) -> list[str]:
        """The global options that this window was started with."""
        return [
            *(("--db", self.database) if self.database else ()),
            *(("--amp-path", self.amp_path) if self.amp_path else ()),
        ]

    @property
    def environ(self) -> Mapping[str, str]:
        """What the window and its commands run with."""
        return {**os.environ, EXPECTED_DATABASE: self.expected} if self.expected else os.environ

    def process_environment(self) -> QProcessEnvironment:
        """The same for a QProcess."""
        found = QProcessEnvironment.systemEnvironment()
        if self.expected:
            found.insert(EXPECTED_DATABASE, self.expected)
        return found


def _program() -> tuple[str, list[str]]:
    """The command that belongs to this program: beside the interpreter, else on the path, else as a module."""
    beside = Path(sys.executable).with_name(_PROGRAM)
    if beside.is_file():
        return str(beside), []
    found = shutil.which(_PROGRAM)
    return (found, []) if found else (sys.executable, ["-m", "ampsm_cli"])
