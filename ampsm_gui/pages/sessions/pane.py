"""The sessions of all repositories: filter, chips, the view, what stands there when it is empty."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from ampsm.workflows.status import SessionRow
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.sessions.filter import SessionFilter
from ampsm_gui.models.sessions.table import SessionTable
from ampsm_gui.pages.sessions.choice import SessionChoice
from ampsm_gui.pages.sessions.in_sight import RowsInSight
from ampsm_gui.pages.sessions.reader import SessionsReader
from ampsm_gui.pages.sessions.stack import SessionsStack
from ampsm_gui.pages.sessions.strip import SessionStrip
from ampsm_gui.widgets.grey import set_grey
from ampsm_gui.widgets.sessions.columns import SessionColumns
from ampsm_gui.widgets.sessions.head import SessionListHead
from ampsm_gui.widgets.sessions.list import SessionList
from ampsm_gui.widgets.sessions.newcomers import Newcomers
from ampsm_gui.widgets.sessions.no_sessions import found_amp

_RAIL_BELOW = 120
_TABLE_FROM = 720


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
        self.newcomers = Newcomers(desktop.theme, self._model, self.table)
        self.columns = SessionColumns(self.table, desktop.theme, desktop.state)
        self.stack = SessionsStack(desktop, self._model, self.table, self)
        self.in_sight = RowsInSight(self._model, self.table, self._reader, desktop.git_watcher, self)
        self.strip = SessionStrip(desktop, self)
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

    @Slot(str)
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
        self.stack.welcome.contents.set_found(found_amp(document))

    def set_stale(self, error: Exception | None) -> None:
        """Keeps what is shown, grey, while the database is gone, and says so; None: it is there again."""
        for part in (self.head, self.stack):
            set_grey(part, self._desktop.theme, grey=error is not None)
        if error is not None:
            self.strip.show_error(error)
        else:
            self.strip.clear()
            self._show_strip()

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
        return QSize(*map(self._desktop.theme.px, (376, 480)))

    def minimumSizeHint(self) -> QSize:
        return QSize(*map(self._desktop.theme.px, (44, 160)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._apply_mode()

    # Rows

    @Slot(list)
    def _on_rows_read(self, rows: list[SessionRow]) -> None:
        new = [row.id for row in rows if not row.cleaned_up and self._model.session(row.id) is None]
        with self.choice.kept():
            self._model.update_rows(rows, held=self.table.held and self._loaded)
        first, self._loaded = not self._loaded, True
        self.head.set_repositories(self._model.repositories)
        self._show_stack()
        self.in_sight.set_pace()
        if first or self.summary() != self._counts:
            self._counts = self.summary()
            self.counts_changed.emit(self._counts)
        if first and not self.choice.id:
            self.select_first()
        self._show_strip()
        if not first:
            self.newcomers.come(new)

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

    # The choice

    @Slot(str)
    def _on_chosen(self, session_id: str) -> None:
        self.session_chosen.emit(session_id)
        self._show_strip()

    @Slot(str)
    def _on_step_wanted(self, step: str) -> None:
        if chosen := self.selected_id():
            self.action_requested.emit(chosen, step)

    # What is seen

    def _apply_mode(self) -> None:
        px, width, mode = self._desktop.theme.px, self.width(), self._wanted_mode
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
        if self._loaded:
            self.stack.show_what_there_is()
        if self.stack.shows_welcome:
            self._reader.count_cleaned()
        self.head.setVisible(not self.stack.shows_welcome)

    def _show_strip(self) -> None:
        """In the table the strip says what the chosen session waits for; beside the list its page does."""
        table = self.table.mode == "table" and self.stack.shows_table
        self.strip.show_session(self._model.session(self.choice.id) if table else None)

    @Slot()
    def _on_show_cleaned(self) -> None:
        self.mode_requested.emit("table")
        self.head.set_filter(SessionFilter(include_cleaned=True))

    # Parts

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.addWidget(self.head)
        column.addWidget(self.stack, 1)
        column.addWidget(self.strip)
        self.setFocusProxy(self.table)
        self.table.setFocus()

    def _connect(self) -> None:
        self._reader.rows_read.connect(self._on_rows_read)
        self._reader.failed.connect(self.strip.show_error)
        self._model.counts_changed.connect(self.head.chips.set_counts)
        self.head.filter_changed.connect(self._on_filter_changed)
        self.head.list_wanted.connect(self._on_list_wanted)
        self.head.field.left.connect(self._on_field_left)
        self.choice.chosen.connect(self._on_chosen)
        self.choice.opened.connect(self.session_opened)
        self.table.filter_wanted.connect(self.focus_filter)
        self.table.left.connect(self.left)
        self.table.released.connect(self._on_released)
        self.stack.no_match.primary_clicked.connect(self._on_clear_filter)
        welcome = self.stack.welcome
        self._reader.cleaned_counted.connect(welcome.contents.set_cleaned)
        welcome.contents.primary_clicked.connect(self.new_session_requested)
        welcome.contents.cleaned_clicked.connect(self._on_show_cleaned)
        welcome.adopted.connect(self.select)
        welcome.failed.connect(self.strip.show_failure)
        self.strip.opened.connect(self.choice.open)
        self.strip.action_requested.connect(self.action_requested)
        self.table.step_wanted.connect(self._on_step_wanted)

    @Slot()
    def _on_field_left(self) -> None:
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _on_list_wanted(self) -> None:
        self.mode_requested.emit("list")

    @Slot()
    def _on_clear_filter(self) -> None:
        self.head.set_filter(self._model.filter.cleared())
        self.head.field.setFocus()
