"""Commands that let a user in are named only for what can be there."""

from __future__ import annotations

from pathlib import Path

from ampsm.system.access import way_in


def test_nothing_lets_in_below_a_file(tmp_path: Path) -> None:
    place = tmp_path / "repo"
    place.write_text("x\n")
    assert way_in(place) is None and way_in(place / ".git") is None
    assert way_in(tmp_path / "gone" / ".git") is None
