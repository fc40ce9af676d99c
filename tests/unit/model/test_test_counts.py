"""What test runners say last, read as counts."""

from __future__ import annotations

import pytest

from ampsm.model.test_counts import TestCounts, read_counts

_CARGO = "test result: {}. {} passed; {} failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s"


@pytest.mark.parametrize(
    ("said", "failed", "total"),
    [
        ("FAILED tests/a.py::test_b - assert 1 == 2\n3 failed, 85 passed in 4.00s", 3, 88),
        ("==== 3 failed, 84 passed, 2 skipped, 1 xfailed, 4 warnings, 1 error in 64.02s (0:01:04) ====", 4, 89),
        ("88 passed in 4s", 0, 88),
        ("Test Suites: 1 failed, 4 passed, 5 total\nTests:       3 failed, 2 skipped, 85 passed, 90 total", 3, 88),
        (" Test Files  1 failed | 3 passed (4)\n      Tests  1 failed | 37 passed (38)\n   Duration  1.2s", 1, 38),
        ("Ran 88 tests in 0.021s\n\nFAILED (failures=2, errors=1, skipped=8)", 3, 80),
        ("Ran 1 test in 0.000s\n\nOK", 0, 1),
        ("--- FAIL: TestA (0.00s)\n    --- FAIL: TestA/sub (0.00s)\nFAIL\nFAIL\texample.com/a\t0.004s", 1, None),
        ("=== RUN   TestA\n--- PASS: TestA (0.00s)\n--- FAIL: TestB (0.01s)\nFAIL", 1, 2),
        (_CARGO.format("FAILED", 85, 3), 3, 88),
        (f"{_CARGO.format('ok', 10, 0)}\n\n{_CARGO.format('FAILED', 1, 1)}", 1, 12),
        ("# tests 88\n# suites 3\n# pass 85\n# fail 3", 3, 88),
        ("ℹ tests 3\nℹ pass 3\nℹ fail 0", 0, 3),
        ("  85 passing (2s)\n  3 failing\n\n  1) it fails", 3, 88),
        ("[ERROR] Tests run: 8, Failures: 2, Errors: 1, Skipped: 0, Time elapsed: 0.1 s <<< FAILURE!\n"
         "[ERROR] Tests run: 88, Failures: 2, Errors: 1, Skipped: 0", 3, 88),
        ("88 tests completed, 3 failed", 3, 88),
        ("2 passed in 0.10s\n1 failed, 2 passed in 0.10s", 1, 5),
    ],
)  # fmt: skip
def test_each_runner_is_understood(said: str, failed: int, total: int | None) -> None:
    assert read_counts(said.split("\n"), passed=failed == 0) == TestCounts(failed, total)


@pytest.mark.parametrize(
    ("said", "passed"),
    [
        ("", False),
        ("all is well", True),
        ("3 failed of 88, in 4 places", False),
        ("88 passed in 4.00s\nruff: 2 errors", False),  # something else failed
        ("1 failed in 4.00s", True),
        ("1 error in 0.10s", False),
        ("ok  \texample.com/a\t0.004s", True),
        ("Found 3 errors in 1 file (checked 2 source files)", False),
        ("1 failed, " * 1_000 + "1 passed in 4.00s", False),
    ],
)
def test_what_is_not_told_or_cannot_be_is_unknown(said: str, passed: bool) -> None:
    assert read_counts(said.split("\n"), passed=passed) is None


def test_of_a_part_only_one_summary_of_the_whole_is_believed() -> None:
    one = ["1 failed, 2 passed in 0.10s"]
    assert read_counts(one, passed=False, whole=False) == TestCounts(1, 3)
    assert read_counts(["2 passed in 1s", *one], passed=False, whole=False) is None
    assert read_counts([_CARGO.format("FAILED", 1, 1)], passed=False, whole=False) is None


def test_words() -> None:
    counts = [TestCounts(3, 88), TestCounts(1, 1), TestCounts(0, 1_088), TestCounts(1, None), TestCounts(2, None)]
    assert [found.words for found in counts] == [
        "3 of 88 tests failed", "1 of 1 test failed", "1,088 tests passed", "1 test failed", "2 tests failed",
    ]  # fmt: skip
