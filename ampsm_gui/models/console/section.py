"""One iteration in the console: which events are its rows, kept as byte offsets, and which of them are folded."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from itertools import compress
from pathlib import Path
from typing import Any, NamedTuple

from ampsm.journal import events as ev
from ampsm.journal.codec import decode
from ampsm.journal.index import KINDS, JournalPart, agent_lines, last_begin, scan_journal
from ampsm.system.plain_files import open_plain
from ampsm_gui.models.console.entries import CallEnding, ConsoleEntry, read_entries
from ampsm_gui.models.history.table import HistoryStep

_NO_ROWS = (ev.ToolFinished, ev.UsageReported, ev.Model, ev.Thread, ev.UserText, ev.AgentFinished, ev.Phase)
_IS_ROW = bytes(number not in {KINDS[kind] for kind in _NO_ROWS} for number in range(256))
_ENDING, _PHASE, _LAST = KINDS[ev.ToolFinished], KINDS[ev.Phase], KINDS[ev.IterationFinished]
#: Bytes of a journal that are read before anything is shown; the rest comes after.
_FIRST_BYTES = 1024 * 1024
#: Entries that are read together, and entries that are kept in all.
PAGE = 100
_KEPT = 3_000
#: Steps of a sub-agent that are shown; the rest is only counted.
SHOWN_BELOW = 2


class Rows(NamedTuple):
    """Rows of one stretch of a journal, as a read gives them. `phase` is the last one that began in it."""

    begin: int
    end: int
    offsets: array[int]
    below: dict[str, array[int]]
    entries: list[ConsoleEntry]
    endings: list[CallEnding]
    phase: str | None = None


def read_first(path: Path, raw: bool) -> Rows:
    """The newest rows of a journal, at once however long it is. Blocks."""
    if raw:
        return _rows(path, agent_lines(path), raw=True)
    return _rows(path, scan_journal(path, last_begin(path, _FIRST_BYTES)))


def read_before(path: Path, end: int) -> Rows:
    """All rows before an offset. Blocks."""
    return _rows(path, scan_journal(path, 0, end), entries=0)._replace(phase=None)


def read_after(path: Path, begin: int, raw: bool) -> Rows:
    """The rows that have come since. Blocks."""
    return _rows(path, agent_lines(path, begin) if raw else scan_journal(path, begin), raw=raw, ends=True)


def _rows(path: Path, part: JournalPart, raw: bool = False, entries: int = 3 * PAGE, ends: bool = False) -> Rows:
    offsets = part.offsets if raw else array("Q", compress(part.offsets, part.kinds.translate(_IS_ROW)))
    if not raw and part.kinds and part.kinds[-1] == _LAST and _went_well(path, part.offsets[-1]):
        offsets.pop()  # the header says it
    below = {
        call: array("Q", (found for found in steps if _holds(offsets, found))) for call, steps in part.below.items()
    }
    endings: list[CallEnding] = []
    if ends and not raw:
        found = compress(part.offsets, (kind == _ENDING for kind in part.kinds))
        endings = _endings(path, list(found)[-2 * _KEPT :])
    read = read_entries(path, offsets[-entries:]) if entries else []
    return Rows(part.begin, part.end, offsets, below, read, endings, None if raw else _phase(path, part))


def _went_well(path: Path, offset: int) -> bool:
    event = _event_at(path, offset)
    return isinstance(event, ev.IterationFinished) and event.status == "succeeded" and not event.error


def _phase(path: Path, part: JournalPart) -> str | None:
    place = part.kinds.rfind(_PHASE)
    event = _event_at(path, part.offsets[place]) if place >= 0 else None
    return event.name if isinstance(event, ev.Phase) else None


def _event_at(path: Path, offset: int) -> ev.AnyEvent | None:
    with open_plain(path) as file:
        file.seek(offset)
        return decode(file.readline())


def _endings(path: Path, offsets: list[int]) -> list[CallEnding]:
    found = []
    if offsets:
        with open_plain(path) as file:
            for offset in offsets:
                file.seek(offset)
                event = decode(file.readline())
                if isinstance(event, ev.ToolFinished):
                    found.append(CallEnding(offset, event))
    return found


def _holds(offsets: array[int], offset: int) -> bool:
    place = bisect_left(offsets, offset)
    return place < len(offsets) and offsets[place] == offset


class Section:
    """An iteration. `offsets` are the rows below its header that are not folded away; empty until it is loaded. `about`
    says what it was about, `steps` are those between it and the next one, `phase` is what it does now; both are rows
    (`feet`) below all others, also while those are folded."""

    def __init__(self, document: dict[str, Any], path: Path, worktree: str = "", about: str = "") -> None:
        self.document = document
        self.about = about
        self.steps: tuple[HistoryStep, ...] = ()
        self.phase = ""
        self.feet: tuple[HistoryStep, ...] = ()
        self.path = path
        self.worktree = worktree
        self.folded = True
        self.loaded = False
        self.begin = self.end = 0
        self.offsets: array[int] = array("Q")
        self.below: dict[str, array[int]] = {}
        self.opened_below: set[str] = set()
        self.flipped: set[int] = set()
        self.whole: set[int] = set()
        #: Results that are shown as Amp gave them, and places in JSON that are unfolded, by the offset of their call.
        self.raw: set[int] = set()
        self.unfolded: dict[int, frozenset[str]] = {}
        self.entries: OrderedDict[int, ConsoleEntry] = OrderedDict()
        self.open_calls: dict[str, int] = {}
        self._last_shown: dict[int, str] = {}

    @property
    def number(self) -> int:
        return int(self.document["number"])

    def feet_now(self) -> tuple[HistoryStep, ...]:
        """What `feet` are to be: a phase that is past is none."""
        doing = ({"kind": "phase", "name": self.phase},) if self.live and self.phase else ()
        return (*doing, *self.steps)

    @property
    def live(self) -> bool:
        return bool(self.document["status"] == "running")

    def shown(self) -> int:
        """How many rows there are below the header."""
        return 0 if self.folded else len(self.offsets)

    def forget_rows(self) -> None:
        """Drops everything that was read, not what is folded."""
        self.loaded, self.begin, self.end = False, 0, 0
        self.offsets, self.below = array("Q"), {}
        self.entries.clear()
        self.open_calls.clear()
        self._last_shown.clear()

    def keep(self, entries: Iterable[ConsoleEntry]) -> None:
        """Takes read entries in; those that were not shown for long go."""
        for entry in entries:
            entry.worktree = self.worktree
            self.entries[entry.offset] = entry
            self.entries.move_to_end(entry.offset)
            if isinstance(entry.event, ev.ToolStarted) and entry.ending is None:
                self.open_calls[entry.event.id] = entry.offset
        while len(self.entries) > _KEPT:
            gone = self.entries.popitem(last=False)[1]
            if isinstance(gone.event, ev.ToolStarted):
                self.open_calls.pop(gone.event.id, None)

    def entry(self, offset: int) -> ConsoleEntry | None:
        """An entry that was read, else None."""
        found = self.entries.get(offset)
        if found is not None:
            self.entries.move_to_end(offset)
        return found

    def row_of(self, offset: int) -> int | None:
        """The place of an event among the rows, if it is one that is shown."""
        place = bisect_left(self.offsets, offset)
        return place if place < len(self.offsets) and self.offsets[place] == offset else None

    def joined(self, rows: Rows) -> array[int]:
        """Takes these rows in before those there are, if any; what is shown then (`offsets` is not changed yet)."""
        offsets, below = rows.offsets, rows.below
        if self.loaded:
            offsets = offsets + self._all_offsets()
            for call, steps in self.below.items():
                below[call] = below.get(call, array("Q")) + steps
        else:
            self.end = rows.end
        self.begin, self.loaded, self.below = rows.begin, True, below
        self.phase = rows.phase if rows.phase is not None else self.phase
        self.keep(rows.entries)
        return self._unfolded(offsets)

    def ended(self, endings: Iterable[CallEnding]) -> list[int]:
        """Gives calls their ends; the offsets of those calls."""
        found = []
        for ending in endings:
            offset = self.open_calls.pop(ending.event.id, None)
            if offset is not None and (entry := self.entries.get(offset)) is not None:
                entry.end(ending)
                found.append(offset)
        return found

    def visible_of(self, rows: Rows) -> array[int]:
        """Counts new steps of sub-agents; which of the new rows are not folded away."""
        hidden: set[int] = set()
        for call, steps in rows.below.items():
            known = self.below.setdefault(call, array("Q"))
            known.extend(steps)
            if call not in self.opened_below:
                hidden.update(known[SHOWN_BELOW + 1 :][-len(steps) :])
            self._note_last(call)
        return array("Q", (offset for offset in rows.offsets if offset not in hidden)) if hidden else rows.offsets

    def more_below(self, offset: int) -> tuple[str, int] | None:
        """For the row that stands for the rest of a sub-agent's steps: its call and how many they are."""
        call = self._last_shown.get(offset)
        if call is None or call in self.opened_below:
            return None
        more = len(self.below[call]) - SHOWN_BELOW
        return (call, more) if more > 1 else None

    def hidden_below(self, call: str) -> array[int]:
        """The steps of a call's sub-agent that are folded away while it is not opened."""
        return self.below.get(call, array("Q"))[SHOWN_BELOW + 1 :]

    def _note_last(self, call: str) -> None:
        steps = self.below[call]
        if len(steps) > SHOWN_BELOW:
            self._last_shown[steps[SHOWN_BELOW]] = call

    def _all_offsets(self) -> array[int]:
        hidden = [offset for call in self.below if call not in self.opened_below for offset in self.hidden_below(call)]
        return array("Q", sorted([*self.offsets, *hidden])) if hidden else self.offsets

    def _unfolded(self, offsets: array[int]) -> array[int]:
        self._last_shown.clear()
        hidden: set[int] = set()
        for call in self.below:
            self._note_last(call)
            if call not in self.opened_below:
                hidden.update(self.hidden_below(call))
        return array("Q", (offset for offset in offsets if offset not in hidden)) if hidden else offsets
