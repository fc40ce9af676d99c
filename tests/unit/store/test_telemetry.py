"""Tool calls, usage and test runs: an index that replaying does not change, and that others do not slow down."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ampsm.model.telemetry import ModelUsage, TestResult, Usage
from ampsm.store import iterations, sessions, telemetry
from ampsm.store.connection import Store
from tests.support.records import a_call, a_session, an_iteration, at

SESSION = "add-login-aaaaaa"


@pytest.fixture(autouse=True)
def _session(store: Store) -> None:
    sessions.insert_session(store, a_session())
    for number in (1, 2, 3):
        iterations.insert_iteration(store, an_iteration(number=number))


def seqs(store: Store, **filters: object) -> list[tuple[int, int]]:
    found = telemetry.tool_calls(store, SESSION, **filters)  # type: ignore[arg-type]
    return [(call.iteration, call.seq) for call in found]


def test_calls_come_back_as_they_were_oldest_first(store: Store) -> None:
    later = [a_call(2, seq) for seq in (1, 2)]
    first = a_call(
        1, 5, args={"path": "ü/\0", "deep": [{"n": 1.5}]}, success=None, duration_ms=12, ended_at=at(2), error="no",
        parent_id="call-1", estimated=True,
    )  # fmt: skip
    telemetry.upsert_tool_calls(store, f"{SESSION}/2", later)
    telemetry.upsert_tool_calls(store, f"{SESSION}/1", [first])
    telemetry.upsert_tool_calls(store, f"{SESSION}/3", [])
    assert telemetry.tool_calls(store, SESSION) == [first, *later]
    assert telemetry.tool_calls(store, "nobody") == []


def test_a_call_that_ends_replaces_its_start(store: Store) -> None:
    running = a_call(1, 3, success=None)
    done = a_call(1, 3, success=False, ended_at=at(2), error="exit 1")
    telemetry.upsert_tool_calls(store, f"{SESSION}/1", [running])
    for _ in range(2):
        telemetry.upsert_tool_calls(store, f"{SESSION}/1", [done])
        assert telemetry.tool_calls(store, SESSION) == [done]


def test_filters(store: Store) -> None:
    for number in (1, 2, 3):
        calls = [a_call(number, seq, success=seq != 2) for seq in (1, 2, 3)]
        telemetry.upsert_tool_calls(store, f"{SESSION}/{number}", calls)
    assert seqs(store, limit=2) == [(3, 2), (3, 3)]
    assert seqs(store, limit=2, failed=True) == [(2, 2), (3, 2)]
    assert seqs(store, iterations=[1, 3], limit=4) == [(1, 3), (3, 1), (3, 2), (3, 3)]
    assert seqs(store, iterations=[]) == []
    assert seqs(store, since=at(2, 3)) == [(2, 3), (3, 1), (3, 2), (3, 3)]
    assert len(seqs(store)) == 9


def test_usage_replaces_what_was_there_and_sums_up_in_the_iteration(store: Store) -> None:
    telemetry.replace_usage(store, f"{SESSION}/1", [ModelUsage("old", Usage(1, 1, 2))])
    parts = [ModelUsage(None, Usage(1, 1, 2, cost_usd=0.1)), ModelUsage("m", Usage(2, 3, 5, 1, 0, 0.2))]
    for _ in range(2):
        telemetry.replace_usage(store, f"{SESSION}/1", parts)
    telemetry.replace_usage(store, f"{SESSION}/3", [])
    assert telemetry.usage_of(store, SESSION) == {1: parts}
    first = iterations.iteration(store, SESSION, 1)
    assert first is not None
    assert first.usage == Usage(3, 4, 7, 1, 0, 0.3)
    assert telemetry.usage_of(store, "nobody") == {}


def test_the_last_test_of_a_tree(store: Store) -> None:
    failed, passed = TestResult("make test", 1, False, 10), TestResult("make test", 0, True, 20)
    tree = "f" * 40
    telemetry.insert_test_run(store, SESSION, f"{SESSION}/1", passed, tree, at(1))
    telemetry.insert_test_run(store, SESSION, f"{SESSION}/1", failed, tree, at(1))
    assert telemetry.last_test_of_tree(store, SESSION, tree, "make test") == failed
    telemetry.insert_test_run(store, SESSION, None, failed, tree, at(2))
    telemetry.insert_test_run(store, SESSION, None, passed, tree)
    telemetry.insert_test_run(store, SESSION, None, failed, None)
    assert telemetry.last_test_of_tree(store, SESSION, tree, "make test") == passed
    assert telemetry.last_test_of_tree(store, SESSION, tree, "make check") is None
    assert store.query("SELECT count(*) FROM test_runs") == [(4,)]


def steps(store: Store, question: Callable[[], object]) -> int:
    """How much work SQLite does for a question, in tens of its own instructions."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    store.connection.set_progress_handler(tick, 10)
    question()
    store.connection.set_progress_handler(None, 0)
    return count


def test_other_sessions_telemetry_costs_nothing(store: Store) -> None:
    telemetry.upsert_tool_calls(store, f"{SESSION}/1", [a_call(1, seq) for seq in range(20)])
    telemetry.replace_usage(store, f"{SESSION}/1", [ModelUsage("m", Usage(1, 1, 2))])
    questions: list[Callable[[], object]] = [
        lambda: telemetry.tool_calls(store, SESSION),
        lambda: telemetry.tool_calls(store, SESSION, iterations=[1], limit=5, failed=True, since=at(0)),
        lambda: telemetry.usage_of(store, SESSION),
        lambda: sessions.session_rows(store),
        lambda: sessions.find_sessions(store, "add-login"),
    ]
    sessions.insert_session(store, a_session("other-bbbbbb", name="other"))
    iterations.insert_iteration(store, an_iteration("other-bbbbbb"))
    before = [steps(store, question) for question in questions]
    telemetry.upsert_tool_calls(store, "other-bbbbbb/1", [a_call(1, seq) for seq in range(20_000)])
    others = [ModelUsage(f"m{n}", Usage(1, 1, 2, cost_usd=0.1)) for n in range(2000)]
    telemetry.replace_usage(store, "other-bbbbbb/1", others)
    after = [steps(store, question) for question in questions]
    assert all(now <= then + 5 for then, now in zip(before, after, strict=True)), (before, after)
