"""One iteration in the console: which events are its rows, kept as byte offsets, and which of them are folded."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ampsm.journal import events as ev
from ampsm_gui.models.console.entries import CallEnding, ConsoleEntry
from ampsm_gui.models.console.reading import KEPT, Rows
from ampsm_gui.models.history.table import HistoryStep

#: Steps of a sub-agent that are shown; the rest is only counted.
SHOWN_BELOW = 2


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
        while len(self.entries) > KEPT:
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
