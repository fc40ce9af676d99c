"""Figures and times as the design writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ampsm_gui.look import figures

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "words"),
    [(None, "–"), (0, "0"), (812, "812"), (1_000, "1.0 k"), (9_949, "9.9 k"), (9_950, "10 k"), (214_300, "214 k"),
     (999_499, "999 k"), (999_500, "1.00 M"), (1_380_000, "1.38 M"), (99_949_999, "99.95 M"), (123_456_789, "123 M")],
)  # fmt: skip
def test_tokens(count: int | None, words: str) -> None:
    assert figures.tokens(count) == words


@pytest.mark.parametrize(
    ("milliseconds", "column", "prose"),
    [(None, "–", "–"), (400, "0.4 s", "0.4 s"), (48_200, "48.2 s", "48 s"), (59_949, "59.9 s", "1 min 00 s"),
     (59_950, "1:00", "1 min 00 s"), (124_000, "2:04", "2 min 04 s"), (3_724_000, "1:02:04", "1 h 02 min")],
)  # fmt: skip
def test_durations(milliseconds: int | None, column: str, prose: str) -> None:
    assert (figures.seconds_column(milliseconds), figures.seconds_prose(milliseconds)) == (column, prose)


@pytest.mark.parametrize(
    ("at", "words"),
    [(None, "–"), ("nonsense", "–"), ("2026-11-24T11:59:30Z", "now"), ("2026-11-24T12:00:05Z", "now"),
     ("2026-11-24T11:54:00.000Z", "6 min"), ("2026-11-24T08:17:00Z", "08:17"), ("2026-11-20T23:00:00Z", "Fri"),
     ("2026-11-17T10:00:00Z", "17 Nov"), ("2025-11-17T10:00:00Z", "17 Nov 2025")],
)  # fmt: skip
def test_ago(at: str | None, words: str) -> None:
    assert figures.ago(at, NOW) == words


def test_counts_costs_and_exact_times() -> None:
    assert [figures.count(1, "file"), figures.count(9, "file"), figures.count(2, "branch", "branches")] == [
        "1 file", "9 files", "2 branches"
    ]  # fmt: skip
    assert [figures.cost(usd) for usd in (None, 0, 8.314, 0.0042, 1234.5)] == [
        "–",
        "$0.00",
        "$8.31",
        "$0.0042",
        "$1,234.50",
    ]
    assert figures.exact_time("2026-11-24T08:21:07.500Z") == "2026-11-24 08:21:07"
    assert figures.clock_time("2026-11-24T08:21:07Z") == "08:21:07"
