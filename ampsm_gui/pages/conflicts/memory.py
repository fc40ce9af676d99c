"""Whether git is to remember how conflicts are resolved in the repository of the session."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from ampsm.context import Context
from ampsm.workflows.finishing import remember_resolutions
from ampsm_gui.runtime.background import Background


class ConflictMemory(QObject):
    """A setting of git's own, which the next reading of the files tells: what `git config rerere.enabled` sets. It is
    set also when the window is closed at once."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, background: Background, session_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._session = session_id

    @Slot(bool)
    def remember(self, on: bool) -> None:
        """Turns it on or off."""
        read = partial(_remember, session_id=self._session, on=on)
        self._background.ask((self, "remember"), read, self._on_remembered, self.failed.emit, keeps=True)

    def _on_remembered(self, _on: bool) -> None:
        self.changed.emit()


def _remember(ctx: Context, session_id: str, on: bool) -> bool:
    remember_resolutions(ctx, session_id, on)
    return on
