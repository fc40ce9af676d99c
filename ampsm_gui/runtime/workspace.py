"""What a window works on: one database, and how `amp-sessions` is called for it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from ampsm.context import Context, open_context

_PROGRAM = "amp-sessions"


class Workspace:
    """The database this window works on (`--db`, else the one every command finds), and `--amp-path`."""

    def __init__(self, database: str | None = None, amp_path: str | None = None) -> None:
        self.database = database
        self.amp_path = amp_path
        #: Goes up when another file takes the database's place: what was opened before sees nothing of it.
        self.generation = 0

    def open(self) -> Context:
        """A new context, to be used and closed by the thread that asks."""
        return open_context(self.database, overrides={"ampPath": self.amp_path} if self.amp_path else None)

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
        return os.environ


def _program() -> tuple[str, list[str]]:
    """The command that belongs to this program: beside the interpreter, else on the path, else as a module."""
    beside = Path(sys.executable).with_name(_PROGRAM)
    if beside.is_file():
        return str(beside), []
    found = shutil.which(_PROGRAM)
    return (found, []) if found else (sys.executable, ["-m", "ampsm_cli"])
