"""What a list of sessions shows besides the sessions themselves, in a few queries that read no long texts."""

from __future__ import annotations

from ampsm.model.telemetry import Usage, add_usage
from ampsm.store.connection import Store
from ampsm.store.iterations import iterations_of


def recent_tokens(store: Store, count: int) -> dict[str, tuple[int | None, ...]]:
    """Tokens of the last `count` iterations of every session, oldest first; None for what was not reported."""
    rows = store.query(
        """
        SELECT session_id, total_tokens FROM (
            SELECT session_id, number, total_tokens,
                   row_number() OVER (PARTITION BY session_id ORDER BY number DESC) AS place
            FROM iterations
        ) WHERE place <= ? ORDER BY session_id, number
        """,
        (count,),
    )
    found: dict[str, list[int | None]] = {}
    for session_id, tokens in rows:
        found.setdefault(session_id, []).append(tokens)
    for session_id in store.unsettled:
        found[session_id] = [i.usage.total_tokens for i in iterations_of(store, session_id)[-count:]]
    return {session_id: tuple(tokens) for session_id, tokens in found.items()}


def usage_since(store: Store, at: str) -> Usage:
    """What iterations that ended at `at` (ISO 8601 UTC) or later have spent together."""
    rows = store.query("SELECT total_tokens, cost_usd, estimated FROM iterations WHERE ended_at >= ?", (at,))
    spent = [Usage(total_tokens=tokens, cost_usd=cost, estimated=bool(estimated)) for tokens, cost, estimated in rows]
    for session_id in store.unsettled:
        unsettled = [found.iteration for found in store.unsettled_iterations(session_id).values()]
        spent += [i.usage for i in unsettled if i.ended_at is not None and i.ended_at >= at]
    return add_usage(spent)
