"""The tab that shows an agent at work, and what it did: the journals of a session, live."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.models.console.model import ConsoleModel
from ampsm_gui.pages.console.feed import JournalFeed
from ampsm_gui.pages.console.search import ConsoleSearch
from ampsm_gui.pages.tab import Tab
from ampsm_gui.widgets.console.corner import ConsoleCorner
from ampsm_gui.widgets.console.view import ConsoleView
from ampsm_gui.widgets.messages.or_empty import OrEmpty

_ROOMY_WIDTH = 640  # px at 100 %


class ConsoleTab(Tab):
    """Follows the newest iteration while it runs and the tab is seen."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(desktop, parent)
        self._session: str | None = None
        self.model = ConsoleModel(self)
        self.view = ConsoleView(desktop.theme, self.model, self)
        self._corner = ConsoleCorner(desktop.theme, self)
        self.feed = JournalFeed(desktop, self.model, self)
        self._search = ConsoleSearch(desktop.background, self.model, self.view, self._corner, self)
        self._pages = OrEmpty(desktop.theme, self.view, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.setFocusProxy(self.view)
        self._corner.follow.setChecked(True)
        self._connect()

    def corner(self) -> QWidget | None:
        return self._corner

    def set_corner_compact(self, compact: bool) -> None:
        self._corner.set_compact(compact)

    def show_session(self, session_id: str | None) -> None:
        self._session = session_id
        self.feed.show_session(session_id)
        self._search.clear()
        self._corner.set_iterations([])
        self.model.clear()
        self.view.set_following(True)
        self._pages.show_contents()
        self.refresh()

    def refresh(self) -> None:
        self.feed.refresh()

    def show_iteration(self, number: int) -> None:
        self._corner.iterations.setCurrentIndex(max(0, self._corner.iterations.findData(number)))
        self.model.show_only(number)

    def focus_find(self) -> None:
        self._corner.field.setFocus()
        self._corner.field.selectAll()

    # Qt overrides

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
        self.feed.set_watched(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.feed.set_watched(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._corner.set_compact(self.width() < self.desktop.theme.px(_ROOMY_WIDTH))

    # Slots

    def _connect(self) -> None:
        self.feed.journals_read.connect(self._on_journals_read)
        self.feed.section_read.connect(self._search.go_on)
        self.feed.failed.connect(self._on_failed)
        self._pages.empty.primary_clicked.connect(self._on_start)
        self.view.commit_requested.connect(self.commit_requested)
        self.view.copy_wanted.connect(self.feed.copy)
        self.view.file_requested.connect(self.file_requested)
        self.view.following_changed.connect(self._on_following_changed)
        corner = self._corner
        corner.iteration_chosen.connect(self._on_iteration_chosen)
        corner.left.connect(self.view.setFocus)
        corner.follow.clicked.connect(self._on_follow_clicked)
        corner.raw.clicked.connect(self._on_raw_clicked)
        corner.thinking.clicked.connect(self._on_thinking_clicked)

    @Slot()
    def _on_journals_read(self) -> None:
        newest = self.feed.newest
        self._corner.set_iterations([section.number for section in self.model.sections])
        if newest is not None:
            self._pages.show_contents()
        else:
            words = "What the agent says and does stands here from the first iteration on, while it happens."
            command = f"amp-sessions iterate {self._session}"
            self._pages.show_empty("terminal", "No iteration yet", words, "Start", command)
        self.view.set_live(newest is not None and newest.live)

    @Slot()
    def _on_start(self) -> None:
        self.step_requested.emit("iterate")

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._pages.show_failure("The console cannot be read", error)

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
        self._search.repeat()

    @Slot()
    def _on_thinking_clicked(self) -> None:
        self.model.set_thinking(self._corner.thinking.isChecked())
