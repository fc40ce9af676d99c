"""The rows of a table in the order of a column: what a row is sorted by is found out once, also while rows come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

R = TypeVar("R")

#: What a row is sorted by: a figure or words, of one kind in a column; None where it is not known.
SortValue = float | str | None
#: Where more than this part of the rows has changed, all are sorted anew.
_PART = 8


class RowOrder(Generic[R]):
    """Smallest first or, with `down`, largest first. Equal rows keep the order in which they came, and what is not
    known comes last in both directions."""

    def __init__(self, value: Callable[[R], SortValue], *, down: bool) -> None:
        self._value, self._down = value, down
        self._given: list[R] = []
        self._values: list[Any] = []
        self._places: list[int] = []

    def arranged(self, rows: Sequence[R]) -> list[R]:
        """These rows in order; quick where most of them are those of the last time at the same places."""
        before, count = self._given, len(self._given)
        changed = [place for place, (row, other) in enumerate(zip(rows, before, strict=False)) if row is not other]
        if len(rows) < count or len(changed) > count // _PART:
            changed, count, self._values, self._places = [], 0, [], []
        self._given = list(rows)
        if changed:
            for place in changed:
                self._values[place] = self._value(rows[place])
            others = set(changed)
            self._places = [*(place for place in self._places if place not in others), *changed]
        self._values += map(self._value, rows[count:])
        self._places += range(count, len(rows))
        values = self._values
        known = [place for place in self._places if values[place] is not None]
        unknown = [place for place in self._places if values[place] is None]
        self._places = [*sorted(known, key=values.__getitem__, reverse=self._down), *unknown]
        return list(map(self._given.__getitem__, self._places))
