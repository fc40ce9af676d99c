"""Tells of which sessions git has moved something, whoever did it: no store tells of that."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable

from PySide6.QtCore import QMutex, QMutexLocker, QObject, QThread, QWaitCondition, Signal

from ampsm.model.errors import UserError
from ampsm.workflows.status import GitVersion
from ampsm_gui.runtime.workspace import Workspace

_POLL_MS = 500


class GitWatcher(QThread):
    """Emits `moved` within half a second with the ids of sessions whose branch, base or worktree has moved."""

    moved = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._askers: dict[Hashable, frozenset[str]] = {}
        self._wanted: dict[str, int] = {}  # since when, in ns; another dict at each change
        self._mutex, self._woken = QMutex(), QWaitCondition()

    def watch(self, asker: Hashable, ids: Iterable[str]) -> None:
        """Looks after these sessions from now on, instead of those that the same asker named before."""
        with QMutexLocker(self._mutex):
            self._askers[asker] = frozenset(ids)
            now = time.time_ns()
            self._wanted = {key: self._wanted.get(key, now) for key in frozenset().union(*self._askers.values())}
            self._woken.wakeAll()

    def run(self) -> None:
        """The polling itself, on its own thread and connection: a disk that hangs keeps nothing else waiting."""
        version: GitVersion | None = None
        generation = -1
        while not self.isInterruptionRequested():
            wanted = self._wanted
            try:
                if version is not None and generation != self._workspace.generation:
                    version.close()
                    version = None
                if version is None and wanted:
                    generation, version = self._workspace.generation, GitVersion(self._workspace.open())
                if version is not None and (moved := version.moved(wanted)):
                    self.moved.emit(moved)
            except (UserError, OSError):  # locked or being replaced: look again, with a new connection
                if version is not None:
                    version.close()
                version = None
            with QMutexLocker(self._mutex):
                if wanted is self._wanted:
                    self._woken.wait(self._mutex, _POLL_MS)
        if version is not None:
            version.close()

    def stop(self) -> None:
        """Ends the thread and waits for it."""
        self.requestInterruption()
        self._woken.wakeAll()
        self.wait()
