"""Sessions, iterations and tool calls for a database, as many as wanted."""

from __future__ import annotations

from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import ModelUsage, TestResult, ToolCall, Usage
from ampsm.store import iterations, sessions, telemetry
from ampsm.store.connection import Store

_SHA = "0123456789abcdef0123456789abcdef01234567"
_PROMPT = "Implement user authentication with JWT tokens. Keep the old endpoints alive and write tests for all of it. "
_SPENT = Usage(41_234, 2_345, 43_579, 30_000, 1_200, 0.1234, False)


def add_sessions(store: Store, count: int, *, iterations_each: int, first: int = 0) -> list[str]:
    """Stores sessions with iterations that have ended and spent; returns their ids."""
    with store.transaction():
        return [_add_session(store, number, iterations_each) for number in range(first, first + count)]


def add_calls(store: Store, iteration_id: str, count: int) -> None:
    """Stores tool calls of one iteration through the store's own interface."""
    telemetry.upsert_tool_calls(
        store,
        iteration_id,
        [
            ToolCall(
                f"toolu_{seq:08d}", 0, seq, "Bash", {"cmd": f"pytest tests/test_{seq}.py -q"}, _time(seq),
                success=seq % 9 != 0, duration_ms=1200, ended_at=_time(seq + 1), error=None if seq % 9 else "exit 1",
            )
            for seq in range(1, count + 1)
        ],
    )  # fmt: skip


def add_calls_of_others(store: Store, session_id: str, each: int) -> int:
    """Stores so many tool calls for every iteration of all other sessions; returns how many there are now."""
    store.execute(
        """
        WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
        INSERT INTO tool_calls(iteration_id, seq, id, tool, started_at, ended_at, success, duration_ms, args)
        SELECT i.id, n, 'toolu_' || n, 'Read', '2026-05-04T10:00:00.000Z', '2026-05-04T10:00:00.100Z', 1, 100,
               '{"path": "src/part/module.py", "read_range": [1, 200]}'
        FROM iterations i, numbers WHERE i.session_id <> ?
        """,
        (each, session_id),
    )
    return int(store.query("SELECT count(*) FROM tool_calls")[0][0])


def _add_session(store: Store, number: int, iterations_each: int) -> str:
    session_id = f"session-{number:05d}-abcdef"
    sessions.insert_session(
        store,
        Session(
            id=session_id, name=f"Session {number}", prompt=_PROMPT * 3, repo="/srv/shop", base_sha=_SHA,
            branch=f"amp/session-{number}/20260504-100000", worktree=f"/srv/shop/.worktrees/{session_id}",
            status="idle", created_at=_time(number), last_activity_at=_time(number + 60), base_branch="main",
            model="smart", script_command="pnpm test", thread_id="T-3a1cf6de-0000-4000-8000-000000000000",
        ),
    )  # fmt: skip
    for n in range(1, iterations_each + 1):
        iterations.insert_iteration(
            store,
            Iteration(
                id=f"{session_id}/{n}", number=n, session_id=session_id, status="succeeded", started_at=_time(number),
                prompt=_PROMPT, start_sha=_SHA, ended_at=_time(number + 59), duration_ms=59_000, model="smart",
                commit_sha=_SHA, end_sha=_SHA, changed_files=3, insertions=120, deletions=8,
                test=TestResult("pnpm test", 0, True, 4_200), usage=_SPENT, tool_calls=12, tool_failures=1,
            ),
        )  # fmt: skip
        telemetry.replace_usage(store, f"{session_id}/{n}", [ModelUsage("claude-sonnet-4-5", _SPENT)])
    return session_id


def _time(seconds: int) -> str:
    return f"2026-05-04T{10 + seconds // 3600 % 10:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.000Z"
