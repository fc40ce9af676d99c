"""Keeps choices as drafts, one after the other, while the window shows them already."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from ampsm_gui.models.conflicts.source import Chosen, ReadFile, keep_choice
from ampsm_gui.runtime.background import Background


class Chooser(QObject):
    """A later choice for the same hunks of a file takes the place of one that has not been begun."""

    #: All that was chosen is on the disk: the file as it is now.
    kept = Signal(object)
    #: It could not be kept, with why; nothing waits any more.
    failed = Signal(object)

    def __init__(self, background: Background, session_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._session = session_id
        self._waiting: list[Chosen] = []
        self._at_work = False

    @property
    def busy(self) -> bool:
        """Whether something is not on the disk yet."""
        return self._at_work or bool(self._waiting)

    def keep(self, chosen: Chosen) -> None:
        """Keeps a choice as soon as those before it are kept."""
        place = chosen.path, chosen.hunks
        self._waiting = [other for other in self._waiting if (other.path, other.hunks) != place]
        self._waiting.append(chosen)
        self._go_on()

    def _go_on(self) -> None:
        if self._at_work or not self._waiting:
            return
        self._at_work = True
        read = partial(keep_choice, session_id=self._session, chosen=self._waiting.pop(0))
        self._background.ask((self, "choose"), read, self._on_kept, self._on_failed)

    def _on_kept(self, read: ReadFile) -> None:
        self._at_work = False
        if self._waiting:
            self._go_on()
        else:
            self.kept.emit(read)

    def _on_failed(self, error: Exception) -> None:
        self._at_work = False
        self._waiting = []
        self.failed.emit(error)
