"""Feeds the console's model from the journals of a session, and follows the newest one while it grows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from ampsm.context import Context
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.console.entries import ConsoleEntry, read_entries
from ampsm_gui.models.console.iterations import IterationsRead, read_iterations
from ampsm_gui.models.console.model import ConsoleModel
from ampsm_gui.models.console.reading import Rows, read_after, read_before, read_first
from ampsm_gui.models.console.results import MadeResult, WantedResult, make_results
from ampsm_gui.models.console.section import Section
from ampsm_gui.runtime.background import ignore
from ampsm_gui.runtime.follower import Follower
from ampsm_gui.runtime.timers import single_shot

#: Milliseconds between two looks at a journal that grows: a busy agent must not keep the window busy.
_BETWEEN_READS = 80


class JournalFeed(QObject):
    """A follower says that there is more; what it is is read from the journal, so that nothing is lost or seen twice
    however long the follower took to start."""

    #: It is known which iterations there are.
    journals_read = Signal()
    #: A section has rows, or more of them than before.
    section_read = Signal(object)
    failed = Signal(object)

    def __init__(self, desktop: Desktop, model: ConsoleModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._background = desktop.background
        self._model = model
        self._session: str | None = None
        self._read: IterationsRead | None = None
        self._watched = False
        self._follower: Follower | None = None
        self._followed: int | None = None
        self._reading = self._more_to_read = False
        self._asking = self._ask_again = False
        self._numbers = count()
        self._pause = single_shot(self, _BETWEEN_READS, self._on_paused)
        model.rows_wanted.connect(self._on_rows_wanted)
        model.entries_wanted.connect(self._on_entries_wanted)
        model.results.wanted.connect(self._on_results_wanted)

    @property
    def newest(self) -> Section | None:
        """The newest iteration, as far as it is known."""
        return self._model.sections[-1] if self._model.sections else None

    @property
    def following(self) -> bool:
        """Whether an iteration that runs is followed."""
        return self._follower is not None

    def show_session(self, session_id: str | None) -> None:
        """Another session, or none: nothing of the one before comes any more. `refresh` begins to read."""
        self._session, self._read = session_id, None
        self._unfollow()
        for what in ("journals", "more"):
            self._background.forget((self, what))
        for section in self._model.sections:
            self._background.forget((self, "rows", section.number))
            self._background.forget((self, "before", section.number))
        self._reading = self._more_to_read = self._asking = self._ask_again = False

    def refresh(self) -> None:
        """Asks which iterations there are now."""
        if self._asking:
            self._ask_again = True
        elif self._session is not None:
            self._asking, self._ask_again = True, False
            read = partial(read_iterations, session_id=self._session, before=self._read)
            self._background.ask((self, "journals"), read, self._on_journals, self._on_failed)

    def set_watched(self, watched: bool) -> None:
        """Whether somebody sees the console: only then is an iteration followed."""
        self._watched = watched
        if watched:
            self.refresh()
        else:
            self._unfollow()

    def _on_journals(self, read: IterationsRead) -> None:
        self._asking, self._read = False, read
        self._model.set_journals(read.journals, read.worktree, read.about)
        self._model.set_steps(read.steps)
        self.journals_read.emit()
        newest = self.newest
        if newest is not None and newest.live and self._followed != newest.number and self._watched:
            self._follow(newest)
        if newest is not None and newest.loaded:
            self._read_more()
        if self._ask_again:
            self.refresh()

    def _on_failed(self, error: Exception) -> None:
        self._asking = False
        self.failed.emit(error)

    # Live

    def _follow(self, section: Section) -> None:
        self._unfollow()
        if self._session is not None:
            self._followed = section.number
            self._follower = Follower(self._desktop.workspace, self._session, section.number, 0, self)
            self._follower.events_received.connect(self._on_events_received)
            self._follower.ended.connect(self._on_follower_ended)
            self._follower.start()

    def _unfollow(self) -> None:
        if self._follower is not None:
            self._follower.stop()
            self._follower.deleteLater()
        self._follower = self._followed = None

    @Slot(list)
    def _on_events_received(self, events: list[object]) -> None:
        self._read_more()

    @Slot()
    def _on_follower_ended(self) -> None:
        self._unfollow()
        self._read_more()

    def _read_more(self) -> None:
        newest = self.newest
        if newest is None or not newest.loaded:
            return
        if self._reading or self._pause.isActive():
            self._more_to_read = True
            return
        self._reading, self._more_to_read = True, False
        read = partial(_read_after, path=newest.path, begin=newest.end, raw=self._model.raw)
        self._background.ask((self, "more"), read, partial(self._on_more, newest, newest.end), self._on_no_more)

    def _on_more(self, section: Section, begin: int, rows: Rows) -> None:
        self._reading = False
        self._pause.start()
        if section in self._model.sections and section.loaded and section.end == begin < rows.end:
            self._model.add_rows(section, rows)

    def _on_no_more(self, _error: Exception) -> None:
        self._reading = False

    @Slot()
    def _on_paused(self) -> None:
        if self._more_to_read:
            self._read_more()

    @Slot(object)
    def copy(self, make: Callable[[], str]) -> None:
        """Puts a text on the clipboard that takes a while to be made."""
        read = partial(_make_text, make=make)
        self._background.ask((self, "copy"), read, QGuiApplication.clipboard().setText, ignore)

    # Rows and entries that are to be shown

    @Slot(object)
    def _on_rows_wanted(self, section: Section) -> None:
        read = partial(_read_first, path=section.path, raw=self._model.raw)
        receive = partial(self._on_first, section, self._model.raw)
        self._background.ask((self, "rows", section.number), read, receive, self._on_failed)

    def _on_first(self, section: Section, raw: bool, rows: Rows) -> None:
        if section not in self._model.sections or section.loaded or raw != self._model.raw:
            return
        self._model.set_rows(section, rows)
        self.section_read.emit(section)
        if section.begin > 0:
            read = partial(_read_before, path=section.path, end=section.begin)
            receive = partial(self._on_before, section, section.begin)
            self._background.ask((self, "before", section.number), read, receive, ignore)
        if section is self.newest:
            self._read_more()

    def _on_before(self, section: Section, begin: int, rows: Rows) -> None:
        if section in self._model.sections and section.loaded and section.begin == begin and not self._model.raw:
            self._model.set_rows(section, rows)
            self.section_read.emit(section)

    @Slot(object, object)
    def _on_entries_wanted(self, section: Section, offsets: list[int]) -> None:
        read = partial(_read_entries, path=section.path, offsets=offsets)
        key = (self, "entries", section.number, offsets[0])
        self._background.ask(key, read, partial(self._on_entries, section), ignore)

    def _on_entries(self, section: Section, entries: list[ConsoleEntry]) -> None:
        if section in self._model.sections:
            self._model.set_entries(section, entries)

    @Slot(object)
    def _on_results_wanted(self, wanted: list[WantedResult]) -> None:
        results = self._model.results
        failed = partial(self._on_no_results, wanted)
        key = (self, "results", next(self._numbers))  # no question takes the place of another: each is of other calls
        self._background.ask(key, partial(_make_results, wanted=wanted), results.keep, failed)

    def _on_no_results(self, wanted: list[WantedResult], _error: Exception) -> None:
        self._model.results.give_up(wanted)


def _read_first(_ctx: Context, path: Path, raw: bool) -> Rows:
    return read_first(path, raw)


def _read_before(_ctx: Context, path: Path, end: int) -> Rows:
    return read_before(path, end)


def _read_after(_ctx: Context, path: Path, begin: int, raw: bool) -> Rows:
    return read_after(path, begin, raw)


def _make_results(_ctx: Context, wanted: list[WantedResult]) -> list[MadeResult]:
    return make_results(wanted)


def _read_entries(_ctx: Context, path: Path, offsets: list[int]) -> list[ConsoleEntry]:
    return read_entries(path, offsets)


def _make_text(_ctx: Context, make: Callable[[], str]) -> str:
    return make()
