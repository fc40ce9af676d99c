"""Reads the list of sessions from the core, no more often than it is worth."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from ampsm.context import Context
from ampsm.workflows.status import Positions, SessionRow, sessions_overview
from ampsm_gui.desktop import Desktop
from ampsm_gui.runtime.background import ignore
from ampsm_gui.runtime.timers import single_shot

_LEAST_GAP = 0.2  # seconds between two reads
_GAP_PER_READ = 4  # a read that takes long is made more rarely


class SessionsReader(QObject):
    """Asks on the pool when the store has changed; one read at a time."""

    rows_read = Signal(list)
    positions_read = Signal(dict)
    cleaned_counted = Signal(int)
    failed = Signal(object)

    def __init__(self, desktop: Desktop, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = desktop.background
        self._positions = Positions()
        self._include_cleaned = False
        self._asked_at = 0.0
        self._gap = 0.0
        self._reading = self._again = False
        self._timer = single_shot(self, 0, self._on_due)
        desktop.watcher.changed.connect(self.refresh)

    def include_cleaned(self, include: bool) -> None:
        """Whether cleaned-up sessions are read too."""
        if include != self._include_cleaned:
            self._include_cleaned = include
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Reads soon: at once when the last read was long ago."""
        if self._reading:
            self._again = True
        elif not self._timer.isActive():
            due = self._asked_at + self._gap - time.monotonic()
            self._timer.start(max(0, round(due * 1000)))

    def ask_positions(self, ids: Sequence[str]) -> None:
        """Asks git how far sessions are ahead and behind; a later call drops the answer of an earlier one."""
        if ids:
            wanted, known = list(ids), self._positions
            self._background.ask((self, "positions"), lambda ctx: known.of(ctx, wanted), self._on_positions, ignore)

    def count_cleaned(self) -> None:
        """Asks how many sessions there are with the cleaned-up ones."""
        self._background.ask((self, "cleaned"), _count_all, self._on_counted, ignore)

    @Slot()
    def _on_due(self) -> None:
        self._reading = True
        self._asked_at = time.monotonic()
        include = self._include_cleaned
        self._background.ask(
            (self, "rows"), lambda ctx: sessions_overview(ctx, include_cleaned=include), self._on_rows, self._on_failed
        )

    def _on_rows(self, rows: list[SessionRow]) -> None:
        self._done()
        self.rows_read.emit(rows)

    def _on_positions(self, found: dict[str, tuple[int | None, int | None]]) -> None:
        self.positions_read.emit(found)

    def _on_counted(self, count: int) -> None:
        self.cleaned_counted.emit(count)

    def _on_failed(self, error: Exception) -> None:
        self._done()
        self.failed.emit(error)

    def _done(self) -> None:
        took = time.monotonic() - self._asked_at
        self._gap = max(_LEAST_GAP, _GAP_PER_READ * took)
        self._reading = False
        if self._again:
            self._again = False
            self.refresh()


def _count_all(ctx: Context) -> int:
    return len(sessions_overview(ctx, include_cleaned=True))
