"""What a list of sessions shows besides the sessions themselves, in few queries that read no texts."""

from __future__ import annotations

from ampsm.model.telemetry import Usage, add_usage
from ampsm.store.connection import Store


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
    return {session_id: tuple(tokens) for session_id, tokens in found.items()}


def usage_since(store: Store, at: str) -> Usage:
    """What iterations that ended at `at` (ISO 8601 UTC) or later have spent together."""
    rows = store.query("SELECT total_tokens, cost_usd, estimated FROM iterations WHERE ended_at >= ?", (at,))
    return add_usage(
        Usage(total_tokens=tokens, cost_usd=cost, estimated=bool(estimated)) for tokens, cost, estimated in rows
    )
