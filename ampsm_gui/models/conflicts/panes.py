"""A whole file in three columns: target, result and session, with its hunks beside each other."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from ampsm.model.conflicts import HunkKind
from ampsm_gui.models.conflicts.code import CodeLine, lines_of
from ampsm_gui.models.conflicts.hunk_lines import Marks, coloured, marked
from ampsm_gui.models.conflicts.texts import HunkTexts
from ampsm_gui.models.diff.rows import ChangedRows

_SIDES = ("target", "result", "session")


class ThreeColumns:
    """Lines are made when they are asked for: a file of 20,000 lines costs what is in sight of it."""

    columns = 3

    def __init__(self, texts: HunkTexts) -> None:
        self._texts = texts
        self._settled = [lines_of(text) for text in texts.settled]
        self._hunks = [tuple(lines_of(getattr(hunk, side)) for side in _SIDES) for hunk in texts.hunks]
        self.starts: list[int] = []  # the rows at which settled parts and hunks begin, by turns
        row = 0
        for settled, hunk in zip(self._settled, [*self._hunks, None], strict=True):
            self.starts += [row, row + len(settled)]
            row += len(settled) + (max(1, *map(len, hunk)) if hunk else 0)
        self.starts.pop()
        self.rows = row
        self.largest_number = row
        every = (line for lines in (*self._settled, *(side for hunk in self._hunks for side in hunk)) for line in lines)
        self.widest = max(map(len, every), default=0)
        self._colours = lru_cache(maxsize=64)(self._coloured)
        self._marks = lru_cache(maxsize=64)(self._marked)

    def row_of(self, at: int) -> int:
        """The row at which a hunk begins."""
        return self.starts[2 * at + 1]

    def hunk_of(self, row: int) -> int | None:
        """The hunk that stands there."""
        part = bisect_right(self.starts, row) - 1
        return part // 2 if part % 2 else None

    def changes(self) -> list[ChangedRows]:
        """Where the hunks are, for the overview: those in conflict left, others right."""
        found = []
        for at, hunk in enumerate(self._texts.hunks):
            first = self.row_of(at)
            rows = max(1, *map(len, self._hunks[at]))
            conflict = hunk.kind is HunkKind.CONFLICT
            found.append(ChangedRows(first, first + rows - 1, rows if conflict else 0, 0 if conflict else rows))
        return found

    def line(self, row: int, column: int) -> CodeLine | None:
        """The line that stands there."""
        part = bisect_right(self.starts, row) - 1
        at, inside = part // 2, row - self.starts[part]
        if part % 2 == 0:
            first = self._after(at - 1, column)
            colours = self._colours(part, 0, inside // 200)
            mine = colours[inside % 200] if inside % 200 < len(colours) else ()
            return CodeLine(first + inside, self._settled[at][inside], (), tuple(mine))
        lines = self._hunks[at][column]
        if inside >= len(lines):
            return None
        hunk = self._texts.hunks[at]
        colours = self._colours(part, column, 0)
        marks = self._marks(at)[column].words.get(inside, ())
        tone = "conflict" if hunk.kind is HunkKind.CONFLICT else "change"
        if column == 1 and (hunk.choice is not None or hunk.kind is not HunkKind.CONFLICT):
            tone = "change"
        first = self._texts.line(at, _SIDES[column])
        mine = colours[inside] if inside < len(colours) else ()
        return CodeLine(first + inside, lines[inside], tuple(marks), tuple(mine), tone)

    def _after(self, at: int, column: int) -> int:
        """The number of the line after a hunk; of the first part that of its first line."""
        return 1 if at < 0 else self._texts.line(at, _SIDES[column]) + len(self._hunks[at][column])

    def _coloured(self, part: int, column: int, block: int) -> list[list[tuple[int, int, str]]]:
        at = part // 2
        lines = self._hunks[at][column] if part % 2 else self._settled[at][block * 200 : block * 200 + 200]
        return coloured(self._texts.file.path, "\n".join(lines))

    def _marked(self, at: int) -> tuple[Marks, Marks, Marks]:
        none = Marks({}, set())
        if self._texts.hunks[at].kind is not HunkKind.CONFLICT:
            return none, none, none
        target, session = marked(self._hunks[at][0], self._hunks[at][2])
        return target, none, session
