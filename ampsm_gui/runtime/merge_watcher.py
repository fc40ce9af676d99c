"""Tells that the merge of a session stands differently, whoever did that: a terminal, an editor, a merge tool."""

from __future__ import annotations

from PySide6.QtCore import QMutex, QMutexLocker, QObject, QThread, QWaitCondition, Signal

from ampsm.model.errors import UserError
from ampsm.workflows.status import MergeVersion
from ampsm_gui.runtime.workspace import Workspace

_POLL_MS = 200


class MergeWatcher(QThread):
    """Emits `changed` with the session within 300 ms of a change of its merge's records, the worktree's index, its
    rebase or a file in conflict. It looks at those that are watched, and sleeps where there are none."""

    changed = Signal(str)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._wanted: frozenset[str] = frozenset()
        self._missed = set[str]()
        self._over = False
        self._mutex, self._woken = QMutex(), QWaitCondition()

    def watch(self, session_id: str) -> None:
        """Looks after this session from now on."""
        self._want(self._wanted | {session_id})

    def leave(self, session_id: str) -> None:
        """Nobody looks at its merge any more."""
        self._want(self._wanted - {session_id})

    def run(self) -> None:
        """The polling itself, on its own thread and connections."""
        versions: dict[str, MergeVersion] = {}
        generation = -1
        while not self.isInterruptionRequested():
            wanted = self._wanted
            if generation != self._workspace.generation:
                _close(versions, frozenset())
                generation = self._workspace.generation
            _close(versions, wanted)
            for session_id in wanted:
                self._look(versions, session_id)
            with QMutexLocker(self._mutex):
                if wanted is self._wanted and not self.isInterruptionRequested():
                    if wanted:
                        self._woken.wait(self._mutex, _POLL_MS)
                    else:
                        self._woken.wait(self._mutex)
        _close(versions, frozenset())

    def stop(self) -> None:
        """Ends the thread and waits for it; nothing is watched any more."""
        self._over = True
        with QMutexLocker(self._mutex):
            self.requestInterruption()
            self._woken.wakeAll()
        self.wait()

    def _look(self, versions: dict[str, MergeVersion], session_id: str) -> None:
        try:
            if session_id not in versions:
                versions[session_id] = MergeVersion(self._workspace.open(), session_id)
            if versions[session_id].moved() or session_id in self._missed:
                self._missed.discard(session_id)
                self.changed.emit(session_id)
        except (UserError, OSError):  # locked or being replaced: look again, with a new connection
            self._missed.add(session_id)
            if (version := versions.pop(session_id, None)) is not None:
                version.close()

    def _want(self, wanted: frozenset[str]) -> None:
        with QMutexLocker(self._mutex):
            self._wanted = wanted
            self._woken.wakeAll()
        if wanted and not self._over and not self.isRunning():
            self.start()


def _close(versions: dict[str, MergeVersion], kept: frozenset[str]) -> None:
    for session_id in [found for found in versions if found not in kept]:
        versions.pop(session_id).close()
