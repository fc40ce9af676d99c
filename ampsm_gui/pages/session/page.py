"""One session: its state and next step, what it did in tabs, and where a person says what comes next."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ampsm.model.errors import UserError
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.new_session.look import models
from ampsm_gui.models.results.lines import FilePlace
from ampsm_gui.pages.actions.session_actions import SessionActions
from ampsm_gui.pages.session.files import SessionFiles
from ampsm_gui.pages.session.header import SessionHeader
from ampsm_gui.pages.session.make_tab import make_tab
from ampsm_gui.pages.session.messages import SessionMessages
from ampsm_gui.pages.session.notes import SessionNotes
from ampsm_gui.pages.session.reader import SessionReader
from ampsm_gui.pages.session.tabs import SessionTabs
from ampsm_gui.pages.tab import TITLES, Tab, TabName
from ampsm_gui.runtime.background import ignore
from ampsm_gui.widgets.grey import set_grey
from ampsm_gui.widgets.messages.empty_state import EmptyState

_LOW = 480  # px at 100 %: less high, the notes take one line
_LOWEST = 300  # and the header has no line for the branch


class SessionPage(QWidget):
    """Shows one session, and passes on what its parts ask for."""

    status_message = Signal(str)
    #: The head says of the same session something else than before: lists may have to.
    news_told = Signal()

    def __init__(self, desktop: Desktop, actions: SessionActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._actions = actions
        self._id: str | None = None
        self._view: dict[str, Any] | None = None
        self._models_known = self._gone = False
        theme = desktop.theme
        self._reader = SessionReader(desktop, self)
        self.header = SessionHeader(theme, self)
        self.tabs = SessionTabs(theme, TITLES, partial(make_tab, desktop=desktop), self)
        self._notes = SessionNotes(desktop, actions, self)
        self.notes = self._notes.box
        self._files = SessionFiles(desktop, actions, self)
        self.messages = SessionMessages(desktop, actions, self, self.notes)
        self._nothing = EmptyState(theme, self)
        self._nothing.setProperty("ground", "base")
        self._nothing.set_content("", "No session chosen", "Choose one at the left, or create one.")
        self._lay_out()
        self._connect()
        self.show_session(None)

    # What the window asks

    def current_id(self) -> str | None:
        """The session that is shown."""
        return self._id

    @Slot()
    def show_tab(self, name: TabName | int) -> None:
        """Brings a tab to the front and goes there: by its name, or by its place from 0."""
        self.tabs.show_tab(name if isinstance(name, TabName) else list(TabName)[name])

    def find_in_page(self) -> None:
        """Goes to the search of the tab in front, where it has one."""
        if self._id:
            self.tabs.current_tab().focus_find()

    def panes(self) -> list[QWidget]:
        """What F6 goes through: the views of the tab in front, the notes."""
        return [*self.tabs.views(), self.notes.text] if self._id else []

    @Slot()
    def focus_notes(self) -> None:
        """Goes to the notes for the next iteration."""
        self.notes.text.setFocus()

    def show_session(self, session_id: str | None) -> None:
        """Another session, or none; what was being written stays with the one before."""
        if session_id == self._id and session_id is not None:
            return
        self._set_gone(False)
        self._id, self._view = session_id, None
        self.status_message.emit("")
        self._actions.set_session(session_id)
        self._files.forget()
        self.header.clear()
        self.tabs.show_session(session_id)
        self.messages.show_session(session_id)
        self._notes.show_session(session_id)
        self._stack.setCurrentIndex(1 if session_id else 0)
        if session_id and not self._models_known:
            self._models_known = True
            self._desktop.background.ask((self, "models"), models, self.header.set_models, ignore)
        self._desktop.git_watcher.watch(self, [session_id] if session_id else [])
        self._reader.read(session_id)

    @Slot()
    def refresh(self) -> None:
        """The store has changed: asks again, soon."""
        self._reader.refresh()

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        px = self._desktop.theme.px
        self.notes.set_compact(self.height() < px(_LOW))
        self.header.set_low(self.height() < px(_LOWEST))

    def minimumSizeHint(self) -> QSize:
        px = self._desktop.theme.px  # less than the roomy layout needs: a low window gets the compact one
        return QSize(px(320), px(280))

    # What was read

    @Slot()
    def _on_succeeded(self) -> None:
        if self._id:
            self.messages.was_read(self._id)

    @Slot(object)
    def _on_view_read(self, view: dict[str, Any]) -> None:
        self._set_gone(False)
        was_at_work = self._view is not None and self._view["session"]["status"] == "running"
        before, self._view = self._view, view
        if before is not None and before["situation"]["sentence"] != view["situation"]["sentence"]:
            self.news_told.emit()
        if was_at_work and view["session"]["status"] != "running":
            self.status_message.emit("")  # that it has started is no news any more
        self._actions.set_session(self._id, view)
        self.header.show_view(view)
        self.notes.set_primary(not self.header.steps.leads)
        self.messages.show_view(view)
        iterations, change = view["iterations"], view.get("change")
        self.tabs.set_count(TabName.CHANGES, change["files"] if change else None)
        self.tabs.set_count(TabName.TOOL_CALLS, sum(found.get("toolCalls") or 0 for found in iterations))
        self._notes.show_view(view)

    @Slot(int)
    def _on_steps_counted(self, steps: int) -> None:
        self.tabs.set_count(TabName.HISTORY, steps)

    @Slot(object)
    def _on_git_moved(self, ids: frozenset[str]) -> None:
        if self._id in ids:
            self._reader.git_moved()

    @Slot(object)
    def _on_read_failed(self, error: Exception) -> None:
        if self._id:
            self._set_gone(isinstance(error, UserError) and error.code == "no-such-session" and self._view is not None)
            self.messages.show_problem(self._id, str(error), error.hint if isinstance(error, UserError) else None)

    def _set_gone(self, gone: bool) -> None:
        """The session that was shown is in the database no more: all of it stays, grey, and nothing can be done."""
        if gone == self._gone:
            return
        self._gone = gone
        for part in (self.header, self.tabs, self.notes):
            set_grey(part, self._desktop.theme, grey=gone)
        if gone:
            self._actions.set_session(None)

    @Slot()
    def _read_anew(self) -> None:
        """Something was done from here."""
        if self._id is not None:
            self.tabs.refresh()
            self._reader.read_anew()

    # What is asked for

    @Slot(str)
    def _on_model_chosen(self, model: str) -> None:
        if self._id:
            self._actions.run(self._id, "set", self._id, "--model", model)

    @Slot(str)
    def _on_copied(self, branch: str) -> None:
        QGuiApplication.clipboard().setText(branch)
        self.status_message.emit("The branch is copied")

    @Slot(str, str)
    def _on_began(self, session_id: str, words: str) -> None:
        if session_id == self._id:
            self.status_message.emit(words)
            self._read_anew()

    @Slot(str, str, bool)
    def _on_done(self, session_id: str, _words: str, _undoable: bool) -> None:
        if session_id == self._id:
            self._read_anew()

    @Slot(object)
    def _on_tab_made(self, tab: Tab) -> None:
        """What a tab asks for that it cannot do itself."""
        tab.undo_requested.connect(self._on_undo_requested)
        tab.tab_requested.connect(self._on_tab_requested)
        tab.step_requested.connect(self._actions.do)
        tab.commit_requested.connect(self._on_commit_requested)
        tab.file_requested.connect(self._on_file_requested)

    @Slot()
    def _on_undo_requested(self) -> None:
        self._actions.action("undoAction").trigger()

    @Slot(object, int)
    def _on_tab_requested(self, name: TabName, iteration: int) -> None:
        self.tabs.show_tab(name)
        self.tabs.tab(name).show_iteration(iteration)

    @Slot(str)
    def _on_commit_requested(self, sha: str) -> None:
        self.tabs.show_tab(TabName.CHANGES)
        self.tabs.tab(TabName.CHANGES).show_commit(sha)

    @Slot(object)
    def _on_file_requested(self, place: FilePlace) -> None:
        if self._id:
            self._files.go_to(self._id, place)

    @Slot(str)
    def _on_changes_requested(self, path: str) -> None:
        self.tabs.show_tab(TabName.CHANGES)
        self.tabs.tab(TabName.CHANGES).show_file(path)

    # The rest

    def _connect(self) -> None:
        self.tabs.tab_made.connect(self._on_tab_made)
        self._desktop.git_watcher.moved.connect(self._on_git_moved)
        self._reader.succeeded.connect(self._on_succeeded)
        self._reader.view_read.connect(self._on_view_read)
        self._reader.steps_counted.connect(self._on_steps_counted)
        self._reader.changed.connect(self.tabs.refresh)
        self._reader.failed.connect(self._on_read_failed)
        self._actions.set_notes(self._notes)
        self._actions.began.connect(self._on_began)
        self._actions.done.connect(self._on_done)
        self._files.changes_requested.connect(self._on_changes_requested)
        self._files.status_message.connect(self.status_message)
        self._notes.queue_changed.connect(self._read_anew)
        self.notes.left.connect(self.tabs.focus_tab)
        self.messages.status_message.connect(self.status_message)
        self.header.action_requested.connect(self._actions.do)
        self.header.model_chosen.connect(self._on_model_chosen)
        self.header.copied.connect(self._on_copied)
        openers = ("openEditorAction", "openTerminalAction", "openFolderAction")
        self.header.add_openers([self._actions.action(name) for name in openers])
        self.addActions(self._actions.all())

    def _lay_out(self) -> None:
        body = QWidget(self)
        body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        body.setProperty("ground", "base")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.messages.strip)
        column.addWidget(self.notes)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
