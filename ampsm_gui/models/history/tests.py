"""How the test script went, in words: with counts where its output told them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ampsm.model.test_counts import TestCounts


def with_counts(iteration: dict[str, Any], counts: Mapping[int, TestCounts]) -> dict[str, Any]:
    """The document of an iteration with what is known of its tests."""
    found = counts.get(iteration["number"])
    if found is None or not iteration["test"]:
        return iteration
    return {**iteration, "test": {**iteration["test"], "counts": asdict(found)}}


def test_words(test: dict[str, Any]) -> str:
    """`3 of 88 tests failed`, `tests passed`."""
    if test["timedOut"]:
        return "tests timed out"
    counts = _counts(test)
    return counts.words if counts else "tests passed" if test["passed"] else "tests failed"


def counted(test: dict[str, Any]) -> str:
    """The same where a title says that it is of tests: `3 of 88 failed`, `88 passed`; empty where it is not known."""
    counts = _counts(test)
    return counts.words.replace(" tests ", " ").replace(" test ", " ") if counts else ""


def test_words_of_cell(test: dict[str, Any]) -> str:
    """For a narrow column: `3 of 88 failed`, `Passed`."""
    if test["passed"]:
        return "Passed"
    return "Timed out" if test["timedOut"] else counted(test) or "Failed"


def _counts(test: dict[str, Any]) -> TestCounts | None:
    found = test.get("counts")
    return TestCounts(**found) if found else None
