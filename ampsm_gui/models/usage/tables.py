"""The tables below the plots: by model and by iteration."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QObject

from ampsm.workflows.review import ModelSpent, Spent
from ampsm_gui.look import figures
from ampsm_gui.look.status import iteration_look
from ampsm_gui.models.tables.cells import Cell, TableColumn
from ampsm_gui.models.tables.keyed_table import KeyedTable
from ampsm_gui.models.usage.figures import percent

MODEL_COLUMNS = (
    TableColumn("model", "Model", 240),
    TableColumn("iterations", "Iterations", 84, right=True),
    TableColumn("tokens", "Tokens", 84, right=True),
    TableColumn("output", "Output", 76, right=True),
    TableColumn("cache", "From cache", 88, right=True),
    TableColumn("cost", "Cost", 76, right=True),
    TableColumn("time", "Time", 76, right=True),
)
ITERATION_COLUMNS = (
    TableColumn("number", "Iteration", 76, right=True),
    TableColumn("model", "Model", 160),
    TableColumn("tokens", "Tokens", 72, right=True),
    TableColumn("cache read", "Cache read", 84, right=True),
    TableColumn("cache write", "Cache write", 88, right=True),
    TableColumn("fresh", "Fresh", 64, right=True, tip="Input that came neither from the cache nor went into it"),
    TableColumn("output", "Output", 64, right=True),
    TableColumn("cost", "Cost", 64, right=True),
    TableColumn("agent", "Agent", 64, right=True),
    TableColumn("tests", "Tests", 64, right=True),
)


class ModelTable(KeyedTable[ModelSpent]):
    """One row a model; what was reported without a model has its own row."""

    sortable = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(MODEL_COLUMNS, parent)

    def key_of(self, row: ModelSpent) -> Hashable:
        return row.model

    def cell(self, row: ModelSpent, column: str) -> Cell:
        match column:
            case "model":
                note = f"asked for as {', '.join(row.requested)}" if row.requested else ""
                if row.model is None:
                    return Cell("not reported", "text.secondary", note=note)
                return Cell(row.model, note=note, weight=500, tip=f"{row.model} {note}".strip())
            case "iterations":
                return _figure(str(row.iterations), row.iterations)
            case "tokens":
                return _figure(figures.tokens(row.usage.total_tokens), row.usage.total_tokens)
            case "output":
                return _figure(figures.tokens(row.usage.completion_tokens), row.usage.completion_tokens)
            case "cache":
                return _figure(percent(row.usage.cache_share), row.usage.cache_share)
            case "cost":
                return _figure(figures.cost(row.usage.cost_usd), row.usage.cost_usd)
            case _:
                return _figure(figures.seconds_column(row.duration_ms), row.duration_ms)


class IterationTable(KeyedTable[Spent]):
    """One row an iteration, with what the plots show of it."""

    sortable = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(ITERATION_COLUMNS, parent)

    def key_of(self, row: Spent) -> Hashable:
        return row.number

    def cell(self, row: Spent, column: str) -> Cell:
        used = row.usage
        match column:
            case "number":
                look = iteration_look(row.status)
                return Cell(
                    str(row.number), "text.primary", look.glyph, look.token, right=True, tip=look.word, value=row.number
                )
            case "model":
                asked = row.requested if row.requested != row.model else None
                name = row.model or "not reported"
                note = f"asked for as {asked}" if asked else ""
                return Cell(
                    name, "text.primary" if row.model else "text.muted", note=note, tip=f"{name} {note}".strip()
                )
            case "tokens":
                tip = "Estimated from the agent's text" if used.estimated else _exact(used.total_tokens)
                return _figure(figures.tokens(used.total_tokens), used.total_tokens, tip)
            case "cache read":
                return _figure(
                    figures.tokens(used.cache_read_tokens), used.cache_read_tokens, _exact(used.cache_read_tokens)
                )
            case "cache write":
                return _figure(
                    figures.tokens(used.cache_write_tokens), used.cache_write_tokens, _exact(used.cache_write_tokens)
                )
            case "fresh":
                return _tokens(used.fresh_tokens)
            case "output":
                return _figure(
                    figures.tokens(used.completion_tokens), used.completion_tokens, _exact(used.completion_tokens)
                )
            case "cost":
                return _figure(figures.cost(used.cost_usd), used.cost_usd)
            case "agent":
                return _figure(figures.seconds_column(row.agent_ms), row.agent_ms)
            case _:
                return _figure(figures.seconds_column(row.test_ms), row.test_ms)


def _figure(text: str, value: float | None, tip: str = "") -> Cell:
    token = "text.muted" if text == figures.UNKNOWN else "text.secondary"
    return Cell(text, token, right=True, tip=tip, value=value)


def _tokens(count: int | None) -> Cell:
    return _figure(figures.tokens(count), count, _exact(count))


def _exact(count: int | None) -> str:
    return "not reported" if count is None else f"{count:,}"
