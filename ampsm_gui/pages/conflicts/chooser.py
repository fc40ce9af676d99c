"""Keeps choices as drafts, one after the other, while the window shows them already."""

from __future__ import annotations

import threading
from functools import partial

from PySide6.QtCore import QObject, Signal

from ampsm.context import Context
from ampsm_gui.models.conflicts.source import Chosen, ReadFile, keep_choice
from ampsm_gui.runtime.background import Background


class Chooser(QObject):
    """A later choice for the same hunks of a file takes the place of one that has not been begun. All are kept, also
    when the page is closed before that is done."""

    #: All that was chosen is on the disk: the file as it is now.
    kept = Signal(object)
    #: It could not be kept, with why; nothing waits any more.
    failed = Signal(object)

    def __init__(self, background: Background, session_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._session = session_id
        self._waiting = _Waiting()
        #: Whether something is not on the disk yet.
        self.busy = False

    def keep(self, chosen: Chosen) -> None:
        """Keeps a choice as soon as those before it are kept."""
        self.busy = True
        if self._waiting.put(chosen):
            read = partial(_keep_all, session_id=self._session, waiting=self._waiting)
            self._background.ask((self, "choose"), read, self._on_kept, self._on_failed, keeps=True)

    def _on_kept(self, read: ReadFile | None) -> None:
        self.busy = False
        if read is not None:
            self.kept.emit(read)

    def _on_failed(self, error: Exception) -> None:
        self.busy = False
        self._waiting.clear()
        self.failed.emit(error)


class _Waiting:
    """Choices in their order, put here by the window and taken by one thread until there are none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._chosen: list[Chosen] = []
        self._taken = False

    def put(self, chosen: Chosen) -> bool:
        """Whether nobody takes them, so that a thread is to be asked."""
        place = chosen.path, chosen.hunks
        with self._lock:
            self._chosen = [*(other for other in self._chosen if (other.path, other.hunks) != place), chosen]
            free, self._taken = not self._taken, True
            return free

    def take(self) -> Chosen | None:
        """The next one; None ends the taking."""
        with self._lock:
            self._taken = bool(self._chosen)
            return self._chosen.pop(0) if self._chosen else None

    def give_back(self, chosen: Chosen) -> None:
        """One that could not be kept; that ends the taking as well."""
        with self._lock:
            self._chosen.insert(0, chosen)
            self._taken = False

    def clear(self) -> None:
        """Gives up what nobody has taken."""
        with self._lock:
            self._chosen = []


def _keep_all(ctx: Context, session_id: str, waiting: _Waiting) -> ReadFile | None:
    """The file that was chosen for last, as it is then."""
    read = None
    while (chosen := waiting.take()) is not None:
        try:
            read = keep_choice(ctx, session_id, chosen)
        except BaseException:
            waiting.give_back(chosen)
            raise
    return read
