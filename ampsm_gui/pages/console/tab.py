"""The tab that shows an agent at work, and what it did: the journals of a session, live."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ampsm.context import Context
from ampsm.model.record import document
from ampsm.workflows.review import iteration_journals
from ampsm.workflows.session import require_session
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.console.entries import Entry, read_entries
from ampsm_gui.models.console.model import ConsoleModel
from ampsm_gui.models.console.search import Hit, find_rows, words_pattern
from ampsm_gui.models.console.section import Rows, Section, read_after, read_before, read_first
from ampsm_gui.pages.tab import Tab
from ampsm_gui.runtime.follower import Follower
from ampsm_gui.widgets.console.corner import ConsoleCorner
from ampsm_gui.widgets.console.view import ConsoleView
from ampsm_gui.widgets.messages.empty_state import EmptyState

_ROOMY_WIDTH = 640  # px at 100 %
#: Milliseconds between two looks at a journal that grows: a busy agent must not keep the window busy.
_BETWEEN_READS = 80
_Journals = list[tuple[dict[str, Any], Path]]


class ConsoleTab(Tab):
    """Follows the newest iteration while it runs. A follower says that there is more; what it is is read from the
    journal, so that nothing is lost or seen twice however long the follower took to start."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(desktop, parent)
        self._session: str | None = None
        self._known = False
        self._follower: Follower | None = None
        self._followed: int | None = None
        self._reading = self._more_to_read = False
        self._asking = self._ask_again = False
        self._pause = QTimer(self, singleShot=True, interval=_BETWEEN_READS)
        self._hits: list[Hit] = []
        self._hit: int | None = None
        self._sought: Section | None = None
        self.model = ConsoleModel(self)
        self.view = ConsoleView(desktop.theme, self.model, self)
        self._corner = ConsoleCorner(desktop.theme, self)
        self._empty = EmptyState(desktop.theme, self)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.setFocusProxy(self.view)
        self._corner.follow.setChecked(True)
        self._connect()

    def corner(self) -> QWidget | None:
        return self._corner

    def show_session(self, session_id: str | None) -> None:
        self._session, self._known = session_id, False
        self._unfollow()
        self._forget()
        self._corner.field.clear()
        self._corner.set_iterations([])
        self._hits, self._hit, self.view.delegate.find = [], None, None
        self.model.clear()
        self.view.set_following(True)
        self._pages.setCurrentIndex(0)
        self.refresh()

    def refresh(self) -> None:
        if self._asking:
            self._ask_again = True
        elif self._session is not None:
            self._asking, self._ask_again = True, False
            read = partial(_read_journals, session_id=self._session)
            self.desktop.background.ask((self, "journals"), read, self._on_journals, self._on_failed)

    def show_iteration(self, number: int | None) -> None:
        """Shows one iteration only, or all."""
        self._corner.iterations.setCurrentIndex(max(0, self._corner.iterations.findData(number or 0)))
        self.model.show_only(number)

    def focus_find(self) -> None:
        """Ctrl+F: to the search field."""
        self._corner.field.setFocus()
        self._corner.field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        buttons = {
            Qt.Key.Key_F: self._corner.follow,
            Qt.Key.Key_T: self._corner.thinking,
            Qt.Key.Key_R: self._corner.raw,
        }
        button = buttons.get(Qt.Key(event.key()))
        if button is not None and not event.modifiers():
            button.click()
        elif event.key() == Qt.Key.Key_Escape and self._corner.words:
            self._corner.field.clear()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._unfollow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._corner.set_compact(self.width() < self.desktop.theme.px(_ROOMY_WIDTH))

    def _connect(self) -> None:
        self._pause.timeout.connect(self._on_paused)
        self.model.rows_wanted.connect(self._on_rows_wanted)
        self.model.entries_wanted.connect(self._on_entries_wanted)
        self.view.following_changed.connect(self._on_following_changed)
        corner = self._corner
        corner.iteration_chosen.connect(self._on_iteration_chosen)
        corner.searched.connect(self._on_searched)
        corner.stepped.connect(self._on_stepped)
        corner.left.connect(self.view.setFocus)
        corner.follow.clicked.connect(self._on_follow_clicked)
        corner.raw.clicked.connect(self._on_raw_clicked)
        corner.thinking.clicked.connect(self._on_thinking_clicked)

    # What iterations there are

    def _on_journals(self, read: tuple[_Journals, str]) -> None:
        self._known, self._asking = True, False
        self.model.set_journals(*read)
        self._corner.set_iterations([section.number for section in self.model.sections])
        self._show_state()
        newest = self.model.sections[-1] if self.model.sections else None
        live = newest is not None and newest.live
        self.view.set_live(live)
        if newest is not None and live and self._followed != newest.number and self.isVisible():
            self._follow(newest)
        if newest is not None and newest.loaded:
            self._read_more()
        if self._ask_again:
            self.refresh()

    def _on_failed(self, error: Exception) -> None:
        self._asking = False
        self._empty.set_content("status-failed", "The console cannot be read", str(error))
        self._pages.setCurrentIndex(1)

    def _show_state(self) -> None:
        if self.model.sections:
            self._pages.setCurrentIndex(0)
        else:
            words = "What the agent says and does stands here from the first iteration on, while it happens."
            command = f"amp-sessions iterate {self._session}"
            self._empty.set_content("terminal", "No iteration yet", words, command=command)
            self._pages.setCurrentIndex(1)

    # Live

    def _follow(self, section: Section) -> None:
        self._unfollow()
        if self._session is not None:
            self._followed = section.number
            self._follower = Follower(self.desktop.workspace, self._session, section.number, 0, self)
            self._follower.events_received.connect(self._on_events_received)
            self._follower.ended.connect(self._on_follower_ended)
            self._follower.start()

    @Slot()
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
        newest = self.model.sections[-1] if self.model.sections else None
        if newest is None or not newest.loaded:
            return
        if self._reading or self._pause.isActive():
            self._more_to_read = True
            return
        self._reading, self._more_to_read = True, False
        read = partial(_read_after, path=newest.path, begin=newest.end, raw=self.model.raw)
        self.desktop.background.ask((self, "more"), read, partial(self._on_more, newest, newest.end), self._on_lost)

    def _on_more(self, section: Section, begin: int, rows: Rows) -> None:
        self._reading = False
        self._pause.start()
        if section in self.model.sections and section.loaded and section.end == begin < rows.end:
            self.model.add_rows(section, rows)

    @Slot()
    def _on_paused(self) -> None:
        if self._more_to_read:
            self._read_more()

    def _on_lost(self, error: Exception) -> None:
        self._reading = False

    # Rows and entries that are to be shown

    @Slot(object)
    def _on_rows_wanted(self, section: Section) -> None:
        read = partial(_read_first, path=section.path, raw=self.model.raw)
        receive = partial(self._on_first, section, self.model.raw)
        self.desktop.background.ask((self, "rows", section.number), read, receive, self._on_failed)

    def _on_first(self, section: Section, raw: bool, rows: Rows) -> None:
        if section not in self.model.sections or section.loaded or raw != self.model.raw:
            return
        self.model.set_rows(section, rows)
        self._go_on(section)
        if section.begin > 0:
            read = partial(_read_before, path=section.path, end=section.begin)
            receive = partial(self._on_before, section, section.begin)
            self.desktop.background.ask((self, "before", section.number), read, receive, self._on_lost)
        if section is self.model.sections[-1]:
            self._read_more()

    def _on_before(self, section: Section, begin: int, rows: Rows) -> None:
        if section in self.model.sections and section.loaded and section.begin == begin and not self.model.raw:
            self.model.set_rows(section, rows)
            self._go_on(section)

    @Slot(object, object)
    def _on_entries_wanted(self, section: Section, offsets: list[int]) -> None:
        read = partial(_read_entries, path=section.path, offsets=offsets)
        key = (self, "entries", section.number, offsets[0])
        self.desktop.background.ask(key, read, partial(self._on_entries, section), self._on_lost)

    def _on_entries(self, section: Section, entries: list[Entry]) -> None:
        if section in self.model.sections:
            self.model.set_entries(section, entries)

    # Search

    @Slot(str)
    def _on_searched(self, words: str) -> None:
        self._hits, self._hit = [], None
        self.view.delegate.find = words_pattern(words) if words else None
        self.view.delegate.found = None
        self.view.viewport().update()
        self._corner.set_hits(None, 0)
        if words:
            only = self._corner.iterations.currentData() or None
            journals = [(one.number, one.path) for one in self.model.sections if only in (None, one.number)]
            read = partial(_find, journals=journals, words=words, raw=self.model.raw)
            self.desktop.background.ask((self, "find"), read, self._on_found, self._on_lost)
        else:
            self.desktop.background.forget((self, "find"))

    def _on_found(self, hits: list[Hit]) -> None:
        self._hits = hits
        if hits:
            self._go_to(len(hits) - 1)
        else:
            self._corner.set_hits(None, 0)

    @Slot(int)
    def _on_stepped(self, by: int) -> None:
        if self._hits:
            self._go_to(((self._hit or 0) + by) % len(self._hits))

    def _go_to(self, number: int) -> None:
        self._hit = number
        self._corner.set_hits(number, len(self._hits))
        iteration, offset = self._hits[number]
        section = next(one for one in self.model.sections if one.number == iteration)
        row = self.model.reveal(section, offset)
        self.view.delegate.found = (section, offset)
        self._sought = section if row is None else None
        if row is not None:
            self.view.show_row(row)

    def _go_on(self, section: Section) -> None:
        """Goes to the hit whose section had still to be read."""
        if self._sought is section and self._hit is not None:
            self._go_to(self._hit)

    # Choices

    @Slot(object)
    def _on_iteration_chosen(self, number: int | None) -> None:
        self.model.show_only(number)

    @Slot(object)
    def _on_following_changed(self, following: object) -> None:
        self._corner.follow.setChecked(bool(following))

    @Slot()
    def _on_follow_clicked(self) -> None:
        self.view.set_following(self._corner.follow.isChecked())

    @Slot()
    def _on_raw_clicked(self) -> None:
        self.model.set_raw(self._corner.raw.isChecked())
        if self._corner.words:
            self._on_searched(self._corner.words)

    @Slot()
    def _on_thinking_clicked(self) -> None:
        self.model.set_thinking(self._corner.thinking.isChecked())

    def _forget(self) -> None:
        background = self.desktop.background
        for what in ("journals", "more", "find"):
            background.forget((self, what))
        for section in self.model.sections:
            background.forget((self, "rows", section.number))
            background.forget((self, "before", section.number))
        self._reading = self._more_to_read = self._asking = self._ask_again = False


def _read_journals(ctx: Context, session_id: str) -> tuple[_Journals, str]:
    journals = [(document(iteration), path) for iteration, path in iteration_journals(ctx, session_id)]
    return journals, require_session(ctx, session_id).worktree


def _read_first(ctx: Context, path: Path, raw: bool) -> Rows:
    return read_first(path, raw)


def _read_before(ctx: Context, path: Path, end: int) -> Rows:
    return read_before(path, end)


def _read_after(ctx: Context, path: Path, begin: int, raw: bool) -> Rows:
    return read_after(path, begin, raw)


def _read_entries(ctx: Context, path: Path, offsets: list[int]) -> list[Entry]:
    return read_entries(path, offsets)


def _find(ctx: Context, journals: list[tuple[int, Path]], words: str, raw: bool) -> list[Hit]:
    return find_rows(journals, words, raw)
