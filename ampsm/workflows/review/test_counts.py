"""How many tests failed in iterations, as their test scripts said it last."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from ampsm.journal import events as ev
from ampsm.journal.codec import decode
from ampsm.journal.follower import lines_from_end
from ampsm.journal.text import plain_lines
from ampsm.model.session import Iteration
from ampsm.model.test_counts import TestCounts, read_counts

#: So many lines and bytes of a journal are read back, at most; some follow the test script's.
_LINES, _BYTES = 200, 2**20


def counts_of_tests(journals: Iterable[tuple[Iteration, Path]]) -> dict[int, TestCounts]:
    """By number, of iterations whose test script said them. Each journal is read once, from its end."""
    found = {}
    for iteration, path in journals:
        test = iteration.test
        if test is None or test.timed_out or iteration.status == "running":
            continue
        try:
            state = path.stat()
            counts = _counts(path, test.passed, (state.st_mtime_ns, state.st_size))
        except OSError:
            continue
        if counts is not None:
            found[iteration.number] = counts
    return found


@lru_cache(maxsize=2_000)
def _counts(path: Path, passed: bool, _state: tuple[int, int]) -> TestCounts | None:
    said: list[str] = []
    whole, size = False, 0
    for count, line in enumerate(lines_from_end(path)):
        match decode(line):
            case ev.TestOutput(text=text):
                said.extend(reversed(plain_lines(text)))
            case ev.TestStarted():
                whole = True
                break
        size += len(line)
        if count >= _LINES or size > _BYTES:
            break
    return read_counts(said[::-1], passed=passed, whole=whole)
