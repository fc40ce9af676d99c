"""The table of a session's tool calls: filtered and ordered without a proxy, quick with a hundred thousand of them."""

from __future__ import annotations

import re
from collections.abc import Hashable

from PySide6.QtCore import QObject

from ampsm_gui.look import figures
from ampsm_gui.models.tables.cells import Cell, TableColumn
from ampsm_gui.models.tables.keyed_table import KeyedTable
from ampsm_gui.models.tables.order import SortValue
from ampsm_gui.models.tool_calls.rows import CallBook, CallRow, CallsRead

COLUMNS = (
    TableColumn("number", "#", 44, right=True),
    TableColumn("iteration", "Iter.", 48, right=True, tip="Iteration"),
    TableColumn("tool", "Tool", 128),
    TableColumn("arguments", "Arguments", 280),
    TableColumn("result", "Result", 138),
    TableColumn("duration", "Duration", 118, right=True),
    TableColumn("started", "Started", 84, right=True),
)
#: What a narrow page leaves out.
CALM = frozenset({"iteration", "started"})
_ICONS = {
    "bash": "terminal", "read": "file", "edit_file": "edit", "create_file": "file-new", "grep": "search",
    "glob": "search",
    "finder": "search", "task": "task", "oracle": "info", "read_web_page": "external", "web_search": "external",
    "undo_edit": "undo", "todo_write": "list", "todo_read": "list",
}  # fmt: skip


_EXIT = re.compile(r"exit (?:code )?(\d+)\b", re.IGNORECASE)


class ToolCallTable(KeyedTable[CallRow]):
    """One row a call. Filters are words in tool or arguments, an iteration, failures only. Calls of a sub-agent are
    nested in the one that made them while the order is that of the calls."""

    sortable = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
        self.book = CallBook()
        self.words = ""
        self.iteration: int | None = None
        self.failed_only = False
        self.failures = 0  # of the iteration that is shown, whether or not they are all that is shown
        self._longest = 1

    @property
    def filtered(self) -> bool:
        return bool(self.words or self.failed_only or self.iteration is not None)

    def key_of(self, row: CallRow) -> Hashable:
        return row.place

    def set_book(self, book: CallBook) -> None:
        """Shows the calls of another session, or all of them again."""
        self.book = book
        self.refresh()

    def add(self, read: CallsRead) -> None:
        """Takes in what is new."""
        self.book.add(read)
        self.refresh()

    def refresh(self) -> None:
        """Applies the filters again."""
        rows = self.book.rows
        if self.iteration is not None:
            rows = [row for row in rows if row.iteration == self.iteration]
        self.failures = self.book.failed if rows is self.book.rows else sum(row.failed for row in rows)
        if self.failed_only:
            rows = [row for row in rows if row.success is False]
        words = self.words.strip().lower()
        if words:
            rows = [row for row in rows if row.says(words)]
        longest = self.book.longest_ms
        if rows is not self.book.rows:
            longest = max((row.duration_ms or 1 for row in rows), default=1)
        self.set_rows(rows)
        if longest != self._longest and rows:
            self._longest = longest
            place = self.column_number("duration")
            self.dataChanged.emit(self.index(0, place), self.index(len(rows) - 1, place))

    def sort_value(self, row: CallRow, column: str) -> SortValue:
        match column:
            case "number":
                return row.number
            case "iteration":
                return row.iteration
            case "tool":
                return row.tool.casefold()
            case "arguments":
                return row.short.casefold() or None
            case "result":
                return result_words(row).casefold()
            case "duration":
                return row.duration_ms
            case _:
                return row.started_at or None

    def cell(self, row: CallRow, column: str) -> Cell:
        match column:
            case "number":
                return Cell(str(row.number), "text.muted", right=True)
            case "iteration":
                return Cell(str(row.iteration), "text.secondary", right=True, tip=f"Iteration {row.iteration}")
            case "tool":
                depth = min(row.depth, 3)
                indent = depth if self.in_given_order else 0
                tip = f"{row.tool}, called by a sub-agent" if depth else row.tool
                return Cell(
                    row.tool, "text.secondary" if depth else "text.primary", tool_icon(row.tool), "text.secondary",
                    weight=400 if depth else 500, indent=indent, middle=row.tool.startswith("mcp__"), tip=tip,
                )  # fmt: skip
            case "arguments":
                return Cell(row.short, "text.secondary", font="mono", tip=row.arguments)
            case "result":
                return result_cell(row)
            case "duration":
                share = None if row.duration_ms is None else row.duration_ms / self._longest
                tip = "Estimated from the agent's text" if row.estimated else figures.seconds_prose(row.duration_ms)
                return Cell(figures.seconds_column(row.duration_ms), "text.secondary", right=True, bar=share, tip=tip)
            case _:
                tip = figures.exact_time(row.started_at)
                return Cell(figures.clock_time(row.started_at), "text.muted", right=True, tip=tip)


def result_cell(row: CallRow) -> Cell:
    """How a call ended: a shape and a word."""
    words = result_words(row)
    if row.success is True:
        return Cell(words, "text.secondary", "status-check", "text.muted", tip="Succeeded")
    if row.success is False:
        return Cell(words, "danger.text", "status-cross", tip=row.error)
    if row.live:
        return Cell(words, "running.text", "status-running", tip="No result yet")
    return Cell(words, "warning.text", "status-dashed", tip="The iteration ended before a result came")


def result_words(row: CallRow) -> str:
    """How a call ended, in a word."""
    if row.success is None:
        return "Running" if row.live else "No result"
    code = None if row.success else _EXIT.match(row.error)
    return "OK" if row.success else f"Exit code {code[1]}" if code else row.error


def ending_words(row: CallRow) -> str:
    """The same beside all that the call said, which has why it failed: `Exit code 1 after 12.4 s`."""
    words = "Failed" if row.success is False and not _EXIT.match(row.error) else result_words(row)
    return words if row.duration_ms is None else f"{words} after {figures.seconds_prose(row.duration_ms)}"


def tool_icon(tool: str) -> str:
    """The icon of a tool; one for all that are not known."""
    return _ICONS.get(tool.lower(), "external" if tool.startswith("mcp__") else "wand")
