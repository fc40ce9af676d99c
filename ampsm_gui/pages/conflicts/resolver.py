"""Resolves a file, or brings its sides back, by a command: only that touches worktree and index."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from ampsm_gui.pages.conflicts.chooser import Chooser
from ampsm_gui.runtime.command import CommandError, Commands
from ampsm_gui.runtime.given import given
from ampsm_gui.runtime.timers import single_shot

SLOW_MS = 300  # what ends sooner is not told: it would flicker


class Resolver(QObject):
    """One command at a time, and none before everything that was chosen is on the disk."""

    #: A command has begun or ended.
    changed = Signal()
    #: (path, whether the next file is to be opened)
    resolved = Signal(str, bool)
    failed = Signal(object)

    def __init__(self, commands: Commands, chooser: Chooser, session_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._commands = commands
        self._chooser = chooser
        self._session = session_id
        self._waiting: tuple[str, ...] | None = None
        self.busy = False
        #: The file that has been at work for so long that one wants to know, and whether its sides are brought back.
        self.slow: tuple[str, bool] | None = None
        self._begun: tuple[str, bool] = ("", False)
        self._slowly = single_shot(self, SLOW_MS, self._on_slow)
        chooser.kept.connect(self._on_kept)
        chooser.failed.connect(self._on_not_kept)

    def run(self, path: str, *options: str) -> None:
        """Runs `resolve` for a file."""
        if self.busy or not path:
            return
        self.busy = True
        self._begun = (path, "--undo" in options)
        self._slowly.start()
        if self._chooser.busy:
            self._waiting = (path, *options)
        else:
            self._start(path, *options)
        self.changed.emit()

    def _end(self) -> None:
        self.busy, self.slow = False, None
        self._slowly.stop()

    @Slot()
    def _on_slow(self) -> None:
        self.slow = self._begun
        self.changed.emit()

    def _start(self, path: str, *options: str) -> None:
        named = f"./{path}" if path.startswith("-") else path  # not an option
        command = self._commands.run("resolve", self._session, named, *options)
        command.succeeded.connect(given(self._on_resolved, path, "--undo" not in options))
        command.failed.connect(self._on_failed)

    def _on_kept(self, _read: object) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._start(*waiting)

    def _on_not_kept(self, _error: object) -> None:
        if self._waiting is not None:
            self._waiting = None
            self._end()
            self.changed.emit()

    def _on_resolved(self, path: str, onward: bool, _document: dict[str, Any]) -> None:
        self._end()
        self.resolved.emit(path, onward)

    def _on_failed(self, error: CommandError) -> None:
        self._end()
        self.failed.emit(error)
        self.changed.emit()
