"""Iterations as they come out of the store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ampsm.model.session import Iteration
from ampsm.model.telemetry import TestResult, Usage
from ampsm.store import iterations, sessions
from ampsm.store.connection import Store
from tests.support.records import a_session, an_iteration, at

FULL = an_iteration(
    status="failed", ended_at=at(2), duration_ms=60_000, model_requested="smart", model="claude-opus-4",
    thread_id="T-1", commit_sha="c" * 40, end_sha="e" * 40, changed_files=2, insertions=3, deletions=4,
    test=TestResult("make test", 137, False, 1200, timed_out=True), usage=Usage(1, 2, 3, 4, 5, 0.25, estimated=True),
    tool_calls=7, tool_failures=1, error={"code": "timed-out", "message": "ü", "hint": None, "details": {"n": [1]}},
    hook_output="lint: no\n", prompt="nul \0 and ünï",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _session(store: Store) -> None:
    sessions.insert_session(store, a_session())


@pytest.mark.parametrize("made", [an_iteration(), FULL])
def test_an_iteration_comes_back_as_it_was(store: Store, made: Iteration) -> None:
    iterations.insert_iteration(store, made)
    assert iterations.iteration(store, made.session_id, 1) == made


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "succeeded", "error": None, "ended_at": at(3)},
        {"test": TestResult("true", 0, True, 5)},
        {"test": None, "usage": Usage()},
        {"usage": Usage(9, 9, 18, None, None, None)},
        {},
    ],
)
def test_fields_change_alone(store: Store, changes: dict[str, Any]) -> None:
    iterations.insert_iteration(store, FULL)
    iterations.insert_iteration(store, other := an_iteration(number=2))
    iterations.update_iteration(store, FULL.id, **changes)
    assert iterations.iterations_of(store, FULL.session_id) == [replace(FULL, **changes), other]


@pytest.mark.parametrize("name", ["id", "prompt_tokens", "colour"])
def test_what_is_no_field_is_a_mistake(store: Store, name: str) -> None:
    with pytest.raises(TypeError):
        iterations.update_iteration(store, FULL.id, **{name: "x"})


def test_iterations_come_by_number(store: Store) -> None:
    for number in (2, 10, 1):
        iterations.insert_iteration(store, an_iteration(number=number))
    assert [i.number for i in iterations.iterations_of(store, FULL.session_id)] == [1, 2, 10]
    assert iterations.iteration(store, FULL.session_id, 3) is None
    assert iterations.iterations_of(store, "nobody") == []
