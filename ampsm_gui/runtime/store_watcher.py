"""Tells when any process has committed to the database (`PRAGMA data_version`, polled on a thread)."""

from __future__ import annotations

from PySide6.QtCore import QObject, QThread, Signal

from ampsm.model.errors import UserError
from ampsm.workflows.status import StoreVersion
from ampsm_gui.runtime.background import LOST
from ampsm_gui.runtime.workspace import Workspace

_POLL_MS = 200
_LOST_AFTER = 3  # polls in a row: a database that is just being replaced is soon there again


class StoreWatcher(QThread):
    """Emits `changed` within a fifth of a second of a change that another connection made, and soon after the database
    cannot be read any more: who then reads it gets to know why. That it is gone is `lost`, with the error; `found`
    follows when it is there again."""

    changed = Signal()
    lost = Signal(object)
    found = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._opened = False
        self._failed = 0

    def run(self) -> None:
        """The polling itself, on its own thread and connection."""
        version: StoreVersion | None = None
        while not self.isInterruptionRequested():
            try:
                version = self._polled(version)
            except (UserError, OSError) as error:  # locked or being replaced: look again, with a new connection
                if version is not None:
                    version.close()
                version = None
                self._failed += 1
                if self._opened and self._failed == _LOST_AFTER:
                    self._workspace.generation += 1
                    if isinstance(error, UserError) and error.code == LOST:
                        self.lost.emit(error)
                    self.changed.emit()
            self.msleep(_POLL_MS)
        if version is not None:
            version.close()

    def _polled(self, version: StoreVersion | None) -> StoreVersion:
        if version is not None and version.replaced():
            version.close()
            version = None
        if version is None:
            context = self._workspace.open()
            version = StoreVersion(context)
            self._workspace.expected = str(context.paths.database)
            if self._opened:  # it may be another file, or have changed while nobody looked
                self._workspace.generation += 1
                self.found.emit()
                self.changed.emit()
            self._opened = True
            self._failed = 0
        elif version.moved():
            self.changed.emit()
        return version

    def stop(self) -> None:
        """Ends the thread and waits for it."""
        self.requestInterruption()
        self.wait()
