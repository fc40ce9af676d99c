"""What the benchmark makes of its figures; measuring itself is no unit test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as benchmark
from tests.benchmarks.measure import Pairs, interleave, percentile
from tests.benchmarks.place import Place
from tests.benchmarks.report import Row, missed, ratio_row, table

FAST = Row("fast", "what is fast", "the floor", 1.5, 1.5, floor_ms=10, ours_ms=15)
SLOW = Row("slow", "what is slow", "the floor", 0.4, 0.5, unit="× speed", at_most=False)


def test_a_target_is_met_on_its_own_side_of_the_figure() -> None:
    assert FAST.ok
    assert not SLOW.ok
    assert missed([FAST, SLOW]) == ["slow"]
    assert Row("x", "", "", 0.6, 0.5, at_most=False).ok
    assert not Row("x", "", "", 1.51, 1.5).ok


def test_figures_are_medians_of_pairs_and_not_pairs_of_medians() -> None:
    pairs = Pairs(floor=(1.0, 2.0, 10.0), ours=(2.0, 2.0, 11.0))
    busy = Pairs(floor=(1.0,) * 4, ours=(1.3, 2.0, 9.0, 5.0))
    assert pairs.ratio == pytest.approx(1.1)
    assert pairs.speed == pytest.approx(10 / 11)
    assert busy.extra_ms == pytest.approx(300)
    assert ratio_row("id", "what", "floor", pairs, 1.5).floor_ms == pytest.approx(2000)


def test_both_sides_are_run_by_turns_after_one_run_that_does_not_count() -> None:
    order: list[str] = []

    def timed(name: str, seconds: float) -> float:
        order.append(name)
        return seconds

    pairs = interleave(lambda: timed("floor", 1.0), lambda: timed("ours", 2.0), 2)
    assert order == ["floor", "ours"] * 3
    assert pairs == Pairs((1.0, 1.0), (2.0, 2.0))


def test_percentile_is_one_of_the_values() -> None:
    assert percentile([5, 1, 4, 2, 3], 50) == 3
    assert percentile(list(range(1, 101)), 95) == 95
    assert percentile([7], 95) == 7


def test_the_table_shows_figure_and_target_side_by_side() -> None:
    header, fast, slow = table([FAST, SLOW]).splitlines()
    assert header.split()[:3] == ["row", "what", "floor"]
    assert fast.split()[-6:] == ["1.50", "×", "≤", "1.5", "×", "yes"]
    assert "0.40 × speed" in slow
    assert slow.endswith("NO")


def test_check_fails_when_a_target_is_missed_and_the_json_holds_every_row(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def measurement(place: Place) -> Iterator[Row]:
        assert place.root.is_dir()
        yield from (FAST, SLOW)

    monkeypatch.setattr(benchmark, "MEASUREMENTS", {measurement: ("fast", "slow")})
    monkeypatch.setattr(benchmark, "ROWS", ("fast", "slow"))
    file = tmp_path / "bench.json"
    assert benchmark.main(["--json", str(file)]) == 0
    assert benchmark.main(["--check"]) == 1
    assert benchmark.main(["--check", "fast"]) == 0
    assert "Missed: slow" in capsys.readouterr().err
    found = json.loads(file.read_text())
    assert not found["ok"]
    assert [(row["id"], row["figure"], row["bound"], row["ok"]) for row in found["rows"]] == [
        ("fast", 1.5, "at most", True),
        ("slow", 0.4, "at least", False),
    ]
    with pytest.raises(SystemExit):
        benchmark.main(["no-such-row"])
