"""The tab of a session's tool calls: the table, the call that is chosen, and the sums by tool."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from ampsm.context import Context
from ampsm.workflows.review import ToolSummary, summary_by_tool
from ampsm_gui.desktop import Desktop
from ampsm_gui.look import figures
from ampsm_gui.models.tool_calls.closely import CallClosely, read_closely
from ampsm_gui.models.tool_calls.rows import CallBook, CallRow, CallsRead, Place, read_book, read_calls
from ampsm_gui.models.tool_calls.summary import ToolSummaryTable
from ampsm_gui.models.tool_calls.table import CALM, ToolCallTable
from ampsm_gui.pages.detail_tab import DetailTab
from ampsm_gui.pages.tool_calls.detail import ToolCallDetail
from ampsm_gui.pages.tool_calls.head import SLOWEST_FIRST, ToolCallsHead
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.messages.or_empty import OrEmpty
from ampsm_gui.widgets.tables.data_table import DataTable

_ROOMY_WIDTH, _ROOMY_HEIGHT = 790, 430  # px at 100 %
_MANY, _SUM_AFTER = 5_000, 2_500  # calls; ms
_SUMMARY_WIDTH, _BELOW = 392, 176


class ToolCallsTab(DetailTab):
    """All calls of a session, live. In a small window summary and detail are shown when they are asked for."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(desktop, parent)
        theme = desktop.theme
        self._session: str | None = None
        self._loaded = False
        self._asked: CallRow | None = None  # the call whose text was asked for
        self.model = ToolCallTable(self)
        self._sums = ToolSummaryTable(self)
        self.head = ToolCallsHead(theme, self)
        self.table = DataTable(theme, desktop.state, "toolCallTable", self.model, self)
        self.table.setAccessibleName("Tool calls")
        self.detail = ToolCallDetail(theme, self)
        self.text = self.detail.pages
        self.summary = DataTable(theme, desktop.state, "toolSummaryTable", self._sums, self)
        self.summary.setAccessibleName("Summary by tool")
        self._summing = single_shot(self, 0, self._sum)
        self._pages = OrEmpty(theme, self.table, self)
        self._build()
        self._connect()
        self._show_state()

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

    def ask_detail(self, asked: bool) -> None:
        self.head.summary.setChecked(False)
        super().ask_detail(asked)

    def _build(self) -> None:
        self.below = below = QSplitter(Qt.Orientation.Horizontal, self)
        below.addWidget(self.detail)
        below.addWidget(self.summary)
        below.setChildrenCollapsible(False)
        below.setStretchFactor(0, 1)
        below.setMinimumSize(1, self.desktop.theme.px(96))
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.addWidget(self._pages)
        self._split.addWidget(below)
        self._split.setChildrenCollapsible(False)
        self._split.setStretchFactor(0, 1)
        for split in (below, self._split):
            split.setHandleWidth(1)
        px = self.desktop.theme.px
        self._split.setSizes([px(400), px(_BELOW)])
        below.setSizes([px(432), px(_SUMMARY_WIDTH)])
        self._split.setMinimumSize(1, px(48))  # what it shows depends on the room it is given
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._split, 1)

    def _connect(self) -> None:
        self.head.changed.connect(self._on_filter_changed)
        self.head.summary_toggled.connect(self._on_summary_toggled)
        self.head.order_asked.connect(self._on_order_asked)
        self.table.columns.order_changed.connect(self._on_order_changed)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self._on_opened)
        raw = QAction("Raw or Decoded", self)
        raw.setObjectName("rawCallAction")
        raw.setShortcut(QKeySequence("R"))
        raw.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        raw.triggered.connect(self.detail.toggle_raw)
        self.addAction(raw)
        self.detail.call_chosen.connect(self._on_relative_chosen)
        self._pages.empty.primary_clicked.connect(self._on_first_step)

    def lay_out(self) -> None:
        px = self.desktop.theme.px
        narrow = self.width() < px(_ROOMY_WIDTH)
        self.table.columns.drop(CALM if narrow else ())
        self._compact = self.height() < px(_ROOMY_HEIGHT)
        self.head.set_compact(narrow or self._compact)
        summary, any_calls = self.head.summary.isChecked(), bool(self.model.book.rows)
        either = narrow or self._compact  # there is room for one of the two
        self.summary.setVisible(summary or not either)
        self.detail.setVisible(not (summary and either))
        self.below.setVisible(any_calls and (not self._compact or summary or self._asked_detail))

    def _show_state(self) -> None:
        book = self.model.book
        rows = self.model.rowCount()
        self.head.setVisible(bool(book.rows))
        if rows or not self._loaded:
            self._pages.show_contents()
        else:
            self._say_why_empty()
        self.head.set_failures(self.model.failures)
        self._said.setText(_in_words(book))
        self.lay_out()

    def _say_why_empty(self) -> None:
        if self.model.book.rows:
            hidden = figures.count(len(self.model.book.rows), "tool call is", "tool calls are")
            self._pages.show_empty("filter", "No match", f"{hidden} hidden by the filter.", "Clear filter")
        elif self.model.book.iterations:
            self._pages.show_empty("wand", "No tool calls", "The agent has used no tool so far.")
        else:
            words = "What the agent reads, edits and runs stands here from the first iteration on, while it happens."
            command = f"amp-sessions iterate {self._session}"
            self._pages.show_empty("wand", "No iteration yet", words, "Start", command)

    @Slot()
    def _on_first_step(self) -> None:
        if self.model.book.iterations:
            self.head.clear()
        else:
            self.step_requested.emit("iterate")

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
        read = partial(_read_closely, session_id=self._session, place=row.place)
        self.desktop.background.ask((self, "detail"), read, self.detail.set_call, self._on_detail_failed)

    @Slot()
    def _on_filter_changed(self) -> None:
        model, chosen = self.model, self.table.chosen_key
        another = model.iteration != self.head.iteration
        model.words, model.iteration = self.head.words, self.head.iteration
        model.failed_only = self.head.failed.isChecked()
        model.refresh()
        if chosen is not None and self.table.chosen_key != chosen:
            self.table.choose(chosen)
        self._take(another)

    @Slot(bool)
    def _on_order_asked(self, slowest: bool) -> None:
        key, down = SLOWEST_FIRST if slowest else (None, False)
        self.table.columns.sort_by(key, down=down)

    @Slot()
    def _on_order_changed(self) -> None:
        self.head.show_order(self.table.columns.sorted_by())

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
        self._pages.show_failure("The tool calls cannot be read", error)

    def _on_detail_failed(self, error: Exception) -> None:
        self.detail.show_words(str(error))

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
    def _on_relative_chosen(self, place: Place) -> None:
        if not self.table.choose(place):
            self.head.clear()
            self.table.choose(place)

    @Slot(object)
    def _on_summary_toggled(self, shown: object) -> None:
        self.lay_out()


def _read_all(ctx: Context, session_id: str) -> CallBook:
    return read_book(ctx, session_id)


def _read_more(ctx: Context, session_id: str, place: Place) -> CallsRead:
    return read_calls(ctx, session_id, place)


def _read_closely(ctx: Context, session_id: str, place: Place) -> CallClosely:
    return read_closely(ctx, session_id, place)


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
