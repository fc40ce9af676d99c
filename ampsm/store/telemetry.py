"""Tool calls, usage and test runs in the store: an index of what the journals say.

Rows are keyed by what they are about, so that replaying a journal changes nothing that is already there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from ampsm.model.session import utc_now
from ampsm.model.telemetry import ModelUsage, TestResult, ToolCall, add_usage
from ampsm.store.connection import Store
from ampsm.store.iterations import update_iteration
from ampsm.store.stored_json import stored_object
from ampsm.store.usage_columns import USAGE_COLUMNS, usage_from, usage_values

_CALL_COLUMNS = (
    "seq", "id", "tool", "started_at", "ended_at", "success", "duration_ms", "parent_id", "estimated", "error", "args",
)  # fmt: skip

_UPSERT = f"""
    INSERT INTO tool_calls(iteration_id, {", ".join(_CALL_COLUMNS)})
    VALUES (?, {", ".join("?" * len(_CALL_COLUMNS))})
    ON CONFLICT(iteration_id, seq) DO UPDATE SET {", ".join(f"{c} = excluded.{c}" for c in _CALL_COLUMNS[1:])}
"""


def upsert_tool_calls(store: Store, iteration_id: str, rows: Iterable[ToolCall]) -> None:
    """Stores new tool calls and replaces those already there with the same `seq`."""
    values = [
        (
            iteration_id,
            call.seq,
            call.id,
            call.tool,
            call.started_at,
            call.ended_at,
            None if call.success is None else int(call.success),
            call.duration_ms,
            call.parent_id,
            int(call.estimated),
            call.error,
            json.dumps(call.args),
        )
        for call in rows
    ]
    if values:
        store.execute_many(_UPSERT, values)


def replace_usage(store: Store, iteration_id: str, models: Sequence[ModelUsage]) -> None:
    """Stores what each model spent in the iteration, in place of what was there, and the iteration's sum of it."""
    with store.transaction():
        store.execute("DELETE FROM usage WHERE iteration_id = ?", (iteration_id,))
        store.execute_many(
            f"INSERT INTO usage(iteration_id, model, {', '.join(USAGE_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(iteration_id, spent.model or "", *usage_values(spent.usage)) for spent in models],
        )
        update_iteration(store, iteration_id, usage=add_usage(spent.usage for spent in models))


def tool_calls(
    store: Store,
    session_id: str,
    *,
    iterations: Sequence[int] | None = None,
    limit: int | None = None,
    failed: bool = False,
    since: str | None = None,
    from_place: tuple[int, int] | None = None,
) -> list[ToolCall]:
    """A session's tool calls, oldest first: those of the iterations numbered, started at `since` or later, `failed`
    only, not before `from_place` (an iteration's number and a seq in it), and of these the `limit` newest."""
    conditions: list[str] = ["i.session_id = ?"]
    parameters: list[str | int] = [session_id]
    if iterations is not None:
        conditions.append("i.number IN (SELECT value FROM json_each(?))")
        parameters.append(json.dumps(list(iterations)))
    if since is not None:
        conditions.append("t.started_at >= ?")
        parameters.append(since)
    if failed:
        conditions.append("t.success = 0")
    if from_place is not None:
        conditions.append("i.number >= ? AND (i.number > ? OR t.seq >= ?)")
        parameters += [from_place[0], *from_place]
    # CROSS JOIN keeps SQLite to this order of loops: from the session's few iterations to their calls, by index.
    rows = store.query(
        f"""
        SELECT i.number, {", ".join(f"t.{column}" for column in _CALL_COLUMNS)}
        FROM iterations i CROSS JOIN tool_calls t ON t.iteration_id = i.id
        WHERE {" AND ".join(conditions)}
        ORDER BY i.number DESC, t.seq DESC LIMIT ?
        """,
        [*parameters, -1 if limit is None else limit],
    )
    found = [_call_from(row) for row in reversed(rows)]
    unsettled = [
        call
        for number, ended in store.unsettled_iterations(session_id).items()
        if iterations is None or number in iterations
        for call in ended.calls
        if (since is None or call.started_at >= since)
        and (not failed or call.success is False)
        and (from_place is None or (number, call.seq) >= from_place)
    ]
    return _replaced(found, unsettled, limit) if unsettled else found


def _replaced(calls: list[ToolCall], by: list[ToolCall], limit: int | None) -> list[ToolCall]:
    found = {(call.iteration, call.seq): call for call in (*calls, *by)}
    places = sorted(found)
    return [found[place] for place in (places if limit is None else places[-limit:])]


def stored_calls(store: Store, iteration_id: str) -> set[tuple[int, str | None]]:
    """The `seq` of each tool call in the rows of an iteration, and when it ended: a call changes only by ending."""
    rows = store.query("SELECT seq, ended_at FROM tool_calls WHERE iteration_id = ?", (iteration_id,))
    return {(seq, ended_at) for seq, ended_at in rows}


def tool_call(store: Store, session_id: str, number: int, seq: int) -> ToolCall | None:
    """One call by its iteration's number and its `seq`."""
    if unsettled := store.unsettled_iterations(session_id).get(number):
        for call in unsettled.calls:
            if call.seq == seq:
                return call
    rows = store.query(
        f"""
        SELECT i.number, {", ".join(f"t.{column}" for column in _CALL_COLUMNS)}
        FROM iterations i CROSS JOIN tool_calls t ON t.iteration_id = i.id
        WHERE i.session_id = ? AND i.number = ? AND t.seq = ?
        """,
        (session_id, number, seq),
    )
    return _call_from(rows[0]) if rows else None


def usage_of(store: Store, session_id: str) -> dict[int, list[ModelUsage]]:
    """What each model spent, by iteration number; iterations that reported nothing are missing."""
    rows = store.query(
        f"""
        SELECT i.number, u.model, {", ".join(f"u.{column}" for column in USAGE_COLUMNS)}
        FROM iterations i CROSS JOIN usage u ON u.iteration_id = i.id
        WHERE i.session_id = ? ORDER BY i.number, u.model
        """,
        (session_id,),
    )
    found: dict[int, list[ModelUsage]] = {}
    for number, model, *values in rows:
        found.setdefault(number, []).append(ModelUsage(model or None, usage_from(tuple(values))))
    for number, unsettled in store.unsettled_iterations(session_id).items():
        found.pop(number, None)
        if unsettled.models:
            found[number] = unsettled.models
    return dict(sorted(found.items()))


def insert_test_run(
    store: Store,
    session_id: str,
    iteration_id: str | None,
    result: TestResult,
    tree_sha: str | None = None,
    at: str | None = None,
) -> None:
    """Records a run of the test script, on the tree `tree_sha` when the worktree was exactly that; an iteration has
    one at most, the last one said. `at` defaults to now."""
    store.execute(
        """
        INSERT INTO test_runs(
            session_id, iteration_id, at, command, exit_code, passed, duration_ms, timed_out, tree_sha
        )
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT(iteration_id) DO UPDATE SET at = excluded.at, command = excluded.command,
            exit_code = excluded.exit_code, passed = excluded.passed, duration_ms = excluded.duration_ms,
            timed_out = excluded.timed_out, tree_sha = excluded.tree_sha
        """,
        (
            session_id,
            iteration_id,
            at or utc_now(),
            result.command,
            result.exit_code,
            int(result.passed),
            result.duration_ms,
            int(result.timed_out),
            tree_sha,
        ),
    )


def last_test_of_tree(store: Store, session_id: str, tree_sha: str, command: str) -> TestResult | None:
    """How the test script `command` last ended on exactly this tree."""
    rows = store.query(
        """
        SELECT command, exit_code, passed, duration_ms, timed_out FROM test_runs
        WHERE session_id = ? AND tree_sha = ? AND command = ? ORDER BY at DESC, id DESC LIMIT 1
        """,
        (session_id, tree_sha, command),
    )
    return TestResult(rows[0][0], rows[0][1], bool(rows[0][2]), rows[0][3], bool(rows[0][4])) if rows else None


def test_runs_between_iterations(store: Store, session_id: str) -> list[tuple[int, str, TestResult]]:
    """Runs of the test script that belong to no iteration, oldest first: row number, time of its end, result."""
    rows = store.query(
        """
        SELECT id, at, command, exit_code, passed, duration_ms, timed_out FROM test_runs
        WHERE session_id = ? AND iteration_id IS NULL ORDER BY at, id
        """,
        (session_id,),
    )
    return [
        (number, at, TestResult(command, code, bool(passed), took, bool(late)))
        for number, at, command, code, passed, took, late in rows
    ]


def _call_from(row: tuple[Any, ...]) -> ToolCall:
    (number, seq, call_id, tool, started_at, ended_at, success, duration_ms, parent_id, estimated, error, args) = row
    return ToolCall(
        call_id,
        number,
        seq,
        tool,
        stored_object(args) or {},
        started_at,
        None if success is None else bool(success),
        duration_ms,
        ended_at,
        error,
        parent_id,
        bool(estimated),
    )
