"""The sessions of all repositories: filter, chips, the view, what stands there when it is empty."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QStackedWidget, QVBoxLayout, QWidget

from ampsm.workflows.status import SessionRow
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.sessions.filter import SessionFilter
from ampsm_gui.models.sessions.table import SessionTable
from ampsm_gui.pages.sessions.choice import SessionChoice
from ampsm_gui.pages.sessions.reader import SessionsReader
from ampsm_gui.pages.sessions.strip import SessionStrip
from ampsm_gui.pages.sessions.welcome import SessionsWelcome
from ampsm_gui.widgets.messages.empty_state import EmptyState
from ampsm_gui.widgets.sessions.columns import SessionColumns
from ampsm_gui.widgets.sessions.head import SessionListHead
from ampsm_gui.widgets.sessions.list import SessionList
from ampsm_gui.widgets.sessions.no_sessions import found_amp
from ampsm_gui.widgets.tick import Tick

_RAIL_BELOW = 120
_TABLE_FROM = 720
_TICK_MS, _CALM_MS = 1_000, 30_000


class SessionsPane(QWidget):
    """Shows every session and says which one is chosen; the choice is kept by id, whatever is filtered or moves."""

    session_chosen = Signal(str)
    #: Enter or a double click; `session_chosen` comes before.
    session_opened = Signal(str)
    new_session_requested = Signal()
    counts_changed = Signal(dict)
    #: rail, list or table: somebody pressed the button of the rail.
    mode_requested = Signal(str)
    #: (session, action) as in the situation of the session: the button of the strip.
    action_requested = Signal(str, str)
    #: Esc: the focus should go back to the session.
    left = Signal()

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._wanted_mode = "list"
        self._loaded = False
        self._model = SessionTable(self)
        self._reader = SessionsReader(desktop, self)
        self.head = SessionListHead(desktop.theme, self)
        self.table = SessionList(desktop.theme, self._model, self)
        self.choice = SessionChoice(self._model, self.table, self)
        self.columns = SessionColumns(self.table, desktop.theme, desktop.state)
        self.no_match = EmptyState(desktop.theme, self)
        self.welcome = SessionsWelcome(desktop, self)
        self.no_sessions = self.welcome.contents
        self.strip = SessionStrip(desktop, self)
        self._tick = Tick(self, self._on_tick)
        self._ticks = 0
        self._counts: dict[str, int] = {}
        self._build()
        self._connect()
        self._reader.refresh()

    # What the window asks

    def is_empty(self) -> bool:
        """Whether there is no session at all; False until that is known."""
        return self._loaded and self._model.total == 0

    def opened(self) -> bool:
        """While `session_chosen` is emitted: whether the session was opened by Enter or a double click."""
        return self.choice.opening

    def selected_id(self) -> str | None:
        """The chosen session, also while the filter hides it."""
        return self.choice.id or None

    def summary(self) -> dict[str, int]:
        """How many sessions there are of each status, cleaned-up ones left out."""
        return self._model.all_counts

    def select(self, session_id: str) -> None:
        """Chooses a session; a filter that hides it is cleared. One that is not known yet is chosen when it comes."""
        if self._model.session(session_id) and self._model.place(session_id) is None:
            self.head.set_filter(self._model.filter.cleared())
        self.choice.choose(session_id)
        self.choice.show()

    def select_first(self) -> None:
        """Chooses the session that needs attention most."""
        if self._model.rowCount():
            self.select(self._model.session_row(0).id)

    def set_mode(self, mode: str) -> None:
        """Lists sessions as `rail`, `list` or `table`; a list as wide as a table becomes one."""
        self._wanted_mode = mode
        self._apply_mode()

    def show_only(self, status: str) -> None:
        """Lists only the sessions of a status; called again for the same status, all."""
        only = SessionFilter(statuses=frozenset({status}))
        self.head.set_filter(SessionFilter() if self.head.filter.statuses == only.statuses else only)

    def show_amp(self, document: dict[str, Any]) -> None:
        """What `verify-amp` has found, for the window without sessions."""
        self.no_sessions.set_found(found_amp(document))

    @Slot()
    def refresh(self) -> None:
        """Reads the sessions again, as after every change of the store."""
        self._reader.refresh()

    @Slot()
    def focus_filter(self) -> None:
        """Goes to the field for words, out of the rail too."""
        if self.table.mode == "rail":
            self.mode_requested.emit("list")
        self.head.field.setFocus()
        self.head.field.selectAll()

    # Qt overrides

    def sizeHint(self) -> QSize:
        px = self._desktop.theme.px
        return QSize(px(376), px(480))

    def minimumSizeHint(self) -> QSize:
        px = self._desktop.theme.px
        return QSize(px(44), px(160))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._apply_mode()

    # Rows

    @Slot(list)
    def _on_rows_read(self, rows: list[SessionRow]) -> None:
        with self.choice.kept():
            self._model.update_rows(rows, held=self.table.held and self._loaded)
        first, self._loaded = not self._loaded, True
        self.head.set_repositories(self._model.repositories)
        self._show_stack()
        self._set_pace()
        if first or self.summary() != self._counts:
            self._counts = self.summary()
            self.counts_changed.emit(self._counts)
        if first and not self.choice.id:
            self.select_first()
        self._show_strip()

    @Slot(object)
    def _on_read_failed(self, error: Exception) -> None:
        self.strip.show_message("danger", str(error))

    @Slot(object)
    def _on_filter_changed(self, chosen: SessionFilter) -> None:
        with self.choice.kept():
            self._model.set_filter(chosen)
        self._reader.include_cleaned(chosen.include_cleaned)
        self._show_stack()

    @Slot()
    def _on_released(self) -> None:
        if self._model.unsettled:
            with self.choice.kept():
                self._model.settle()

    @Slot()
    def _on_rested(self) -> None:
        first, last = self.table.visible_places()
        rows = [self._model.session_row(place) for place in range(first, last + 1)]
        self._reader.ask_positions([row.id for row in rows if not row.cleaned_up and row.status != "done"])
        self._set_pace()

    @Slot()
    def _on_tick(self) -> None:
        first, last = self.table.visible_places()
        self._ticks += 1
        calm = self._tick.interval() == _CALM_MS or self._ticks * _TICK_MS % _CALM_MS == 0
        self._model.tick(first, last, running_only=not calm)
        if calm:
            self._on_rested()

    # The choice

    @Slot(str)
    def _on_chosen(self, session_id: str) -> None:
        self.session_chosen.emit(session_id)
        self._show_strip()

    @Slot(str)
    def _on_step_wanted(self, step: str) -> None:
        if chosen := self.selected_id():
            self.action_requested.emit(chosen, step)

    @Slot(str)
    def _on_adopted(self, session_id: str) -> None:
        self.select(session_id)

    # What is seen

    def _apply_mode(self) -> None:
        px, width = self._desktop.theme.px, self.width()
        mode = self._wanted_mode
        if mode == "list" and width >= px(_TABLE_FROM):
            mode = "table"
        elif mode == "list" and width < px(_RAIL_BELOW):
            mode = "rail"
        if mode != self.table.mode:
            with self.choice.kept():
                self.table.set_mode(mode)
                self.head.set_mode(mode)
            self._show_strip()
            self.columns.apply()

    def _show_stack(self) -> None:
        if self.is_empty() and not self._model.filter.include_cleaned:
            shown: QWidget = self.welcome
            self._reader.count_cleaned()
        elif self._loaded and not self._model.rowCount():
            shown = self.no_match
            sentence = self._model.filter.sentence()
            self.no_match.set_content("", "No match", sentence, "Clear filter")
        else:
            shown = self.table
        self._stack.setCurrentWidget(shown)
        self.head.setVisible(shown is not self.welcome)

    def _set_pace(self) -> None:
        """Every second while an iteration that runs is in sight, else only now and then."""
        first, last = self.table.visible_places()
        running = any(self._model.session_row(place).running_since for place in range(first, last + 1))
        self._tick.set_pace(_TICK_MS if running else _CALM_MS)

    def _show_strip(self) -> None:
        """In the table the strip says what the chosen session waits for; beside the list its page does."""
        table = self.table.mode == "table" and self._stack.currentWidget() is self.table
        self.strip.show_session(self._model.session(self.choice.id) if table else None)

    @Slot(str)
    def _on_failed(self, words: str) -> None:
        self.strip.show_message("danger", words, [("Close", self.strip.clear)])

    @Slot()
    def _on_show_cleaned(self) -> None:
        self.mode_requested.emit("table")
        self.head.set_filter(SessionFilter(include_cleaned=True))

    @Slot(int)
    def _on_cleaned_counted(self, count: int) -> None:
        self.no_sessions.set_cleaned(count)

    # Parts

    def _build(self) -> None:
        self._stack = QStackedWidget(self)
        self.no_match.setProperty("ground", "panel")
        for page in (self.table, self.no_match, self.welcome):
            page.setMinimumSize(1, 1)
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.addWidget(self.head)
        column.addWidget(self._stack, 1)
        column.addWidget(self.strip)
        self.setFocusProxy(self.table)
        self.table.setFocus()

    def _connect(self) -> None:
        self._reader.rows_read.connect(self._on_rows_read)
        self._reader.positions_read.connect(self._model.set_positions)
        self._reader.cleaned_counted.connect(self._on_cleaned_counted)
        self._reader.failed.connect(self._on_read_failed)
        self._model.counts_changed.connect(self.head.chips.set_counts)
        self.head.filter_changed.connect(self._on_filter_changed)
        self.head.list_wanted.connect(self._on_list_wanted)
        self.head.field.left.connect(self._on_filter_left)
        self.choice.chosen.connect(self._on_chosen)
        self.choice.opened.connect(self.session_opened)
        self.table.filter_wanted.connect(self.focus_filter)
        self.table.left.connect(self.left)
        self.table.released.connect(self._on_released)
        self.table.rested.connect(self._on_rested)
        self.no_match.primary_clicked.connect(self._on_clear_filter)
        self.no_sessions.primary_clicked.connect(self.new_session_requested)
        self.welcome.adopted.connect(self._on_adopted)
        self.welcome.failed.connect(self._on_failed)
        self.strip.opened.connect(self.choice.open)
        self.strip.action_requested.connect(self.action_requested)
        self.table.step_wanted.connect(self._on_step_wanted)
        self.no_sessions.cleaned_clicked.connect(self._on_show_cleaned)

    @Slot()
    def _on_list_wanted(self) -> None:
        self.mode_requested.emit("list")

    @Slot()
    def _on_filter_left(self) -> None:
        self.table.setFocus()

    @Slot()
    def _on_clear_filter(self) -> None:
        self.head.set_filter(self._model.filter.cleared())
        self.head.field.setFocus()
