"""The tab of a session's tool calls: the table, the call that is chosen, and the sums by tool."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ampsm.context import Context
from ampsm.model.record import document
from ampsm.workflows.review import ToolSummary, summary_by_tool, tool_call_details
from ampsm_gui.desktop import Desktop
from ampsm_gui.look import figures
from ampsm_gui.models.tool_calls.rows import CallBook, CallRow, CallsRead, Place, read_book, read_calls
from ampsm_gui.models.tool_calls.summary import ToolSummaryTable
from ampsm_gui.models.tool_calls.table import CALM, ToolCallTable
from ampsm_gui.pages.tab import Tab
from ampsm_gui.pages.tool_calls.detail import ToolCallDetail
from ampsm_gui.pages.tool_calls.head import ToolCallsHead
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.messages.empty_state import EmptyState
from ampsm_gui.widgets.tables.data_table import DataTable

_ROOMY_WIDTH, _ROOMY_HEIGHT = 790, 430  # px at 100 %
_MANY, _SUM_AFTER = 5_000, 2_500  # calls; ms
_SUMMARY_WIDTH, _BELOW = 392, 176


class ToolCallsTab(Tab):
    """All calls of a session, live. In a small window summary and detail are shown when they are asked for."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(desktop, parent)
        theme = desktop.theme
        self._session: str | None = None
        self._loaded = False
        self._compact = False
        self._asked_detail = False
        self._asked: CallRow | None = None  # the call whose text was asked for
        self.model = ToolCallTable(self)
        self._sums = ToolSummaryTable(self)
        self.head = ToolCallsHead(theme, self)
        self.table = DataTable(theme, desktop.state, "toolCallTable", self.model, self)
        self.table.setAccessibleName("Tool calls")
        self.detail = ToolCallDetail(theme, self)
        self.summary = DataTable(theme, desktop.state, "toolSummaryTable", self._sums, self)
        self.summary.setAccessibleName("Summary by tool")
        self._summing = single_shot(self, 0, self._sum)
        self._empty = EmptyState(theme, self)
        self._empty.setMinimumSize(1, 1)  # it must not make the window larger while it is hidden
        self._said = QLabel(self)
        self._said.setProperty("tone", "secondary")
        self._said.setFont(theme.font("small"))
        self._said.setContentsMargins(0, 0, theme.px(8), 0)
        self._said.setMinimumHeight(theme.f + theme.px(16))
        self._build()
        self._connect()
        self._show_state()

    def corner(self) -> QWidget | None:
        return self._said

    def show_session(self, session_id: str | None) -> None:
        self._session, self._loaded, self._asked_detail, self._asked = session_id, False, False, None
        for what in ("calls", "summary", "detail"):
            self.desktop.background.forget((self, what))
        self._summing.stop()
        self.model.iteration, self.model.failed_only, self.model.words = None, False, ""
        self.model.set_book(CallBook())
        self._sums.set_rows([])
        self.head.clear()
        self.head.set_iterations([])
        self.detail.show_call(None)
        self.count_changed.emit(None)
        self._show_state()
        self.refresh()

    def refresh(self) -> None:
        if self._session is None:
            return
        if self._loaded:
            place = self.model.book.next_place()
            read = partial(_read_more, session_id=self._session, place=place)
            self.desktop.background.ask((self, "calls"), read, self._on_more, self._on_failed)
        else:
            book = partial(_read_all, session_id=self._session)
            self.desktop.background.ask((self, "calls"), book, self._on_book, self._on_failed)

    def show_iteration(self, number: int) -> None:
        self.head.clear()
        self.head.choose_iteration(number)

    def focus_find(self) -> None:
        self.head.field.setFocus()
        self.head.field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._compact and self._below.isVisible():
            self._asked_detail = False
            self.head.summary.setChecked(False)
            self._lay_out()
            self.table.setFocus()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _build(self) -> None:
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        self._below = QSplitter(Qt.Orientation.Horizontal, self)
        self._below.addWidget(self.detail)
        self._below.addWidget(self.summary)
        self._below.setChildrenCollapsible(False)
        self._below.setStretchFactor(0, 1)
        self._below.setMinimumSize(1, self.desktop.theme.px(96))
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.addWidget(self._pages)
        self._split.addWidget(self._below)
        self._split.setChildrenCollapsible(False)
        self._split.setStretchFactor(0, 1)
        for split in (self._below, self._split):
            split.setHandleWidth(1)
        px = self.desktop.theme.px
        self._split.setSizes([px(400), px(_BELOW)])
        self._below.setSizes([px(432), px(_SUMMARY_WIDTH)])
        self._split.setMinimumSize(1, px(112))  # what it shows depends on the room it is given
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._split, 1)

    def _connect(self) -> None:
        self.head.changed.connect(self._on_filter_changed)
        self.head.summary_toggled.connect(self._on_summary_toggled)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self._on_opened)
        self.detail.call_chosen.connect(self._on_relative_chosen)
        self._empty.primary_clicked.connect(self.head.clear)

    def _lay_out(self) -> None:
        px = self.desktop.theme.px
        narrow = self.width() < px(_ROOMY_WIDTH)
        self.table.columns.drop(CALM if narrow else ())
        self._compact = self.height() < px(_ROOMY_HEIGHT)
        self.head.set_compact(narrow or self._compact)
        summary, any_calls = self.head.summary.isChecked(), bool(self.model.book.rows)
        either = narrow or self._compact  # there is room for one of the two
        self.summary.setVisible(summary or not either)
        self.detail.setVisible(not (summary and either))
        self._below.setVisible(any_calls and (not self._compact or summary or self._asked_detail))

    def _show_state(self) -> None:
        book = self.model.book
        rows = self.model.rowCount()
        self._pages.setCurrentIndex(0 if rows or not self._loaded else 1)
        self.head.setVisible(bool(book.rows))
        if not rows and self._loaded:
            self._say_why_empty()
        self.head.set_failures(self.model.failures)
        self._said.setText(_in_words(book))
        self._lay_out()

    def _say_why_empty(self) -> None:
        if self.model.book.rows:
            hidden = figures.count(len(self.model.book.rows), "tool call is", "tool calls are")
            self._empty.set_content("filter", "No match", f"{hidden} hidden by the filter.", "Clear filter")
        elif self.model.book.iterations:
            self._empty.set_content("wand", "No tool calls", "The agent has used no tool in this session.")
        else:
            words = "What the agent reads, edits and runs stands here from the first iteration on, while it happens."
            command = f"amp-sessions iterate {self._session}"
            self._empty.set_content("wand", "No iteration yet", words, command=command)

    def _take(self, changed: bool) -> None:
        """After something was read or filtered."""
        book = self.model.book
        self.head.set_iterations(book.iterations)
        self.count_changed.emit(len(book.rows))
        self._show_state()
        if changed and not self._summing.isActive():
            # Summing up very many calls takes the interpreter from the window: not with every one that comes.
            self._summing.start(0 if len(book.rows) < _MANY else _SUM_AFTER)
        self._show_chosen()

    def _show_chosen(self) -> None:
        place = self.table.chosen_key
        row = self.model.book.row(place) if isinstance(place, tuple) else None
        if row is None or self._session is None:
            self.desktop.background.forget((self, "detail"))
            self.detail.show_call(None)
            self._asked = None
            return
        parent = self.model.book.row(row.parent) if row.parent else None
        self.detail.show_call(row, parent, self.model.book.children(row.place))
        if row == self._asked:
            return
        self._asked = row
        read = partial(_read_detail, session_id=self._session, place=row.place)
        self.desktop.background.ask((self, "detail"), read, self.detail.set_document, self._on_detail_failed)

    @Slot()
    def _on_filter_changed(self) -> None:
        model, chosen = self.model, self.table.chosen_key
        another = model.iteration != self.head.iteration
        model.words, model.iteration = self.head.words, self.head.iteration
        model.failed_only, model.slowest = self.head.failed.isChecked(), self.head.slowest.isChecked()
        model.refresh()
        if chosen is not None and self.table.chosen_key != chosen:
            self.table.choose(chosen)
        self._take(another)

    def _on_book(self, book: CallBook) -> None:
        self._loaded = True
        self.model.set_book(book)
        self._take(False)
        self._sum()

    def _on_more(self, read: CallsRead) -> None:
        before = self.model.book.running
        self.model.add(read)
        if read.calls or before != read.running:
            self._take(bool(read.calls))
        elif not self.model.rowCount():
            self._show_state()
        self.head.set_iterations(read.iterations)

    def _on_failed(self, error: Exception) -> None:
        self._loaded = True
        self._empty.set_content("status-failed", "The tool calls cannot be read", str(error))
        self._pages.setCurrentIndex(1)

    def _on_detail_failed(self, error: Exception) -> None:
        self.detail.text.set_output(str(error))

    @Slot()
    def _sum(self) -> None:
        rows, number = self.model.book.rows, self.model.iteration
        rows = list(rows) if number is None else [row for row in rows if row.iteration == number]
        self.desktop.background.ask((self, "summary"), partial(_sum_up, rows=rows), self._on_summary)

    def _on_summary(self, found: list[ToolSummary]) -> None:
        self._sums.set_rows(found)

    @Slot(object)
    def _on_chosen(self, key: object) -> None:
        self._show_chosen()

    @Slot(object)
    def _on_opened(self, key: object) -> None:
        self._asked_detail = True
        self.head.summary.setChecked(False)
        self._lay_out()
        self.detail.text.setFocus()

    @Slot(object)
    def _on_relative_chosen(self, place: Place) -> None:
        if not self.table.choose(place):
            self.head.clear()
            self.table.choose(place)

    @Slot(object)
    def _on_summary_toggled(self, shown: object) -> None:
        self._lay_out()


def _read_all(ctx: Context, session_id: str) -> CallBook:
    return read_book(ctx, session_id)


def _read_more(ctx: Context, session_id: str, place: Place) -> CallsRead:
    return read_calls(ctx, session_id, place)


def _read_detail(ctx: Context, session_id: str, place: Place) -> dict[str, Any]:
    call, result = tool_call_details(ctx, session_id, *place)
    return {**document(call), "result": result}


def _sum_up(ctx: Context, rows: list[CallRow]) -> list[ToolSummary]:
    return summary_by_tool(rows)


def _in_words(book: CallBook) -> str:
    """`137 calls, 4 failed, 1 without a result`."""
    if not book.rows:
        return ""
    waiting = book.live
    unanswered = book.unanswered - waiting
    words = [figures.count(len(book.rows), "call")]
    words += [f"{book.failed:,} failed"] if book.failed else []
    words += [f"{unanswered:,} without a result"] if unanswered else []
    words += [f"{waiting:,} running"] if waiting else []
    return ", ".join(words)
