"""The order of sessions: where a row stands is decided when its status changes, and kept until it does again.

An iteration that began and ended between two looks has changed it twice."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from ampsm_gui.look.status import SESSION_ORDER

if TYPE_CHECKING:
    from ampsm.workflows.status import Position, SessionRow

_RANKS = {status: rank for rank, status in enumerate(SESSION_ORDER)}


class SessionColumn(IntEnum):
    """The columns of the table."""

    STATUS = 0
    NAME = 1
    REPOSITORY = 2
    BRANCH = 3
    ITERATIONS = 4
    POSITION = 5
    TOKENS = 6
    ACTIVITY = 7


class SessionOrder:
    """Keys by which rows are sorted: by need of attention, then last activity, or by a column.

    A key is made when a row comes and when its status changes, or had changed unseen for an iteration, so that no
    other change moves a row.
    """

    def __init__(self) -> None:
        self.column = SessionColumn.STATUS
        self.descending = False
        self._keys: dict[str, tuple[Any, ...]] = {}
        self._seen: dict[str, tuple[str, int] | None] = {}

    def sort_by(self, column: SessionColumn, descending: bool) -> None:
        """Sorts by another column; all keys are made again."""
        self.column, self.descending = column, descending
        self._keys.clear()
        self._seen.clear()

    def note(self, row: SessionRow, position: Position, held: bool) -> None:
        """Makes the key of a row where that is due. While the list is held, rows that come stand at the end and the
        others stay."""
        known = row.id in self._seen
        if known and (held or not self.unsettled(row)):
            return
        if held:
            self._seen[row.id], self._keys[row.id] = None, ()
        else:
            self._seen[row.id], self._keys[row.id] = _stand(row), self._key(row, position)

    def forget(self, session_id: str) -> None:
        """The session is gone."""
        self._keys.pop(session_id, None)
        self._seen.pop(session_id, None)

    def unsettled(self, row: SessionRow) -> bool:
        """Whether the row would stand elsewhere if the list were not held."""
        return self._seen.get(row.id) != _stand(row)

    def arranged(self, ids: Sequence[str]) -> list[str]:
        """The ids in their order; rows without a place come last."""
        keys = self._keys
        placed = [found for found in ids if keys[found]]
        placed.sort(key=keys.__getitem__, reverse=self.descending)
        return placed if len(placed) == len(ids) else placed + [found for found in ids if not keys[found]]

    def _key(self, row: SessionRow, position: Position) -> tuple[Any, ...]:
        latest = -_seconds(row.last_activity_at)
        if self.column == SessionColumn.STATUS:
            return (_RANKS.get(row.status, len(_RANKS)), latest, row.id)
        value = _value(row, position, self.column)
        known = value is not None
        # Unknown comes last in both directions.
        return (known if self.descending else not known, value if known else 0, latest, row.id)


def movers(current: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The fewest ids that have to move so that `current` becomes `wanted` (the same ids), in the order of `wanted`."""
    at = {session_id: index for index, session_id in enumerate(current)}
    tails: list[int] = []  # of increasing runs, by length: the longest increasing run of old places may stay
    tail_ids: list[str] = []
    before: dict[str, str | None] = {}
    for session_id in wanted:
        place = bisect_left(tails, at[session_id])
        before[session_id] = tail_ids[place - 1] if place else None
        tails[place : place + 1] = [at[session_id]]
        tail_ids[place : place + 1] = [session_id]
    staying = set()
    step = tail_ids[-1] if tail_ids else None
    while step is not None:
        staying.add(step)
        step = before[step]
    return [session_id for session_id in wanted if session_id not in staying]


def _stand(row: SessionRow) -> tuple[str, int]:
    """What a row's place is made from: by the count of iterations one knows of those nobody saw running."""
    return row.status, row.iterations


def _value(row: SessionRow, position: Position, column: SessionColumn) -> Any:
    if column == SessionColumn.POSITION:
        ahead, behind = position
        return None if ahead is None else (ahead, behind or 0)
    if column == SessionColumn.ACTIVITY:
        return -_seconds(row.last_activity_at)
    values = {
        SessionColumn.NAME: row.name.casefold(),
        SessionColumn.REPOSITORY: row.repository.casefold(),
        SessionColumn.BRANCH: row.branch,
        SessionColumn.ITERATIONS: row.iterations,
        SessionColumn.TOKENS: row.total_tokens,
    }
    return values[column]


def _seconds(at: str | None) -> float:
    try:
        return datetime.fromisoformat(at).timestamp() if at else -math.inf
    except ValueError:
        return -math.inf
