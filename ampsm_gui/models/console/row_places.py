"""Which row is what: headers, entries, and steps below them, one after the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex

from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.console.section import Section
from ampsm_gui.models.history.table import HistoryStep


class RowPlace(NamedTuple):
    """What a row is: the header of a section (`entry` and `offset` None), an entry of it (None until it is read), or a
    `step` below it, whose `offset` is -1, -2, …; those before the first iteration belong to a section `BEFORE`."""

    section: Section
    offset: int | None
    entry: ConsoleEntry | None
    step: HistoryStep | None = None


#: Has the steps before the first iteration.
BEFORE = 0


class PlacedRows(QAbstractTableModel):
    """Rows of all iterations of a session, or of one. A million rows are a million numbers in an array."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sections: list[Section] = []
        self._before = Section({"number": BEFORE, "status": "succeeded"}, Path())
        self._with_steps = True
        self._only: int | None = None
        self._starts: list[int] = []
        self._start_of_sections = 0
        self._rows = 0

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1

    def place(self, row: int) -> RowPlace:
        """What a row is; asks for its entry when it was not read yet."""
        section, within = self._section_at(row)
        if within < 0:
            return RowPlace(section, None, None)
        if (foot := within - section.shown()) >= 0:
            return RowPlace(section, -1 - foot, None, section.feet[foot])
        offset = section.offsets[within]
        entry = section.entry(offset)
        if entry is None:
            self.want(section, within)
        return RowPlace(section, offset, entry)

    def row_of(self, section: Section, offset: int | None) -> int | None:
        """The row of a section's header, of an event of it, or of a step below it, as far as it is shown."""
        if section is self._before:
            return None if offset is None or not self._start_of_sections else -1 - offset
        if section not in self.sections or (self._only is not None and section.number != self._only):
            return None
        start = self._starts[self.sections.index(section)]
        if offset is None:
            return start
        if offset < 0:
            return start + section.shown() - offset if -offset <= len(section.feet) else None
        within = None if section.folded else section.row_of(offset)
        return None if within is None else start + 1 + within

    def set_steps(self, steps: Mapping[int, Sequence[HistoryStep]]) -> None:
        """Takes the steps between iterations as they are now, by the number of the one before them, or `BEFORE`."""
        for section in (self._before, *self.sections):
            section.steps = tuple(steps.get(section.number, ()))
            self._set_feet(section)

    def rows_changed(self, first: int, last: int) -> None:
        """Tells views that rows look different."""
        if 0 <= first <= last < self._rows:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    # For those that derive

    def want(self, section: Section, within: int) -> None:
        """An entry is to be shown that was not read yet."""

    def _set_feet(self, section: Section) -> None:
        """Brings the rows below a section up to what they are to be."""
        before, after = section.feet, section.feet_now() if self._with_steps else ()
        if before == after:
            return
        first = self._foot_row(section)
        more, less = len(after) - len(before), len(before) - len(after)
        if first is None:
            section.feet = after
        elif more > 0:
            self.beginInsertRows(QModelIndex(), first + len(before), first + len(after) - 1)
            section.feet = after
            self._count()
            self.endInsertRows()
        elif less > 0:
            self.beginRemoveRows(QModelIndex(), first + len(after), first + len(before) - 1)
            section.feet = after
            self._count()
            self.endRemoveRows()
        else:
            section.feet = after
        if first is not None and after:
            self.rows_changed(first, first + len(after) - 1)

    def _foot_row(self, section: Section) -> int | None:
        """Where the steps below a section begin, if they are shown."""
        if section is self._before:
            return 0 if self._only is None else None
        header = self.row_of(section, None)
        return None if header is None else header + 1 + section.shown()

    def _section_at(self, row: int) -> tuple[Section, int]:
        if row < self._start_of_sections:
            return self._before, row
        number = bisect_right(self._starts, row) - 1
        return self.sections[number], row - self._starts[number] - 1

    def _count(self) -> None:
        total = self._start_of_sections = len(self._before.feet) if self._only is None else 0
        self._starts = []
        for section in self.sections:
            self._starts.append(total)
            total += 1 + section.shown() + len(section.feet) if self._only in (None, section.number) else 0
        self._rows = total
