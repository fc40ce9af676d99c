"""Neighbouring rows as runs: a model tells of rows that come, go or change by their first and last."""

from __future__ import annotations

from collections.abc import Sequence


def runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring numbers of a rising sequence as (first, last)."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found
