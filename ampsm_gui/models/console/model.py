"""The console's model: what each row says, and what of it is folded."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Slot

from ampsm.journal import events as ev
from ampsm_gui.look import figures
from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.console.heading import header_words
from ampsm_gui.models.console.note import event_note, step_note
from ampsm_gui.models.console.results import EntryResults
from ampsm_gui.models.console.row_places import RowPlace
from ampsm_gui.models.console.section import Section
from ampsm_gui.models.console.sub_agents import SubAgentRows
from ampsm_gui.models.results.shown import ShownResult, text_result

#: The row itself: `Place`.
PLACE_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class ConsoleModel(SubAgentRows):
    """Folds sections, calls, thinking and the steps of sub-agents; shows readable lines, or the agent's own."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.raw = False
        self.thinking = False
        #: Whether calls are open; None: those that failed.
        self.calls: bool | None = None
        self.results = EntryResults(self)
        self.results.arrived.connect(self._on_results_arrived)

    def clear(self) -> None:
        """No session."""
        self.results.clear()
        super().clear()

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (
            PLACE_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole
        ):  # fmt: skip
            return None
        place = self.place(index.row())
        return place if role == PLACE_ROLE else self.words(place)

    def words(self, place: RowPlace) -> str:
        """A row as readable text."""
        if place.offset is None:
            return header_words(place.section)
        if place.step is not None:
            return step_note(place.step).words
        if place.entry is None:
            return ""
        more = place.section.more_below(place.offset)
        if more is not None and not self.raw:
            return f"    {figures.count(more[1], 'more step', 'more steps')} of the sub-agent"
        if self.raw:
            return place.entry.raw_row
        note = event_note(place.entry.event, place.section.document)
        return place.entry.readable if note is None else note.words

    def result(self, place: RowPlace) -> ShownResult | None:
        """What is shown of a call, as far as it is known; asked for where it is not."""
        entry = place.entry
        if self.raw and entry is not None:
            if entry.result is None and place.offset in place.section.whole:
                entry.result = text_result(entry.raw_text)
            return entry.result if place.offset in place.section.whole else None
        if entry is None or entry.kind != "call":
            return None
        return self.results.of(entry, whole=place.offset in place.section.whole)

    def is_open(self, place: RowPlace) -> bool:
        """Whether a row shows all of itself: what failed and text always, thinking when it is asked for."""
        if place.offset is None:
            return not place.section.folded
        entry = place.entry
        if entry is None:
            return False
        calls = entry.failed if self.calls is None else self.calls
        by_default = calls if entry.kind == "call" else self.thinking if entry.kind == "thinking" else True
        return by_default != (place.offset in place.section.flipped)

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
        if self.raw:
            self.show_whole(row)
            return
        more = section.more_below(place.offset)
        if more is not None:
            self.open_below(section, more[0])
        elif place.entry.kind in ("call", "thinking"):
            if isinstance(place.entry.event, ev.ToolStarted) and place.entry.event.id in section.opened_below:
                self.close_below(section, place.entry.event.id)
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
                    self.open_below(section, call)
        row = self.row_of(section, offset)
        entry = section.entry(offset)
        folds = row is not None and entry is not None and entry.kind in ("call", "thinking")
        if folds and not self.is_open(RowPlace(section, offset, entry)):
            section.flipped ^= {offset}
            self._entry_changed(section, offset)
        return self.row_of(section, offset)

    def show_whole(self, row: int) -> None:
        """Shows all lines of a row's output, or only some again."""
        place = self.place(row)
        if place.offset is not None:
            place.section.whole ^= {place.offset}
            self.rows_changed(row, row)

    def show_raw(self, row: int) -> bool:
        """Shows the result of an open call as Amp gave it, or decoded again; False where the row has none."""
        place = self.place(row)
        if self.raw or place.offset is None or place.entry is None or place.entry.ending is None:
            return False
        if place.entry.kind != "call" or not self.is_open(place):
            return False
        place.section.raw ^= {place.offset}
        self.rows_changed(row, row)
        return True

    def fold_json(self, row: int, where: str) -> None:
        """Folds or unfolds a place in the JSON that a call said."""
        place = self.place(row)
        if place.offset is not None:
            place.section.whole -= {place.offset}
            place.section.unfolded[place.offset] = place.section.unfolded.get(place.offset, frozenset()) ^ {where}
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
            self.raw, self._with_steps = raw, not raw
            for section in self.sections:
                section.forget_rows()
            for section in (self._before, *self.sections):
                section.feet = () if raw else section.feet_now()
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

    @Slot(object)
    def _on_results_arrived(self, entries: list[ConsoleEntry]) -> None:
        by_offset = {entry.offset: entry for entry in entries}
        rows = [
            row
            for section in self.sections
            for offset, entry in by_offset.items()
            if section.entries.get(offset) is entry and (row := self.row_of(section, offset)) is not None
        ]
        if rows:
            self.rows_changed(min(rows), max(rows))
