"""The window's refresh is measured against a bare script that finds the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import refreshing
from tests.benchmarks.place import Place


def test_both_sides_find_the_same_sessions_ahead_and_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_REPOSITORIES": 2, "_HISTORY": 30, "_ROUNDS": 2}.items():
        monkeypatch.setattr(refreshing, name, value)
    place = Place(tmp_path / "place")
    (row,) = refreshing.measure_refresh(place)  # fails when they find different things
    assert (row.id, row.target, row.at_most) == ("window-refresh", 2, True)
    assert "10 sessions in 2 repositories" in row.what
    assert row.floor_ms is not None
    assert row.floor_ms > 0
