"""What the usage tab shows of a session's statistics: the six figures, the plots' values, a tooltip's lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from ampsm.model.telemetry import add_usage, known_sum
from ampsm.workflows.review import SessionUsage, Spent
from ampsm_gui.look import figures
from ampsm_gui.look.status import iteration_look

#: The kinds of tokens, from below, in the order of their colours.
KINDS = ("Cache read", "Cache write", "Fresh input", "Output")

#: The columns of the two tables as CSV, and which field each is.
_ITERATION_COLUMNS = {
    "iteration": "number", "status": "status", "startedAt": "started_at", "model": "model",
    "modelRequested": "requested", "cacheReadTokens": "usage.cache_read_tokens",
    "cacheWriteTokens": "usage.cache_write_tokens", "freshTokens": "usage.fresh_tokens",
    "completionTokens": "usage.completion_tokens", "totalTokens": "usage.total_tokens", "costUsd": "usage.cost_usd",
    "agentMs": "agent_ms", "testMs": "test_ms", "toolCalls": "tool_calls", "toolFailures": "tool_failures",
}  # fmt: skip
_MODEL_COLUMNS = {
    "model": "model", "iterations": "iterations", "totalTokens": "usage.total_tokens",
    "completionTokens": "usage.completion_tokens", "costUsd": "usage.cost_usd", "durationMs": "duration_ms",
}  # fmt: skip


class Figure(NamedTuple):
    """One of the figures at the top: what it is, and the words below it."""

    value: str
    words: str


def kinds_of(one: Spent) -> tuple[int | None, ...] | None:
    """Tokens of an iteration by kind; None when nothing was reported."""
    used = one.usage
    if not used.reported:
        return None
    if used.prompt_tokens is None and used.completion_tokens is None:  # only a sum is known: nothing says of what
        return None, None, used.total_tokens, None
    return used.cache_read_tokens, used.cache_write_tokens, used.fresh_tokens, used.completion_tokens


def totals(iterations: Sequence[Spent]) -> list[Figure]:
    """The six figures of these iterations."""
    used = add_usage(one.usage for one in iterations)
    reported = sum(one.usage.reported for one in iterations)
    costs = [one.usage.cost_usd for one in iterations]
    cost, unknown = known_sum(costs), costs.count(None)  # a sum alone would be a wrong bill
    agent = [one.agent_ms for one in iterations if one.agent_ms is not None]
    calls, failures = sum(one.tool_calls for one in iterations), sum(one.tool_failures for one in iterations)
    of_all = figures.count(len(iterations), "iteration")
    return [
        Figure(
            figures.tokens(used.total_tokens),
            f"tokens in {of_all}" if reported == len(iterations) else f"tokens in {reported} of {of_all}",
        ),
        Figure(figures.tokens(used.completion_tokens), "output"),
        Figure(percent(used.cache_share), "input from cache"),
        Figure(figures.cost(cost), f"cost, {unknown} unknown" if unknown else "cost"),
        Figure(figures.seconds_prose(sum(agent)) if agent else figures.UNKNOWN, "agent time"),
        Figure(f"{calls:,}", f"tool calls, {failures:,} failed" if failures else "tool calls"),
    ]


def percent(share: float | None) -> str:
    """`87 %`."""
    return figures.UNKNOWN if share is None else f"{round(share * 100)} %"


class TipWords(NamedTuple):
    """A tooltip: its title, lines of name and figure (with the number of a colour), and those below a rule."""

    title: str
    lines: list[tuple[str, str, int | None]]
    below: list[tuple[str, str, int | None]]


def tip_words(one: Spent) -> TipWords:
    """All figures of one iteration."""
    model = one.model or one.requested
    title = f"Iteration {one.number}" + (f", {model}" if model else "")
    kinds = kinds_of(one)
    if kinds is None:
        lines: list[tuple[str, str, int | None]] = [("Tokens", "not reported", None)]
    else:
        lines = [
            (name, figures.tokens(value), place)
            for place, (name, value) in enumerate(zip(KINDS, kinds, strict=True))
            if value is not None
        ]
    calls = figures.count(one.tool_calls, "call") + (f", {one.tool_failures} failed" if one.tool_failures else "")
    below: list[tuple[str, str, int | None]] = []
    if kinds is not None:
        below.append(("Tokens", figures.tokens(one.usage.total_tokens), None))
    below.append(("Cost", figures.cost(one.usage.cost_usd), None))
    below.append(("Tools", calls, None))
    below.append(("Agent", figures.seconds_column(one.agent_ms), None))
    if one.test_ms is not None:
        below.append(("Tests", figures.seconds_column(one.test_ms), None))
    if one.status != "succeeded":
        below.append(("Result", iteration_look(one.status).word, None))
    return TipWords(title, lines, below)


def as_csv(found: SessionUsage) -> str:
    """The figures of plots and tables for a spreadsheet: iterations, an empty line, models; unknown is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for columns, rows in ((_ITERATION_COLUMNS, found.iterations), (_MODEL_COLUMNS, found.models)):
        if columns is _MODEL_COLUMNS:
            writer.writerow([])
        writer.writerow(columns)
        writer.writerows([_safe(attrgetter(field)(row)) for field in columns.values()] for row in rows)
    return text.getvalue()


def _safe(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
