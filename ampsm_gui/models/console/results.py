"""The results of calls that are in sight: asked for when a row is shown, kept while it may be shown again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from ampsm.journal import events as ev
from ampsm.workflows.review import result_in_full
from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.results.shown import ShownResult, shown_result
from ampsm_gui.runtime.timers import single_shot

_KEPT = 250


class MadeResult(NamedTuple):
    """A result that was made for an entry."""

    entry: ConsoleEntry
    result: ShownResult


class EntryResults(QObject):
    """Decoding and colouring take a while: they are asked for by a signal and come later."""

    #: Results are to be made on the pool: entries.
    wanted = Signal(object)
    #: Entries have their results: entries.
    arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: list[ConsoleEntry] = []
        self._asked: dict[ConsoleEntry, ev.ToolFinished | None] = {}
        self._kept: OrderedDict[ConsoleEntry, None] = OrderedDict()
        self._timer = single_shot(self, 0, self._on_wanted)

    def of(self, entry: ConsoleEntry) -> ShownResult | None:
        """The result of a call as far as it is known; asks for it where it is not, or when the call has ended since."""
        found = entry.result
        if found is None or found.ending is not entry.ending:
            if self._asked.get(entry, self) is not entry.ending:
                self._asked[entry] = entry.ending
                self._wanted.append(entry)
                self._timer.start()
        else:
            self._kept.move_to_end(entry)
        return found

    def keep(self, made: Iterable[MadeResult]) -> None:
        """Takes results in; those that were not shown for long go, but for what their rows say."""
        entries = []
        for entry, result in made:
            self._asked.pop(entry, None)
            entry.result = result
            self._kept[entry] = None
            self._kept.move_to_end(entry)
            entries.append(entry)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)[0].result = None
        self.arrived.emit(entries)

    def clear(self) -> None:
        """Other iterations are shown now."""
        self._wanted.clear()
        self._asked.clear()
        self._kept.clear()

    @Slot()
    def _on_wanted(self) -> None:
        wanted, self._wanted = self._wanted, []
        if wanted:
            self.wanted.emit(wanted)


def make_results(entries: Iterable[ConsoleEntry]) -> list[MadeResult]:
    """Reads, decodes and colours what calls have said. For the pool."""
    return [
        MadeResult(entry, shown_result(entry.event, entry.ending, _in_full(entry), entry.worktree, entry.summary()))
        for entry in entries
        if isinstance(entry.event, ev.ToolStarted)
    ]


def _in_full(entry: ConsoleEntry) -> str | None:
    if entry.ending is None or entry.journal is None:
        return entry.ending.result if entry.ending is not None else None
    return result_in_full(entry.journal, entry.ended_at, entry.ending)
