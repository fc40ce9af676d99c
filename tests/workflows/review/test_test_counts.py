"""How many tests failed, read from the ends of journals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ampsm.context import Context
from ampsm.journal.codec import encode
from ampsm.journal.events import AnyEvent, IterationFinished, TestFinished, TestOutput, TestStarted
from ampsm.model.telemetry import TestResult
from ampsm.model.test_counts import TestCounts
from ampsm.workflows.review import counts_of_tests, iteration_journals
from ampsm.workflows.review import test_counts as reading
from tests.support.records import an_iteration
from tests.support.world import World

_FAILED = TestResult("pytest", 1, passed=False, duration_ms=10)


@pytest.fixture
def journal(tmp_path: Path) -> Callable[[Sequence[str]], Path]:
    def write(lines: Sequence[str]) -> Path:
        events: list[AnyEvent] = [
            TestStarted(command="pytest"),
            *(TestOutput(text=line) for line in lines),
            TestFinished(command="pytest", exit_code=1, passed=False, duration_ms=10),
            IterationFinished(status="succeeded"),
        ]
        path = tmp_path / "journal.jsonl"
        path.write_bytes(b"".join(map(encode, events)))
        return path

    return write


def test_a_real_iteration_says_its_counts(world: World, ctx: Context) -> None:
    world.use(tools=[])
    script = "printf '\\033[31m2 failed\\033[0m, 7 passed in 0.10s\\n'; exit 1"
    session = world.new(world.make_repo(), "Task", "--script", script)
    world.iterate(session, code=8)
    assert counts_of_tests(iteration_journals(ctx, session["id"])) == {1: TestCounts(2, 9)}


def test_a_long_journal_is_read_from_its_end_and_once(
    journal: Callable[[Sequence[str]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[bytes] = []
    decode = reading.decode
    monkeypatch.setattr(reading, "decode", lambda line: decoded.append(line) or decode(line))  # type: ignore[func-returns-value]
    path = journal([*(f"line {number}" for number in range(5_000)), "3 failed, 85 passed in 4.00s"])
    iteration = an_iteration(status="succeeded", test=_FAILED)
    assert counts_of_tests([(iteration, path)]) == {iteration.number: TestCounts(3, 88)}
    assert 0 < len(decoded) < 500
    decoded.clear()
    assert counts_of_tests([(iteration, path)]) and not decoded
    journal(["2 failed in 1.00s", "1 failed in 1.00s"])
    assert counts_of_tests([(iteration, path)]) == {iteration.number: TestCounts(3, 3)}
    assert counts_of_tests([(replace(iteration, status="running"), path)]) == {}
    assert counts_of_tests([(replace(iteration, test=replace(_FAILED, timed_out=True)), path)]) == {}
    assert counts_of_tests([(iteration, path.with_name("gone"))]) == {}
