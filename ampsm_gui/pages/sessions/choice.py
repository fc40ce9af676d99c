"""Which session is chosen: kept by its id, whatever is filtered or moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QModelIndex, QObject, Signal, Slot

from ampsm_gui.models.sessions.table import SessionTable
from ampsm_gui.widgets.sessions.list import SessionList


class SessionChoice(QObject):
    """Follows the current row of the list, and leads it where the rows have changed."""

    chosen = Signal(str)
    #: Enter or a double click; `chosen` comes before, while `opening`.
    opened = Signal(str)

    def __init__(self, model: SessionTable, table: SessionList, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._table = table
        self._leading = False
        #: The session; empty while none is chosen.
        self.id = ""
        self.opening = False
        table.selectionModel().currentChanged.connect(self._on_current_changed)
        table.opened.connect(self.open)

    def choose(self, session_id: str) -> None:
        """Chooses a session, also one that has no row."""
        if session_id != self.id:
            self.id = session_id
            self.chosen.emit(session_id)

    @Slot(str)
    def open(self, session_id: str) -> None:
        """Chooses a session and says that it is to be opened."""
        self.id = session_id
        self.opening = True
        self.chosen.emit(session_id)
        self.opening = False
        self.opened.emit(session_id)

    def show(self) -> None:
        """Makes the chosen session the current row, or none where it is hidden."""
        place = self._model.place(self.id)
        selection = self._table.selectionModel()
        with self._led():
            if place is None:
                selection.clear()
            elif selection.currentIndex().row() != place or not selection.hasSelection():
                self._table.setCurrentIndex(self._model.index(place, 0))

    @contextmanager
    def kept(self) -> Iterator[None]:
        """While rows change: the view chooses a neighbour when the current row goes, which is no choice of the user."""
        with self._led():
            yield
        self.show()

    @contextmanager
    def _led(self) -> Iterator[None]:
        self._leading = True
        try:
            yield
        finally:
            self._leading = False

    @Slot(QModelIndex)
    def _on_current_changed(self, current: QModelIndex) -> None:
        if not self._leading and current.isValid():
            self.choose(self._model.session_row(current.row()).id)
