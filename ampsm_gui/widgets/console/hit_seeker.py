"""Goes to a hit of the search inside a result: opens all of it where the hit is not in what is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from ampsm_gui.models.console.model import ConsoleModel
from ampsm_gui.models.console.section import Section
from ampsm_gui.widgets.console.following_view import FollowingView
from ampsm_gui.widgets.console.strips import Block


class HitSeeker(QObject):
    """What calls have said comes later than their rows: it looks again whenever some has come."""

    def __init__(self, view: FollowingView, model: ConsoleModel) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self._sought: tuple[Section, int] | None = None
        model.results.arrived.connect(self._look)

    def seek(self, section: Section, offset: int) -> None:
        """Goes to the first hit in the row of an event, which the view shows already."""
        self._sought = (section, offset)
        self._look()

    @Slot()
    def _look(self) -> None:
        if self._sought is None:
            return
        section, offset = self._sought
        row = self._model.row_of(section, offset)
        place = self._model.place(row) if row is not None else None
        if row is None or place is None or place.entry is None or place.entry.kind != "call" or self._model.raw:
            self._sought = None
            return
        block = self._view.delegate.layout.block(place, self._view.viewport().width())
        if block is None:
            return
        top = self._top_of_hit(block)
        if top is not None:
            self._sought = None
            self._view.show_part(row, top + self._view.delegate.layout.row_height())
        elif offset not in section.whole:
            self._model.show_whole(row)
            self._look()
        elif place.entry.result is not None and place.entry.result.whole:
            self._sought = None

    def _top_of_hit(self, block: Block) -> int | None:
        find = self._view.delegate.find
        if find is None:
            return None
        lines = (strip for strip in block.strips if strip.line is not None)
        return next((strip.top for strip in lines if strip.line is not None and find.search(strip.line.text)), None)
