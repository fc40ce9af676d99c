"""Iterations in the store: one row each, with the totals of what the iteration spent and did."""

from __future__ import annotations

import json
from typing import Any

from ampsm.model.session import Iteration
from ampsm.model.telemetry import TestResult, Usage
from ampsm.store.connection import Store
from ampsm.store.stored_json import stored_object
from ampsm.store.usage_columns import USAGE_COLUMNS, usage_from, usage_values

_TEST_COLUMNS = ("test_command", "test_exit_code", "test_passed", "test_duration_ms", "test_timed_out")

#: The order that `iteration_from` expects.
ITERATION_COLUMNS = (
    "id", "number", "session_id", "status", "started_at", "prompt", "start_sha", "ended_at", "duration_ms",
    "model_requested", "model", "thread_id", "commit_sha", "end_sha", "changed_files", "insertions", "deletions",
    *_TEST_COLUMNS, *USAGE_COLUMNS, "tool_calls", "tool_failures", "error", "hook_output",
)  # fmt: skip

_PLAIN_COLUMNS = frozenset(ITERATION_COLUMNS) - {*_TEST_COLUMNS, *USAGE_COLUMNS, "error", "id"}
_SELECT = f"SELECT {', '.join(ITERATION_COLUMNS)} FROM iterations"


def insert_iteration(store: Store, iteration: Iteration) -> None:
    """Stores a new iteration; its `number` must be free in its session."""
    values = _values({name: getattr(iteration, name) for name in Iteration.__dataclass_fields__ if name != "id"})
    values["id"] = iteration.id
    marks = ", ".join("?" * len(values))
    store.execute(f"INSERT INTO iterations({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


def update_iteration(store: Store, iteration_id: str, **changes: Any) -> None:
    """Changes fields of an iteration, named and typed as in the dataclass (`test=TestResult`, `usage=Usage`, …)."""
    values = _values(changes)
    if values:
        sets = ", ".join(f"{column} = ?" for column in values)
        store.execute(f"UPDATE iterations SET {sets} WHERE id = ?", (*values.values(), iteration_id))


def update_row(store: Store, row: Iteration, after: Iteration) -> None:
    """Makes a row, which is `row`, say what `after` says."""
    fields = Iteration.__dataclass_fields__
    update_iteration(
        store, row.id, **{name: new for name in fields if (new := getattr(after, name)) != getattr(row, name)}
    )


def iterations_of(store: Store, session_id: str) -> list[Iteration]:
    """A session's iterations, oldest first."""
    rows = store.query(f"{_SELECT} WHERE session_id = ? ORDER BY number", (session_id,))
    found = {row[1]: iteration_from(row) for row in rows}
    found |= {number: unsettled.iteration for number, unsettled in store.unsettled_iterations(session_id).items()}
    return [found[number] for number in sorted(found)]


def iteration(store: Store, session_id: str, number: int) -> Iteration | None:
    if unsettled := store.unsettled_iterations(session_id).get(number):
        return unsettled.iteration
    rows = store.query(f"{_SELECT} WHERE session_id = ? AND number = ?", (session_id, number))
    return iteration_from(rows[0]) if rows else None


def iteration_from(row: tuple[Any, ...]) -> Iteration:
    """The iteration in a row of ITERATION_COLUMNS."""
    test = TestResult(row[17], row[18], bool(row[19]), row[20], bool(row[21])) if row[17] is not None else None
    tool_calls, tool_failures, error, hook_output = row[29:]
    fields = (
        *row[:17], test, usage_from(row[22:29]), tool_calls, tool_failures,
        _error_from(error), hook_output,
    )  # fmt: skip
    return Iteration(*fields)


def _values(changes: dict[str, Any]) -> dict[str, Any]:
    """Fields of the dataclass as columns and what SQLite stores in them."""
    values: dict[str, Any] = {}
    for name, value in changes.items():
        if name == "test":
            values |= zip(_TEST_COLUMNS, _test_values(value), strict=True)
        elif name == "usage":
            values |= zip(USAGE_COLUMNS, usage_values(value or Usage()), strict=True)
        elif name == "error":
            values[name] = None if value is None else json.dumps(value)
        elif name in _PLAIN_COLUMNS:
            values[name] = value
        else:
            raise TypeError(f"an iteration has no field {name!r}")
    return values


def _test_values(test: TestResult | None) -> tuple[Any, ...]:
    if test is None:
        return (None,) * len(_TEST_COLUMNS)
    return (test.command, test.exit_code, int(test.passed), test.duration_ms, int(test.timed_out))


def _error_from(text: str | None) -> dict[str, Any] | None:
    """The Error document that a column holds, with what every one has."""
    found = stored_object(text)
    if found is None or {"code", "message"} <= found.keys():
        return found
    return {"code": "failed", "message": "What went wrong cannot be read", "hint": None, "details": {}, **found}
