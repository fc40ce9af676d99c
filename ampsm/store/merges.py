"""Merges and rebases in the store: an index of what the files of their sessions say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ampsm.model.merge import Merge, MergeStatus, WaitsFor
from ampsm.store.connection import Store
from ampsm.store.errors import damaged

#: As the fields of a Merge, in their order.
_COLUMNS = (
    "id", "session_id", "operation", "status", "started_at", "from_sha", "to_sha", "target", "onto_sha", "target_from",
    "target_to", "commit_sha", "waiting_for", "pushed", "pull_request", "ended_at", "undone_at",
)  # fmt: skip


def replace_merges(store: Store, session_id: str, merges: Iterable[Merge]) -> None:
    """Stores what is known of a session's merges, in place of what was there; doing it again changes nothing."""
    with store.transaction():
        store.execute("DELETE FROM merges WHERE session_id = ?", (session_id,))
        store.execute("DELETE FROM to_index WHERE session_id = ?", (session_id,))
        store.execute_many(
            f"INSERT INTO merges({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})",
            [[_stored(getattr(merge, name)) for name in _COLUMNS] for merge in merges],
        )


def sessions_to_index(store: Store) -> list[str]:
    """The sessions whose rows were never made: they are older than the table, and no merge of them was begun since."""
    return [session_id for (session_id,) in store.query("SELECT session_id FROM to_index")]


def merges_of(store: Store, session_id: str) -> list[Merge]:
    """A session's merges and rebases, oldest first. Raises `database-damaged` for rows that say nothing known."""
    rows = store.query(
        f"SELECT {', '.join(_COLUMNS)} FROM merges WHERE session_id = ? ORDER BY started_at, id", (session_id,)
    )
    try:
        return [_merge_from(row) for row in rows]
    except ValueError as error:
        raise damaged(store.database, str(error)) from error


def _stored(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _merge_from(row: tuple[Any, ...]) -> Merge:
    values = dict(zip(_COLUMNS, row, strict=True))
    waiting_for = values["waiting_for"] and WaitsFor(values["waiting_for"])
    return Merge(**{
        **values, "status": MergeStatus(values["status"]), "waiting_for": waiting_for, "pushed": bool(values["pushed"]),
    })  # fmt: skip
