"""The console's model: a header row for each iteration, below it the rows of its journal. Knows no file: what it needs
it asks for by signals."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot

from ampsm.journal import events as ev
from ampsm_gui.look import figures
from ampsm_gui.look.status import iteration_look
from ampsm_gui.models.console.entries import Entry
from ampsm_gui.models.console.section import PAGE, Rows, Section
from ampsm_gui.runtime.timers import single_shot

#: The row itself: `Place`.
PLACE_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class Place(NamedTuple):
    """What a row is: the header of a section (`entry` and `offset` None), or an entry of it (None until it is read)."""

    section: Section
    offset: int | None
    entry: Entry | None


class ConsoleModel(QAbstractTableModel):
    """Rows of all iterations of a session, or of one. A million rows are a million numbers in an array."""

    #: A section was unfolded whose rows are not read yet: Section.
    rows_wanted = Signal(object)
    #: Entries are to be shown: Section, offsets.
    entries_wanted = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sections: list[Section] = []
        self.raw = False
        self.thinking = False
        #: Whether calls are open; None: those that failed.
        self.calls: bool | None = None
        self._only: int | None = None
        self._starts: list[int] = []
        self._wanted: dict[Section, set[int]] = {}
        self._asked: set[tuple[int, int]] = set()
        self._timer = single_shot(self, 0, self._on_wanted)
        self._rows = 0

    # What Qt asks

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (
            PLACE_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole
        ):  # fmt: skip
            return None
        place = self.place(index.row())
        return place if role == PLACE_ROLE else self.words(place)

    # What the view asks

    def place(self, row: int) -> Place:
        """What a row is; asks for its entry when it was not read yet."""
        section, within = self._section_at(row)
        if within < 0:
            return Place(section, None, None)
        offset = section.offsets[within]
        entry = section.entry(offset)
        if entry is None:
            self._want(section, within)
        return Place(section, offset, entry)

    def words(self, place: Place) -> str:
        """A row as readable text."""
        if place.offset is None:
            return header_words(place.section)
        if place.entry is None:
            return ""
        more = place.section.more_below(place.offset)
        if more is not None and not self.raw:
            return f"    {figures.count(more[1], 'more step', 'more steps')} of the sub-agent"
        return place.entry.raw if self.raw else place.entry.readable

    def is_open(self, place: Place) -> bool:
        """Whether a row shows all of itself: what failed and text from the start, thinking when it is wished."""
        if place.offset is None:
            return not place.section.folded
        entry = place.entry
        if entry is None:
            return False
        calls = entry.failed if self.calls is None else self.calls
        by_default = calls if entry.kind == "call" else self.thinking if entry.kind == "thinking" else True
        return by_default != (place.offset in place.section.flipped)

    def row_of(self, section: Section, offset: int | None) -> int | None:
        """The row of a section's header, or of an event of it, as far as it is shown."""
        if section not in self.sections or (self._only is not None and section.number != self._only):
            return None
        start = self._starts[self.sections.index(section)]
        if offset is None:
            return start
        within = None if section.folded else section.row_of(offset)
        return None if within is None else start + 1 + within

    # What the user does

    def toggle(self, row: int) -> None:
        """Folds or unfolds a row."""
        place = self.place(row)
        section = place.section
        if place.offset is None:
            self.fold_section(section, not section.folded)
            return
        if place.entry is None:
            return
        more = section.more_below(place.offset)
        if more is not None and not self.raw:
            self._open_below(section, more[0])
        elif place.entry.kind in ("call", "thinking"):
            if isinstance(place.entry.event, ev.ToolStarted) and place.entry.event.id in section.opened_below:
                self._close_below(section, place.entry.event.id)
            section.flipped ^= {place.offset}
            self.rows_changed(row, row)

    def toggle_kind(self, row: int) -> None:
        """Folds or unfolds everything of the kind of a row, in all sections: sections, thinking, or calls."""
        place = self.place(row)
        if place.offset is None:
            folded = not place.section.folded
            for section in list(self.sections):
                self.fold_section(section, folded)
        elif place.entry is not None and place.entry.kind == "thinking":
            self.set_thinking(not self.is_open(place))
        elif place.entry is not None and place.entry.kind == "call":
            self.calls = not self.is_open(place)
            for section in self.sections:
                section.flipped &= {found.offset for found in section.entries.values() if found.kind == "thinking"}
            self.rows_changed(0, self._rows - 1)

    def reveal(self, section: Section, offset: int) -> int | None:
        """Unfolds what hides an event, and the event itself; its row, None while its section is not read."""
        self.fold_section(section, False)
        if self.row_of(section, offset) is None:
            for call, steps in section.below.items():
                if offset in steps and call not in section.opened_below:
                    self._open_below(section, call)
        row = self.row_of(section, offset)
        entry = section.entry(offset)
        folds = row is not None and entry is not None and entry.kind in ("call", "thinking")
        if folds and not self.is_open(Place(section, offset, entry)):
            section.flipped ^= {offset}
            self._entry_changed(section, offset)
        return self.row_of(section, offset)

    def show_whole(self, row: int) -> None:
        """Shows all lines of a row's output, or only some again."""
        place = self.place(row)
        if place.offset is not None:
            place.section.whole ^= {place.offset}
            self.rows_changed(row, row)

    def set_thinking(self, shown: bool) -> None:
        """Unfolds all thinking, or folds it."""
        self.thinking = shown
        for section in self.sections:
            section.flipped -= {found.offset for found in section.entries.values() if found.kind == "thinking"}
        self.rows_changed(0, self._rows - 1)

    def set_raw(self, raw: bool) -> None:
        """Shows the agent's own lines, or what they mean."""
        if raw != self.raw:
            self.beginResetModel()
            self.raw = raw
            for section in self.sections:
                section.forget_rows()
            self._count()
            self.endResetModel()
            self._want_rows()

    def show_only(self, number: int | None) -> None:
        """Shows one iteration, or all."""
        self.beginResetModel()
        self._only = number
        for section in self.sections:
            section.folded = section.folded and section.number != number
        self._count()
        self.endResetModel()
        self._want_rows()

    def fold_section(self, section: Section, folded: bool) -> None:
        """Folds an iteration to its header, or shows it; what was not read is asked for."""
        header = self.row_of(section, None)
        if section.folded == folded:
            return
        count = len(section.offsets)
        if header is None or not count:
            section.folded = folded
        elif folded:
            self.beginRemoveRows(QModelIndex(), header + 1, header + count)
            section.folded = True
            self._count()
            self.endRemoveRows()
        else:
            self.beginInsertRows(QModelIndex(), header + 1, header + count)
            section.folded = False
            self._count()
            self.endInsertRows()
        if header is not None:
            self.rows_changed(header, header)
        self._want_rows()

    # What was read

    def set_journals(self, journals: list[tuple[dict[str, Any], Path]], worktree: str = "") -> None:
        """Takes the iterations as they are now: figures of headers change in place, new ones come at the end. Calls are
        told with paths from the worktree on."""
        for section, (document, _) in zip(self.sections, journals, strict=False):
            if section.document != document:
                section.document = document
                row = self.row_of(section, None)
                if row is not None:
                    self.rows_changed(row, row)
        fresh = [Section(document, path, worktree) for document, path in journals[len(self.sections) :]]
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
        self._asked.clear()
        self._count()
        self.endResetModel()

    def set_rows(self, section: Section, rows: Rows) -> None:
        """The rows of a section, or those before the ones it has."""
        before, header = section.offsets, self.row_of(section, None)
        after = section.joined(rows)
        more = len(after) - len(before)
        if header is None or section.folded or more == 0:
            section.offsets = after
            self._count()
        elif more > 0 and after[more:] == before:
            self.beginInsertRows(QModelIndex(), header + 1, header + more)
            section.offsets = after
            self._count()
            self.endInsertRows()
        else:  # steps of a sub-agent are counted anew
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
        for call in rows.below:
            steps = section.below[call]
            self._entry_changed(section, steps[min(len(steps) - 1, 2)]) if len(steps) else None
        return len(visible) if seen else 0

    def set_entries(self, section: Section, entries: list[Entry]) -> None:
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

    def _entry_changed(self, section: Section, offset: int) -> None:
        row = self.row_of(section, offset)
        if row is not None:
            self.rows_changed(row, row)

    def _section_at(self, row: int) -> tuple[Section, int]:
        number = bisect_right(self._starts, row) - 1
        return self.sections[number], row - self._starts[number] - 1

    def _count(self) -> None:
        total, self._starts = 0, []
        for section in self.sections:
            self._starts.append(total)
            total += 1 + section.shown() if self._only in (None, section.number) else 0
        self._rows = total

    def _open_below(self, section: Section, call: str) -> None:
        section.opened_below.add(call)
        header = self.row_of(section, None)
        if header is None:
            return
        for first, run in _runs(section.offsets, section.hidden_below(call)):
            row = header + 1 + first
            self.beginInsertRows(QModelIndex(), row, row + len(run) - 1)
            section.offsets[first:first] = run
            self._count()
            self.endInsertRows()
        self._entry_changed(section, section.below[call][2])

    def _close_below(self, section: Section, call: str) -> None:
        section.opened_below.discard(call)
        header = self.row_of(section, None)
        for offset in reversed(section.hidden_below(call)):
            within = section.row_of(offset)
            if within is not None and header is not None:
                self.beginRemoveRows(QModelIndex(), header + 1 + within, header + 1 + within)
                del section.offsets[within]
                self._count()
                self.endRemoveRows()
        self._entry_changed(section, section.below[call][2])

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


def header_words(section: Section) -> str:
    """`Iteration 3, running`."""
    return f"Iteration {section.number}, {iteration_look(section.document['status']).word}"


def _runs(offsets: array[int], added: array[int]) -> list[tuple[int, array[int]]]:
    """The places in `offsets` where runs of `added` go, in order, each as after the ones before it."""
    runs: list[tuple[int, array[int]]] = []
    for shift, offset in enumerate(added):
        place = bisect_right(offsets, offset)
        if runs and runs[-1][0] + len(runs[-1][1]) == place + shift:
            runs[-1][1].append(offset)
        else:
            runs.append((place + shift, array("Q", [offset])))
    return runs
