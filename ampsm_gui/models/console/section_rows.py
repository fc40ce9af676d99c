"""The rows of all iterations of a session: a header each, below it the events of its journal, once they are read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Signal, Slot

from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.console.section import PAGE, Rows, Section
from ampsm_gui.models.history.table import HistoryStep
from ampsm_gui.runtime.timers import single_shot


class RowPlace(NamedTuple):
    """What a row is: the header of a section (`entry` and `offset` None), an entry of it (None until it is read), or a
    `step` below it, whose `offset` is -1, -2, …; those before the first iteration belong to a section `BEFORE`."""

    section: Section
    offset: int | None
    entry: ConsoleEntry | None
    step: HistoryStep | None = None


#: Has the steps before the first iteration.
BEFORE = 0


class SectionRows(QAbstractTableModel):
    """Rows of all iterations of a session, or of one. A million rows are a million numbers in an array. Knows no file:
    what it needs it asks for by signals."""

    #: A section was unfolded whose rows are not read yet: Section.
    rows_wanted = Signal(object)
    #: Entries are to be shown: Section, offsets.
    entries_wanted = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sections: list[Section] = []
        self._before = Section({"number": BEFORE, "status": "succeeded"}, Path())
        self._with_steps = True
        self._only: int | None = None
        self._starts: list[int] = []
        self._start_of_sections = 0
        self._rows = 0
        self._wanted: dict[Section, set[int]] = {}
        self._asked: set[tuple[int, int]] = set()
        self._timer = single_shot(self, 0, self._on_wanted)

    # What Qt and the view ask

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
            self._want(section, within)
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

    # What was read

    def set_journals(
        self, journals: list[tuple[dict[str, Any], Path]], worktree: str = "", about: Mapping[int, str] | None = None
    ) -> None:
        """Takes the iterations as they are now: figures of headers change in place, new ones come at the end. Paths of
        calls are shown relative to the worktree; `about` says what each iteration was about."""
        about = about or {}
        for section, (document, _) in zip(self.sections, journals, strict=False):
            told = about.get(section.number, section.about)
            if (section.document, section.about) != (document, told):
                section.document, section.about = document, told
                self._set_feet(section)
                row = self.row_of(section, None)
                if row is not None:
                    self.rows_changed(row, row)
        fresh = [
            Section(document, path, worktree, about.get(document["number"], ""))
            for document, path in journals[len(self.sections) :]
        ]
        if not fresh:
            return
        fresh[-1].folded = False
        shown = [found for found in fresh if self._only in (None, found.number)]
        if shown:
            self.beginInsertRows(QModelIndex(), self._rows, self._rows + len(shown) - 1)
        self.sections += fresh
        self._count()
        if shown:
            self.endInsertRows()
        self._want_rows()

    def set_steps(self, steps: Mapping[int, Sequence[HistoryStep]]) -> None:
        """Takes the steps between iterations as they are now, by the number of the one before them, or `BEFORE`."""
        for section in (self._before, *self.sections):
            section.steps = tuple(steps.get(section.number, ()))
            self._set_feet(section)

    def ends_at(self, row: int) -> bool:
        """Whether nothing but steps and what is done now stands below a row."""
        return row >= self._rows - 1 - (len(self.sections[-1].feet) if self.sections and self._with_steps else 0)

    def clear(self) -> None:
        """No session."""
        self.beginResetModel()
        self.sections, self._only = [], None
        self._before.steps = self._before.feet = ()
        self._asked.clear()
        self._count()
        self.endResetModel()

    def set_rows(self, section: Section, rows: Rows) -> None:
        """The rows of a section, or those before the ones it has."""
        before, header = section.offsets, self.row_of(section, None)
        after = section.joined(rows)
        self._set_feet(section)
        more = len(after) - len(before)
        if header is None or section.folded or more == 0:
            section.offsets = after
            self._count()
        elif more > 0 and after[more:] == before:
            self.beginInsertRows(QModelIndex(), header + 1, header + more)
            section.offsets = after
            self._count()
            self.endInsertRows()
        else:  # steps of a sub-agent are counted again
            self.beginResetModel()
            section.offsets = after
            self._count()
            self.endResetModel()

    def add_rows(self, section: Section, rows: Rows) -> int:
        """Rows that came since; how many are seen."""
        section.end = rows.end
        for offset in section.ended(rows.endings):
            self._entry_changed(section, offset)
        visible = section.visible_of(rows)
        header = self.row_of(section, None)
        seen = header is not None and not section.folded and len(visible) > 0
        if seen:
            first = header + 1 + len(section.offsets) if header is not None else 0
            self.beginInsertRows(QModelIndex(), first, first + len(visible) - 1)
        section.offsets.extend(visible)
        section.keep(rows.entries)
        section.ended(rows.endings)
        self._count()
        if seen:
            self.endInsertRows()
        if rows.phase is not None:
            section.phase = rows.phase
            self._set_feet(section)
        for call in rows.below:
            steps = section.below[call]
            self._entry_changed(section, steps[min(len(steps) - 1, 2)]) if len(steps) else None
        return len(visible) if seen else 0

    def set_entries(self, section: Section, entries: list[ConsoleEntry]) -> None:
        """Entries that were asked for."""
        section.keep(entries)
        rows = [row for entry in entries if (row := self.row_of(section, entry.offset)) is not None]
        self._asked -= {(id(section), entry.offset) for entry in entries}
        if rows:
            self.rows_changed(min(rows), max(rows))

    def rows_changed(self, first: int, last: int) -> None:
        """Tells views that rows look different."""
        if 0 <= first <= last < self._rows:
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    # The rest

    def _entry_changed(self, section: Section, offset: int) -> None:
        row = self.row_of(section, offset)
        if row is not None:
            self.rows_changed(row, row)

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

    def _want(self, section: Section, within: int) -> None:
        first = within // PAGE * PAGE
        offset = section.offsets[within]
        if (id(section), offset) not in self._asked:
            page = section.offsets[first : first + PAGE]
            missing = {found for found in page if found not in section.entries}
            self._asked |= {(id(section), found) for found in missing}
            self._wanted.setdefault(section, set()).update(missing)
            self._timer.start()

    def _want_rows(self) -> None:
        for section in self.sections:
            if not section.folded and not section.loaded and self._only in (None, section.number):
                self.rows_wanted.emit(section)

    @Slot()
    def _on_wanted(self) -> None:
        wanted, self._wanted = self._wanted, {}
        for section, offsets in wanted.items():
            self.entries_wanted.emit(section, sorted(offsets))
