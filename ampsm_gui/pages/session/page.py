"""One session: its state and next step, what it did in tabs, and where a person says what comes next."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ampsm.context import Context
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.new_session.look import models
from ampsm_gui.models.notes.keeper import NotesKeeper
from ampsm_gui.models.session.reading import Reading, read_session
from ampsm_gui.pages.actions.session_actions import SessionActions
from ampsm_gui.pages.session.header import SessionHeader
from ampsm_gui.pages.session.messages import SessionMessages
from ampsm_gui.pages.session.tabs import SessionTabs
from ampsm_gui.pages.tab import Tab
from ampsm_gui.widgets.messages.empty_state import EmptyState
from ampsm_gui.widgets.notes.box import NotesBox

#: Title, module and class of each tab; a module is imported when its tab is wanted, which most of a start never is.
_TABS = (
    ("Console", "console.tab", "ConsoleTab"),
    ("Changes", "changes.tab", "ChangesTab"),
    ("Tool calls", "tool_calls.tab", "ToolCallsTab"),
    ("Usage", "usage.tab", "UsageTab"),
    ("History", "history.tab", "HistoryTab"),
)
_TAB_WORDS = {"changes": "changes", "console": "console", "tools": "tool_calls"}
_CHANGES, _TOOL_CALLS, _HISTORY = 1, 2, 4
_APART_MS = 400  # a busy store is asked again no sooner than this
_DRAFT_MS = 400
_LOW = 480  # px at 100 %: less high, the notes take one line


class SessionPage(QWidget):
    """Shows the session it is told to, and keeps what is being written for each."""

    status_message = Signal(str)

    def __init__(self, desktop: Desktop, actions: SessionActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._actions = actions
        self._keeper = NotesKeeper(desktop.state)
        self._id: str | None = None
        self._view: dict[str, Any] | None = None
        self._asking = self._again = self._models_known = False
        self._reading: Reading | None = None
        self._since, self._viewed = QElapsedTimer(), QElapsedTimer()
        self._later = _timer(self, _APART_MS, self._ask)
        self._draft = _timer(self, _DRAFT_MS, self._keep_draft)
        theme = desktop.theme
        self.header = SessionHeader(theme, self)
        self.tabs = SessionTabs(
            theme,
            [(title, partial(_make_tab, module, name, desktop)) for title, module, name in _TABS],
            self,
        )
        self.notes = NotesBox(theme, self)
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

    def tab_titles(self) -> list[str]:
        """The words on the tabs."""
        return self.tabs.titles()

    def show_tab(self, index: int) -> None:
        """Brings a tab to the front and goes there."""
        if 0 <= index < self.tabs.count():
            self.tabs.setCurrentIndex(index)
            self.tabs.focus_tab()

    @Slot()
    def find_in_page(self) -> None:
        """Goes to the search of the tab in front, where it has one."""
        focus_find = getattr(self.tabs.tab(), "focus_find", None) if self._id else None
        if focus_find is not None:
            focus_find()

    def panes(self) -> list[QWidget]:
        """What F6 goes through: the tab in front, the notes."""
        return [self.tabs.tab(), self.notes.text] if self._id else []

    @Slot()
    def focus_notes(self) -> None:
        """Goes to the notes for the next iteration."""
        self.notes.text.setFocus()

    def show_session(self, session_id: str | None) -> None:
        """Another session, or none; what was being written stays with the one before."""
        if session_id == self._id and session_id is not None:
            return
        self._keep_draft()
        self._later.stop()
        self._desktop.background.forget((self, "view"))
        self._asking = self._again = False
        self._id, self._view, self._reading = session_id, None, None
        self._actions.set_session(session_id)
        self.header.clear()
        self.tabs.show_session(session_id)
        self.messages.show_session(session_id)
        self.notes.set_queue([])
        self.notes.set_notes(self._keeper.draft(session_id) if session_id else "")
        self._stack.setCurrentIndex(1 if session_id else 0)
        if session_id:
            self._ask_models()
            self._ask()

    @Slot()
    def refresh(self) -> None:
        """The store has changed: asks again, soon."""
        if self._id is None:
            return
        if self._asking:
            self._again = True
        elif self._since.isValid() and self._since.elapsed() < _APART_MS:
            if not self._later.isActive():
                self._later.start()
        else:
            self._ask()

    # Notes, for the actions

    def take_notes(self) -> str:
        """What is written, which is then on its way."""
        notes = self.notes.notes()
        if self._id:
            self._keeper.add_sent(self._id, notes)
            self._keeper.keep_draft(self._id, "")
        self.notes.set_notes("")
        return notes

    def give_back(self, session_id: str, notes: str) -> None:
        """What could not be sent is there again, unless something else is being written."""
        if session_id == self._id:
            if not self.notes.notes():
                self.notes.set_notes(notes)
                self._keep_draft()
        elif not self._keeper.draft(session_id):
            self._keeper.keep_draft(session_id, notes)

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.notes.set_compact(self.height() < self._desktop.theme.px(_LOW))

    def minimumSizeHint(self) -> QSize:
        px = self._desktop.theme.px  # less than the roomy layout needs: a low window gets the compact one
        return QSize(px(320), px(280))

    # Reading

    @Slot()
    def _ask(self) -> None:
        if self._id is None:
            return
        self._asking = True
        self._since.start()
        asked, before = self._id, self._reading
        age = self._viewed.elapsed() if self._viewed.isValid() else 0
        read: Callable[[Context], Reading] = partial(read_session, ref=asked, before=before, age_ms=age)
        told = partial(self._on_read, first=before is None)
        self._desktop.background.ask((self, "view"), read, told, partial(self._on_view_failed, asked))

    def _on_read(self, reading: Reading, first: bool) -> None:
        self._asking = False
        self._reading = reading
        if self._id:
            self.messages.was_read(self._id)
        if reading.view is not None:
            self._viewed.start()
            self._show_view(reading.view)
        if reading.changed and not first:
            self.tabs.refresh()
        if reading.later:
            self._later.start()
        self._ask_once_more()

    def _ask_anew(self) -> None:
        """Something was done from here: nothing read before counts."""
        if self._id is not None:
            self._reading = None
            self.tabs.refresh()
            self._ask()  # an answer that is under way is dropped

    def _show_view(self, view: dict[str, Any]) -> None:
        self._view = view
        self._actions.set_session(self._id, view)
        self.header.show_view(view)
        self.messages.name_session(view["session"]["id"], view["session"]["name"])
        self._show_counts(view)
        self._show_notes(view)

    def _on_view_failed(self, asked: str, error: Exception) -> None:
        self._asking = False
        self.messages.show_problem(asked, str(error), getattr(error, "hint", None))
        self._ask_once_more()

    def _ask_once_more(self) -> None:
        if self._again:
            self._again = False
            self._later.start()

    def _ask_models(self) -> None:
        if not self._models_known:
            self._models_known = True
            self._desktop.background.ask((self, "models"), models, self.header.set_models, _ignore)

    def _show_counts(self, view: dict[str, Any]) -> None:
        iterations, change = view["iterations"], view.get("change")
        self.tabs.set_count(_CHANGES, change["files"] if change else None)
        self.tabs.set_count(_TOOL_CALLS, sum(found.get("toolCalls") or 0 for found in iterations))
        self.tabs.set_count(_HISTORY, len(iterations))

    def _show_notes(self, view: dict[str, Any]) -> None:
        session, number = view["session"], len(view["iterations"]) + 1
        running = session["status"] == "running"
        words = f"Notes for iteration {number} (may be empty)"
        if running:
            words = "Notes for the next iteration; queued while this one runs"
        elif session["cleanedUpAt"]:
            words = "The session is cleaned up; restore it to go on"
        iterate = self._actions.named("iterateAction")
        enabled = iterate is not None and iterate.isEnabled()
        self.notes.set_state(running=running, placeholder=words, enabled=enabled)
        self.notes.set_queue(view["queue"])
        self.notes.set_earlier(self._keeper.earlier(session["id"], view["iterations"]))

    # Slots

    @Slot()
    def _on_submit(self) -> None:
        action = self._actions.named("iterateAction")
        if action is not None:
            action.trigger()

    @Slot()
    def _on_notes_left(self) -> None:
        self.tabs.focus_tab()

    @Slot()
    def _on_edited(self) -> None:
        self._draft.start()

    @Slot()
    def _keep_draft(self) -> None:
        self._draft.stop()
        if self._id:
            self._keeper.keep_draft(self._id, self.notes.text.toPlainText())

    @Slot(str)
    def _on_edit_queued(self, entry_id: str) -> None:
        from ampsm_gui.dialogs.follow_up import FollowUpDialog

        entry = next((found for found in (self._view or {}).get("queue", []) if found["id"] == entry_id), None)
        if self._id and entry:
            dialog = FollowUpDialog(self._desktop, self._id, entry, self.window())
            dialog.done_with.connect(partial(self._on_queue_of, self._id))
            dialog.open()

    @Slot(str)
    def _on_remove_queued(self, entry_id: str) -> None:
        if self._id:
            command = self._actions.run(self._id, "queue", self._id, "--remove", entry_id)
            command.succeeded.connect(partial(self._on_queue_of, self._id))

    def _on_queue_of(self, session_id: str, document: dict[str, Any]) -> None:
        if session_id != self._id:
            return  # another one is shown meanwhile
        self.notes.set_queue(document.get("queue", []))
        self._ask_anew()

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
            self._ask_anew()

    @Slot(str, str, bool)
    def _on_done(self, session_id: str, _words: str, _undoable: bool) -> None:
        if session_id == self._id:
            self._ask_anew()

    @Slot(object)
    def _on_tab_made(self, tab: Tab) -> None:
        """What a tab asks for that it cannot do itself."""
        undo_requested, tab_requested = getattr(tab, "undo_requested", None), getattr(tab, "tab_requested", None)
        if undo_requested is not None:
            undo_requested.connect(self._on_undo_requested)
        if tab_requested is not None:
            tab_requested.connect(self._on_tab_requested)

    @Slot()
    def _on_undo_requested(self) -> None:
        action = self._actions.named("undoAction")
        if action is not None:
            action.trigger()

    @Slot(str, int)
    def _on_tab_requested(self, name: str, iteration: int) -> None:
        index = next(at for at, (_title, module, _class) in enumerate(_TABS) if module.startswith(_TAB_WORDS[name]))
        self.show_tab(index)
        show_iteration = getattr(self.tabs.tab_at(index), "show_iteration", None)
        if show_iteration is not None:
            show_iteration(iteration)

    # The rest

    def _connect(self) -> None:
        self.tabs.tab_made.connect(self._on_tab_made)
        self._actions.set_notes(self)
        self._actions.began.connect(self._on_began)
        self._actions.done.connect(self._on_done)
        self.messages.status_message.connect(self.status_message)
        self.header.action_requested.connect(self._actions.do)
        self.header.model_chosen.connect(self._on_model_chosen)
        self.header.copied.connect(self._on_copied)
        openers = ("openEditorAction", "openTerminalAction", "openFolderAction")
        self.header.add_openers([action for name in openers if (action := self._actions.named(name)) is not None])
        self.notes.submit_requested.connect(self._on_submit)
        self.notes.left.connect(self._on_notes_left)
        self.notes.edited.connect(self._on_edited)
        self.notes.edit_requested.connect(self._on_edit_queued)
        self.notes.remove_requested.connect(self._on_remove_queued)
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


def _make_tab(module: str, name: str, desktop: Desktop) -> Tab:
    made: Tab = getattr(import_module(f"ampsm_gui.pages.{module}"), name)(desktop)
    return made


def _timer(parent: SessionPage, milliseconds: int, call: Callable[[], object]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(call)
    return timer


def _ignore(_error: Exception) -> None:
    pass
