"""The sums of tool calls by tool, as a table."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QObject

from ampsm.workflows.review import ToolSummary
from ampsm_gui.look import figures
from ampsm_gui.models.tables.cells import Cell, TableColumn
from ampsm_gui.models.tables.keyed_table import KeyedTable

COLUMNS = (
    TableColumn("tool", "By tool", 100),
    TableColumn("calls", "Calls", 48, right=True),
    TableColumn("failed", "Failed", 52, right=True),
    TableColumn("median", "Median", 60, right=True),
    TableColumn("slowest", "Slowest", 64, right=True),
)


class ToolSummaryTable(KeyedTable[ToolSummary]):
    """One row a tool, the one that took longest in all first."""

    sortable = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)

    def key_of(self, row: ToolSummary) -> Hashable:
        return row.tool

    def cell(self, row: ToolSummary, column: str) -> Cell:
        match column:
            case "tool":
                return Cell(row.tool, middle=row.tool.startswith("mcp__"), tip=_sentence(row))
            case "calls":
                return Cell(f"{row.calls:,}", "text.secondary", right=True, value=row.calls)
            case "failed":
                tip = f"{row.unanswered} more without a result" if row.unanswered else ""
                token, weight = ("danger.text", 500) if row.failures else ("text.muted", 400)
                return Cell(f"{row.failures:,}", token, right=True, weight=weight, tip=tip, value=row.failures)
            case "median":
                return Cell(figures.seconds_column(row.median_ms), "text.secondary", right=True, value=row.median_ms)
            case _:
                tip = f"{figures.seconds_prose(row.total_ms)} in all"
                return Cell(
                    figures.seconds_column(row.slowest_ms), "text.secondary", right=True, tip=tip, value=row.slowest_ms
                )


def _sentence(row: ToolSummary) -> str:
    return f"{row.tool}: {figures.count(row.calls, 'call')}, {figures.seconds_prose(row.total_ms)} in all"
