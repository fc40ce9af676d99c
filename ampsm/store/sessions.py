"""Sessions in the store, read together with what they add up to and their last iteration."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.model.telemetry import add_usage
from ampsm.store.connection import Store
from ampsm.store.iterations import ITERATION_COLUMNS, iteration_from, iterations_of
from ampsm.store.stored_json import stored_object
from ampsm.store.usage_columns import USAGE_COLUMNS, usage_from

_COLUMNS = (
    "id", "name", "prompt", "repo", "base_sha", "branch", "worktree", "status", "created_at", "last_activity_at",
    "base_branch", "model", "script_command", "thread_id", "merged_at", "cleaned_up_at", "blocked_by_tests",
    "test_leftovers", "adopted",
)  # fmt: skip
_TOTALS_AT = len(_COLUMNS) + 1
_LAST_AT = _TOTALS_AT + len(USAGE_COLUMNS)

# A sum of costs that leaves out what has no price would be a wrong bill (as `model.telemetry.add_usage`).
_TOTALS = """
    SELECT session_id, count(*) AS iterations, max(number) AS last, {sums},
           CASE WHEN count(total_tokens) FILTER (WHERE cost_usd IS NULL) = 0 THEN sum(cost_usd) END AS cost_usd,
           coalesce(max(estimated), 0) AS estimated
    FROM iterations {where} GROUP BY session_id
""".replace("{sums}", ", ".join(f"sum({name}) AS {name}" for name in USAGE_COLUMNS[:5]))

_SELECT = f"""
    SELECT {", ".join(f"s.{name}" for name in _COLUMNS)},
           coalesce(t.iterations, 0), {", ".join(f"t.{name}" for name in USAGE_COLUMNS)},
           {", ".join(f"i.{name}" for name in ITERATION_COLUMNS)}
    FROM sessions s
    LEFT JOIN ({{totals}}) t ON t.session_id = s.id
    LEFT JOIN iterations i ON i.session_id = s.id AND i.number = t.last
"""


def insert_session(store: Store, session: Session) -> None:
    """Stores a new session; its id must be free. Raises `failed` for a repository whose path is no text."""
    try:
        session.worktree.encode()
    except UnicodeEncodeError:
        raise UserError(
            "failed", f"The path {session.repo!a} is not valid UTF-8, so it cannot be stored",
            hint="rename the folder, then create the session again",
        ) from None  # fmt: skip
    values = _values({name: getattr(session, name) for name in _COLUMNS})
    marks = ", ".join("?" * len(values))
    store.execute(f"INSERT INTO sessions({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


def update_session(store: Store, session_id: str, **changes: Any) -> None:
    """Changes fields of a session, named and typed as in the dataclass. `last_activity_at` only moves when named."""
    values = _values(changes)
    if values:
        sets = ", ".join(f"{column} = ?" for column in values)
        store.execute(f"UPDATE sessions SET {sets} WHERE id = ?", (*values.values(), session_id))


def delete_session(store: Store, session_id: str) -> None:
    """Removes a session and everything recorded about it."""
    store.execute("DELETE FROM sessions WHERE id = ?", (session_id,))


def session_rows(store: Store, *, include_cleaned: bool = False, repo: str | None = None) -> list[Session]:
    """Sessions with totals and last iteration, newest activity first, in one query that reads no telemetry."""
    conditions = [] if repo is None else ["s.repo = ?"]
    if not include_cleaned:
        conditions.append("s.cleaned_up_at IS NULL")
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = store.query(
        f"{_SELECT.format(totals=_TOTALS.format(where=''))} {where} ORDER BY s.last_activity_at DESC, s.id",
        [] if repo is None else [repo],
    )
    return as_settled(store, [_session_from(row) for row in rows])


def running_ids(store: Store) -> list[str]:
    """The sessions whose rows say `running`, whether or not anybody works there."""
    return [session_id for (session_id,) in store.query("SELECT id FROM sessions WHERE status = 'running'")]


def as_settled(store: Store, found: list[Session]) -> list[Session]:
    """Sessions as their rows have them, with what lies over these (`Store.unsettled`); newest activity first if any
    does."""
    if not store.unsettled:
        return found
    settled = [_as_settled(store, session) for session in found]
    return sorted(sorted(settled, key=lambda session: session.id), key=lambda s: s.last_activity_at, reverse=True)


def _as_settled(store: Store, session: Session) -> Session:
    unsettled = store.unsettled.get(session.id)
    if unsettled is None:
        return session
    own, after = iterations_of(store, session.id), unsettled.session
    return replace(
        session, status=after.status, blocked_by_tests=after.blocked_by_tests, thread_id=after.thread_id,
        last_activity_at=after.last_activity_at, iterations=len(own), totals=add_usage(i.usage for i in own),
        last_iteration=own[-1] if own else None,
    )  # fmt: skip


def session_by_id(store: Store, session_id: str) -> Session | None:
    found = sessions_by_id(store, [session_id])
    return found[0] if found else None


def sessions_by_id(store: Store, ids: Sequence[str]) -> list[Session]:
    """Those of the sessions that there are, in the order of their ids, in one query."""
    if not ids:
        return []
    marks = f"({', '.join(f'?{n}' for n in range(1, len(ids) + 1))})"
    totals = _TOTALS.format(where=f"WHERE session_id IN {marks}")
    rows = store.query(f"{_SELECT.format(totals=totals)} WHERE s.id IN {marks}", ids)
    place = {session_id: number for number, session_id in enumerate(ids)}
    found = as_settled(store, [_session_from(row) for row in rows])
    return sorted(found, key=lambda session: place[session.id])


def find_sessions(store: Store, reference: str) -> list[Session]:
    """The sessions that a user's words name (SPEC section 2); several when the words are ambiguous.

    An exact id, else an exact name, else a prefix of the id of 3 characters or more; cleaned-up sessions only when no
    other matches. An exact id is always that session, since no other can have it.
    """
    rows = store.query(
        """
        SELECT id, CASE WHEN id = ?1 THEN 0 ELSE (cleaned_up_at IS NOT NULL) * 2 + (name <> ?1) + 1 END AS rank
        FROM sessions
        WHERE id = ?1 OR name = ?1 OR (length(?1) >= 3 AND substr(id, 1, length(?1)) = ?1)
        ORDER BY rank, last_activity_at DESC, id
        """,
        (reference,),
    )
    return sessions_by_id(store, [found for found, rank in rows if rank == rows[0][1]])


def session_names(store: Store) -> list[tuple[str, str]]:
    """Id and name of every session that is not cleaned up, for suggestions and completion."""
    rows = store.query("SELECT id, name FROM sessions WHERE cleaned_up_at IS NULL ORDER BY last_activity_at DESC, id")
    return [(session_id, name) for session_id, name in rows]


def _session_from(row: tuple[Any, ...]) -> Session:
    blocked_by_tests, leftovers, adopted, iterations = row[16:_TOTALS_AT]
    fields = (
        *row[:16],
        bool(blocked_by_tests),
        stored_object(leftovers) or {},
        bool(adopted),
        iterations,
        usage_from(row[_TOTALS_AT:_LAST_AT]),
        None if row[_LAST_AT] is None else iteration_from(row[_LAST_AT:]),
    )
    return Session(*fields)


def _values(changes: dict[str, Any]) -> dict[str, Any]:
    """Fields of the dataclass as columns and what SQLite stores in them."""
    values = dict(changes)
    for name in values:
        if name not in _COLUMNS:
            raise TypeError(f"a session has no field {name!r} that is stored")
    if "test_leftovers" in values:
        values["test_leftovers"] = json.dumps(values["test_leftovers"]) if values["test_leftovers"] else None
    for name in ("blocked_by_tests", "adopted"):
        if name in values:
            values[name] = int(values[name])
    return values
