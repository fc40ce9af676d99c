"""The rows that are seen: where their branches stand, and how long what runs has run, kept up to date."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from ampsm.workflows.status import SessionRow
from ampsm_gui.models.sessions.table import SessionTable
from ampsm_gui.pages.sessions.reader import SessionsReader
from ampsm_gui.runtime.git_watcher import GitWatcher
from ampsm_gui.widgets.sessions.list import SessionList
from ampsm_gui.widgets.tick import Tick

_TICK_MS, _CALM_MS = 1_000, 30_000


class RowsInSight(QObject):
    """Asks git about the rows that `table` shows whenever it rests. When git has moved something of them, which may be
    all there was of a worktree, and now and then unasked, the rows are read again, too. Every second it tells the model
    that time passes, while an iteration that runs is among them."""

    def __init__(
        self, model: SessionTable, table: SessionList, reader: SessionsReader, git: GitWatcher, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._model, self._table, self._reader, self._git = model, table, reader, git
        self._tick = Tick(parent, self._on_tick)
        self._ticks = 0
        reader.positions_read.connect(model.set_positions)
        table.rested.connect(self.ask)
        git.moved.connect(self._on_git_moved)

    @Slot()
    def ask(self) -> None:
        """Asks where the branches of what is seen stand, and looks after them."""
        ids = [row.id for row in self._rows() if not row.cleaned_up]
        self._git.watch(self, ids)
        self._reader.ask_positions(ids)
        self.set_pace()

    def set_pace(self) -> None:
        """Every second while an iteration that runs is in sight, else only now and then."""
        self._tick.set_pace(_TICK_MS if any(row.running_since for row in self._rows()) else _CALM_MS)

    def _rows(self) -> list[SessionRow]:
        first, last = self._table.visible_places()
        return [self._model.session_row(place) for place in range(first, last + 1)]

    @Slot(object)
    def _on_git_moved(self, ids: frozenset[str]) -> None:
        if any(row.id in ids for row in self._rows()):
            self._look_again()

    @Slot()
    def _on_tick(self) -> None:
        self._ticks += 1
        calm = self._tick.interval() == _CALM_MS or self._ticks * _TICK_MS % _CALM_MS == 0
        self._model.tick(*self._table.visible_places(), running_only=not calm)
        if calm:
            self._look_again()

    def _look_again(self) -> None:
        self._reader.refresh()
        self.ask()
