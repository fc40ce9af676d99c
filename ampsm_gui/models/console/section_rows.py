"""The rows of all iterations of a session: a header each, below it the events of its journal, once they are read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Signal, Slot

from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.console.reading import PAGE, Rows
from ampsm_gui.models.console.row_places import PlacedRows
from ampsm_gui.models.console.section import Section
from ampsm_gui.runtime.timers import single_shot


class SectionRows(PlacedRows):
    """Takes in what was read, and asks by signals for what is to be shown: it knows no file."""

    #: A section was unfolded whose rows are not read yet: Section.
    rows_wanted = Signal(object)
    #: Entries are to be shown: Section, offsets.
    entries_wanted = Signal(object, object)
    #: So many rows have come to what is shown, since something happened; not because it was read or unfolded only now.
    grown = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: dict[Section, set[int]] = {}
        self._asked: set[tuple[int, int]] = set()
        self._timer = single_shot(self, 0, self._on_wanted)

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
            self.grown.emit(len(visible))
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

    # The rest

    def _entry_changed(self, section: Section, offset: int) -> None:
        row = self.row_of(section, offset)
        if row is not None:
            self.rows_changed(row, row)

    def want(self, section: Section, within: int) -> None:
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
