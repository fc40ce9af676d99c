"""The search in the console: from the field in the corner through all journals to the row that is shown."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from ampsm.context import Context
from ampsm_gui.models.console.model import ConsoleModel
from ampsm_gui.models.console.search import JournalPlace, find_rows, words_pattern
from ampsm_gui.models.console.section import Section
from ampsm_gui.runtime.background import Background, ignore
from ampsm_gui.widgets.console.corner import ConsoleCorner
from ampsm_gui.widgets.console.hit_seeker import HitSeeker
from ampsm_gui.widgets.console.view import ConsoleView


class ConsoleSearch(QObject):
    """Begins at the newest hit. A hit in a section that is not read yet is gone to when it has been (`go_on`)."""

    def __init__(
        self, background: Background, model: ConsoleModel, view: ConsoleView, corner: ConsoleCorner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._model, self._view, self._corner = model, view, corner
        self._seeker = HitSeeker(view, model)
        self._hits: list[JournalPlace] = []
        self._current = 0
        self._sought: Section | None = None
        corner.searched.connect(self._on_searched)
        corner.stepped.connect(self._on_stepped)

    def clear(self) -> None:
        """Another session: there is no search."""
        self._background.forget((self, "find"))
        self._corner.field.clear()
        self._hits = []
        self._view.delegate.find = None

    def repeat(self) -> None:
        """Other text is shown now: searches that."""
        if self._corner.words:
            self._on_searched(self._corner.words)

    @Slot(object)
    def go_on(self, section: Section) -> None:
        """A section was read: goes to the hit that is sought in it."""
        if self._sought is section and self._hits:
            self._go_to(self._current)

    @Slot(str)
    def _on_searched(self, words: str) -> None:
        self._hits = []
        self._view.delegate.find = words_pattern(words) if words else None
        self._view.delegate.found = None
        self._view.viewport().update()
        self._corner.set_hits(None, 0)
        if words:
            only = self._corner.iterations.currentData() or None
            journals = [(one.number, one.path) for one in self._model.sections if only in (None, one.number)]
            read = partial(_find, journals=journals, words=words, raw=self._model.raw)
            self._background.ask((self, "find"), read, self._on_found, ignore)
        else:
            self._background.forget((self, "find"))

    def _on_found(self, hits: list[JournalPlace]) -> None:
        self._hits = hits
        if hits:
            self._go_to(len(hits) - 1)
        else:
            self._corner.set_hits(None, 0)

    @Slot(int)
    def _on_stepped(self, by: int) -> None:
        if self._hits:
            self._go_to((self._current + by) % len(self._hits))

    def _go_to(self, number: int) -> None:
        self._current = number
        self._corner.set_hits(number, len(self._hits))
        iteration, offset = self._hits[number]
        section = next(one for one in self._model.sections if one.number == iteration)
        row = self._model.reveal(section, offset)
        self._view.delegate.found = (section, offset)
        self._sought = section if row is None else None
        if row is not None:
            self._view.show_row(row)
            self._seeker.seek(section, offset)


def _find(_ctx: Context, journals: list[tuple[int, Path]], words: str, raw: bool) -> list[JournalPlace]:
    return find_rows(journals, words, raw)
