"""A diff as rows to paint, unified or side by side, with folded parts and the places of its changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from ampsm_gui.models.diff.lines import Lines, RawLine

LINE, FOLD, NOTE = 0, 1, 2

#: Kind, then for a line the indices of what stands left and right (-1: nothing, a filler); for a fold that of its gap.
PaintedRow = tuple[int, int, int]


class ChangedRows(NamedTuple):
    """Rows of lines that went or came, without a line between them that stayed."""

    first: int
    last: int
    removed: int
    added: int


class Gap(NamedTuple):
    """Lines between hunks that stayed as they are; `first` is the index of their first line, -1 while unknown."""

    old_start: int
    new_start: int
    size: int
    heading: str
    first: int = -1


#: A run of lines of a hunk (first index, one past the last), or the number of a gap.
Part = tuple[int, int] | int


class DiffRows:
    """The rows of one layout. Opening a fold puts its lines below it; nothing else moves."""

    def __init__(self, lines: Lines, parts: Sequence[Part], split: bool, left_out: int = 0) -> None:
        self.split = split
        self.rows: list[PaintedRow] = []
        self.changes: list[ChangedRows] = []
        self._open: set[int] = set()
        for part in parts:
            if isinstance(part, int):
                self.rows.append((FOLD, part, part))
            else:
                self._add_lines(lines.raw, *part)
        if left_out:
            self.rows.append((NOTE, left_out, left_out))

    def is_open(self, gap: int) -> bool:
        """Whether the lines of a gap are shown."""
        return gap in self._open

    def open_gaps(self) -> frozenset[int]:
        return frozenset(self._open)

    def toggle(self, row: int, gap: Gap) -> None:
        """Opens or closes the fold at `row`, whose gap has known lines."""
        number = self.rows[row][1]
        if number in self._open:
            self._open.discard(number)
            del self.rows[row + 1 : row + 1 + gap.size]
            self._shift(row, -gap.size)
        else:
            self._open.add(number)
            self.rows[row + 1 : row + 1] = [(LINE, at, at) for at in range(gap.first, gap.first + gap.size)]
            self._shift(row, gap.size)

    def _shift(self, row: int, by: int) -> None:
        at = bisect_right(self.changes, row, key=lambda change: change.first)
        moved = [ChangedRows(c.first + by, c.last + by, c.removed, c.added) for c in self.changes[at:]]
        self.changes[at:] = moved

    def _add_lines(self, lines: Sequence[RawLine], first: int, end: int) -> None:
        rows = self.rows
        at = first
        while at < end:
            if lines[at][0] == " ":
                rows.append((LINE, at, at))
                at += 1
                continue
            begin = len(rows)
            removed_from = at
            while at < end and lines[at][0] == "-":
                at += 1
            added_from = at
            while at < end and lines[at][0] == "+":
                at += 1
            removed, added = added_from - removed_from, at - added_from
            if self.split:
                for step in range(max(removed, added)):
                    left = removed_from + step if step < removed else -1
                    rows.append((LINE, left, added_from + step if step < added else -1))
            else:
                rows.extend((LINE, index, -1) for index in range(removed_from, added_from))
                rows.extend((LINE, -1, index) for index in range(added_from, at))
            self._add_change(begin, removed, added)

    def _add_change(self, begin: int, removed: int, added: int) -> None:
        last = len(self.rows) - 1
        if self.changes and self.changes[-1].last == begin - 1:  # of a combined diff: + before -
            before = self.changes.pop()
            self.changes.append(ChangedRows(before.first, last, before.removed + removed, before.added + added))
        else:
            self.changes.append(ChangedRows(begin, last, removed, added))
