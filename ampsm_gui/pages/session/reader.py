"""Reads the session that is shown from the core, no more often than it is worth."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QElapsedTimer, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from ampsm.context import Context
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.session.reading import Reading, read_session, waits_outside
from ampsm_gui.runtime.timers import single_shot

_APART_MS = 400  # a busy store is asked again no sooner than this
_OUTSIDE_MS = 3_000  # what only git or a person outside can put right is looked at again, since no store tells of it


class SessionReader(QObject):
    """Asks on the pool, one read at a time; answers about a session that is no longer shown are dropped."""

    #: The session could be read, whether or not there is news.
    succeeded = Signal()
    #: The document of `view_session`, a new one.
    view_read = Signal(object)
    #: How many steps the history of the session has.
    steps_counted = Signal(int)
    #: Something is new since the last read, also where the view is not.
    changed = Signal()
    failed = Signal(object)

    def __init__(self, desktop: Desktop, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = desktop.background
        self._id: str | None = None
        self._asking = self._again = False
        self._moves = self._seen_moves = 0  # of git, and those that a view was read after
        self._reading: Reading | None = None
        self._waits_outside = False
        self._since, self._viewed = QElapsedTimer(), QElapsedTimer()
        self._later = single_shot(self, _APART_MS, self._ask)
        self._outside = single_shot(self, _OUTSIDE_MS, self._ask_outside)

    def read(self, session_id: str | None) -> None:
        """Reads another session, or stops reading."""
        self._later.stop()
        self._outside.stop()
        self._background.forget((self, "view"))
        self._asking = self._again = False
        self._id = session_id
        self.read_anew()

    def read_anew(self) -> None:
        """Something was done from here: nothing read before counts, and an answer that is under way is dropped."""
        self._reading = None
        self._ask()

    def refresh(self) -> None:
        """The store has changed: asks again, soon."""
        if self._id is None:
            return
        if self._asking:
            self._again = True
        elif self._since.isValid() and self._since.elapsed() < _APART_MS:
            if not self._later.isActive():
                self._later.start()
        else:
            self._ask()

    def git_moved(self) -> None:
        """Git would say something else, whatever the store says: asks again, soon."""
        self._moves += 1
        self.refresh()

    @Slot()
    def _ask(self) -> None:
        if self._id is None:
            return
        self._asking = True
        self._later.stop()
        self._since.start()
        before, moves = self._reading, self._moves
        age = self._viewed.elapsed() if self._viewed.isValid() else 0
        read: Callable[[Context], Reading] = partial(
            read_session, ref=self._id, before=before, age_ms=age, moved=moves != self._seen_moves
        )
        receive = partial(self._on_read, first=before is None, moves=moves)
        self._background.ask((self, "view"), read, receive, self._on_failed)

    @Slot()
    def _ask_outside(self) -> None:
        page = self.parent()
        if isinstance(page, QWidget) and page.isVisible():
            self.refresh()
        else:
            self._outside.start()

    def _on_read(self, reading: Reading, first: bool, moves: int) -> None:
        self._asking = False
        self._reading = reading
        self.succeeded.emit()
        if reading.view is not None:
            self._viewed.start()
            self._seen_moves = moves
            self.view_read.emit(reading.view)
            self.steps_counted.emit(reading.steps or 0)
            self._waits_outside = waits_outside(reading.view)
        if self._waits_outside:
            self._outside.start()
        if reading.changed and not first:
            self.changed.emit()
        if reading.later:
            self._later.start()
        self._ask_once_more()

    def _on_failed(self, error: Exception) -> None:
        self._asking = False
        self.failed.emit(error)
        self._ask_once_more()

    def _ask_once_more(self) -> None:
        if self._again:
            self._again = False
            self._later.start()
