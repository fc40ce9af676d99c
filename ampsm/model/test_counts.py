"""How many tests failed, of how many, as the last lines of a test script say it, whatever ran the tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ampsm.model.record import record

_LONGEST = 300  # characters of a line that sums up


@record
class TestCounts:
    """Tests that failed or could not run, and all that ran; `total` None when that is not told. Skipped ones count in
    neither."""

    __test__ = False

    failed: int
    total: int | None

    @property
    def words(self) -> str:
        """`3 of 88 tests failed`, `3 tests failed`, `88 tests passed`."""
        one = "test" if (self.failed if self.total is None else self.total) == 1 else "tests"
        if self.total is None:
            return f"{self.failed:,} {one} failed"
        return f"{self.failed:,} of {self.total:,} {one} failed" if self.failed else f"{self.total:,} {one} passed"


def read_counts(lines: Sequence[str], *, passed: bool, whole: bool = True) -> TestCounts | None:
    """What these lines, without escapes, say of a test script that passed or failed; None when they say nothing, or
    what cannot be. With several summaries, as of several suites, it is their sum. Unless the lines are the `whole`
    output, one of those that may be one of many is not believed."""
    found: list[TestCounts] = []
    lines = [line for line in lines if len(line) <= _LONGEST]
    for reader, many in _READERS:
        told = reader(lines)
        if told and not whole and (many or len(told) > 1):
            return None
        found += told
    failed = sum(counts.failed for counts in found)
    totals = [counts.total for counts in found]
    total = None if None in totals else sum(counts.total or 0 for counts in found)
    if not found or passed != (failed == 0) or (passed and not total):
        return None
    return TestCounts(failed, total)


def _named(line: str) -> dict[str, int]:
    """`3 failed, 85 passed` as figures by name."""
    found: dict[str, int] = {}
    for figure, name in re.findall(r"(\d+) ([a-z]+)", line):
        found[name] = found.get(name, 0) + int(figure)
    return found


def _of_names(line: str) -> TestCounts | None:
    """None where there are but errors, as of files that could not be read: those are no tests."""
    named = _named(line)
    if "failed" not in named and "passed" not in named:
        return None
    failed = sum(named.get(name, 0) for name in ("failed", "error", "errors"))
    return TestCounts(failed, failed + sum(named.get(name, 0) for name in ("passed", "xfailed", "xpassed")))


_OUTCOME = r"\d+ (?:failed|passed|skipped|deselected|xfailed|xpassed|warnings?|errors?|rerun)"
_PYTEST = re.compile(rf"(?:=+ )?({_OUTCOME}(?:, {_OUTCOME})*) in \d[\d.]*s\b.*")
_JEST = re.compile(r"Tests:\s+((?:\d+ [a-z]+, )*\d+ total)")
_VITEST = re.compile(r"\s*Tests\s+(\d+ [a-z]+(?: \| \d+ [a-z]+)*) \(\d+\)")
_CARGO = re.compile(r"test result: (?:ok|FAILED)\. (\d+ passed; \d+ failed);.*")


def _lines_of_names(pattern: re.Pattern[str]) -> Callable[[Sequence[str]], list[TestCounts]]:
    def read(lines: Sequence[str]) -> list[TestCounts]:
        matches = (match for line in lines if (match := pattern.fullmatch(line.rstrip())))
        return [counts for match in matches if (counts := _of_names(match[1]))]

    return read


_RAN = re.compile(r"Ran (\d+) tests? in .*")
_UNITTEST_END = re.compile(r"(?:OK|FAILED)(?: \(([a-z =\d,]+)\))?")


def _unittest(lines: Sequence[str]) -> list[TestCounts]:
    found, ran = [], None
    for line in lines:
        if match := _RAN.fullmatch(line.rstrip()):
            ran = int(match[1])
        elif ran is not None and (match := _UNITTEST_END.fullmatch(line.strip())):
            named = {name: int(figure) for name, figure in re.findall(r"([a-z ]+)=(\d+)", match[1] or "")}
            named = {name.strip(): figure for name, figure in named.items()}
            failed = sum(named.get(name, 0) for name in ("failures", "errors", "unexpected successes"))
            found.append(TestCounts(failed, ran - named.get("skipped", 0)))
            ran = None
    return found


_GO = re.compile(r"--- (FAIL|PASS): \S+ \([\d.]+s\)")


def _go(lines: Sequence[str]) -> list[TestCounts]:
    """Those that passed are told by `go test -v` only."""
    ends = [match[1] for line in lines if (match := _GO.fullmatch(line.rstrip()))]
    return [TestCounts(ends.count("FAIL"), len(ends) if "PASS" in ends else None)] if ends else []


_TAP = re.compile(r"(?:#|ℹ) (pass|fail|tests) +(\d+)")
_MOCHA = re.compile(r"\s+(\d+) (passing|failing)(?: \([\d.]+m?s\))?")


def _pairs(lines: Sequence[str]) -> list[TestCounts]:
    """Runners that give each figure a line: TAP (`# fail 3`), mocha (`3 failing`)."""
    tap = [(match[1], int(match[2])) for line in lines if (match := _TAP.fullmatch(line.strip()))]
    mocha = [(match[2], int(match[1])) for line in lines if (match := _MOCHA.fullmatch(line.rstrip()))]
    found = []
    for figures, passes, fails in ((tap, "pass", "fail"), (mocha, "passing", "failing")):
        if figures:
            failed = sum(figure for name, figure in figures if name == fails)
            passed = sum(figure for name, figure in figures if name == passes)
            total = sum(figure for name, figure in figures if name == "tests")
            found.append(TestCounts(failed, failed + passed or total))
    return found


_MAVEN = re.compile(r"(?:\[\w+\]\s+)?Tests run: (\d+), Failures: (\d+), Errors: (\d+)(?:, Skipped: (\d+))?")
_GRADLE = re.compile(r"(\d+) tests? completed(?:, (\d+) failed)?(?:, (\d+) skipped)?")


def _java(lines: Sequence[str]) -> list[TestCounts]:
    """Maven's sums, not its lines per class, which end in the time they took; Gradle's."""
    found = []
    for line in lines:
        if match := _MAVEN.fullmatch(line.strip()):
            run, failures, errors, skipped = (int(figure or 0) for figure in match.groups())
            found.append(TestCounts(failures + errors, run - skipped))
        elif match := _GRADLE.fullmatch(line.strip()):
            run, failures, skipped = (int(figure or 0) for figure in match.groups())
            found.append(TestCounts(failures, run - skipped))
    return found


#: What reads the summaries of a runner, and whether it may give many of them for one run.
_READERS: tuple[tuple[Callable[[Sequence[str]], list[TestCounts]], bool], ...] = (
    (_lines_of_names(_PYTEST), False),
    (_lines_of_names(_JEST), False),
    (_lines_of_names(_VITEST), False),
    (_lines_of_names(_CARGO), True),
    (_unittest, False),
    (_go, True),
    (_pairs, False),
    (_java, False),
)
