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

#: Results that are kept, and characters of all that they hold.
_KEPT, _MOST_CHARACTERS = 250, 24_000_000


class WantedResult(NamedTuple):
    """A result that is to be made, with all of its lines or some."""

    entry: ConsoleEntry
    whole: bool


class MadeResult(NamedTuple):
    """A result that was made for an entry."""

    entry: ConsoleEntry
    result: ShownResult


class EntryResults(QObject):
    """Decoding and colouring take a while: they are asked for by a signal and come later."""

    #: Results are to be made on the pool: list of WantedResult.
    wanted = Signal(object)
    #: Entries have their results: entries.
    arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: list[WantedResult] = []
        self._asked: dict[ConsoleEntry, tuple[ev.ToolFinished | None, bool]] = {}
        self._kept: OrderedDict[ConsoleEntry, None] = OrderedDict()
        self._timer = single_shot(self, 0, self._on_wanted)

    def of(self, entry: ConsoleEntry, *, whole: bool = False) -> ShownResult | None:
        """The result of a call as far as it is known; asks for it where it is not, when the call has ended since, or
        for all of it."""
        found = entry.result
        if found is None or found.ending is not entry.ending or (whole and not found.whole):
            wanted = (entry.ending, whole)
            if self._asked.get(entry) != wanted:
                self._asked[entry] = wanted
                self._wanted.append(WantedResult(entry, whole))
                self._timer.start()
        elif entry in self._kept:
            self._kept.move_to_end(entry)
        return found

    def keep(self, made: Iterable[MadeResult]) -> None:
        """Takes results in; those that were not shown for long go, but for what their rows say."""
        entries = []
        for entry, result in made:
            asked = self._asked.get(entry)
            if asked is None:
                continue  # another answer was sooner, or other iterations are shown
            if asked == (result.ending, result.whole):
                del self._asked[entry]
            entry.result = result
            self._kept[entry] = None
            self._kept.move_to_end(entry)
            entries.append(entry)
        size = sum(len(entry.result.raw) for entry in self._kept if entry.result is not None)
        while len(self._kept) > 1 and (len(self._kept) > _KEPT or size > _MOST_CHARACTERS):
            gone = self._kept.popitem(last=False)[0]
            size -= len(gone.result.raw) if gone.result is not None else 0
            gone.result = None
        self.arrived.emit(entries)

    def give_up(self, wanted: Iterable[WantedResult]) -> None:
        """These could not be made: they are asked for again when they are shown again."""
        for one in wanted:
            self._asked.pop(one.entry, None)

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


def make_results(wanted: Iterable[WantedResult]) -> list[MadeResult]:
    """Reads, decodes and colours what calls have said. For the pool."""
    return [MadeResult(one.entry, _made(one.entry, one.entry.event, whole=one.whole))
            for one in wanted if isinstance(one.entry.event, ev.ToolStarted)]  # fmt: skip


def copied(entry: ConsoleEntry, *, raw: bool) -> str:
    """What Copy puts on the clipboard of a call: all that it said, as it is shown or as Amp gave it. For the pool."""
    result = _in_full(entry)
    return entry.copied_raw(result) if raw else entry.copied(result)


def _made(entry: ConsoleEntry, started: ev.ToolStarted, *, whole: bool) -> ShownResult:
    return shown_result(started, entry.ending, _in_full(entry), entry.worktree, entry.summary(), whole=whole)


def _in_full(entry: ConsoleEntry) -> str | None:
    if entry.ending is None or entry.journal is None:
        return entry.ending.result if entry.ending is not None else None
    return result_in_full(entry.journal, entry.ended_at, entry.ending)
