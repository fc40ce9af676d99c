"""Follow-up prompts that wait for the current iteration to end, in order (SPEC section 3, `queue`).

They are kept in `queue.json` beside the session's journals, so that neither a kill nor a lost database loses one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.session import Session, utc_now
from ampsm.system.files import atomic_write, locked
from ampsm.system.os_errors import os_errors_in_words

FollowUp = dict[str, str]


def queued(ctx: Context, session_id: str) -> list[FollowUp]:
    """The waiting follow-ups, first one first: `{"id", "notes", "at"}`."""
    return _load(_file(ctx, session_id))


def enqueue(ctx: Context, session: Session, notes: str) -> FollowUp:
    """Stores a follow-up, redacted, behind those that wait already."""
    entry = {"id": f"q-{os.urandom(4).hex()}", "notes": ctx.redactor.redact(notes), "at": utc_now()}
    _change(ctx, session.id, lambda entries: [*entries, entry])
    return entry


def edit_queued(ctx: Context, session: Session, entry_id: str, notes: str) -> None:
    """Changes the text of a waiting follow-up. Raises `no-such-follow-up` (exit 3)."""
    text = ctx.redactor.redact(notes)
    _change(
        ctx,
        session.id,
        lambda entries: [
            {**entry, "notes": text} if entry["id"] == entry_id else entry
            for entry in _with(entries, session, entry_id)
        ],
    )


def remove_queued(ctx: Context, session: Session, entry_id: str) -> None:
    """Takes a follow-up out of the queue. Raises `no-such-follow-up` (exit 3)."""
    _change(
        ctx,
        session.id,
        lambda entries: [entry for entry in _with(entries, session, entry_id) if entry["id"] != entry_id],
    )


def discard(ctx: Context, session_id: str, entry_id: str) -> None:
    """Takes out a follow-up whose iteration has begun; fine when it is gone."""
    _change(ctx, session_id, lambda entries: [entry for entry in entries if entry["id"] != entry_id])


def empty(ctx: Context, session_id: str) -> int:
    """Takes all out; how many there were."""
    removed = 0

    def none(entries: list[FollowUp]) -> list[FollowUp]:
        nonlocal removed
        removed = len(entries)
        return []

    _change(ctx, session_id, none)
    return removed


def _file(ctx: Context, session_id: str) -> Path:
    return ctx.paths.journal_dir(session_id) / "queue.json"


def _change(ctx: Context, session_id: str, change: Callable[[list[FollowUp]], list[FollowUp]]) -> None:
    path = _file(ctx, session_id)
    with os_errors_in_words(path), locked(path.with_suffix(".lock")):
        before = _load(path)
        after = change(before)
        if after != before:
            atomic_write(path, json.dumps(after, ensure_ascii=False, indent=1).encode("utf-8", "replace"), mode=0o600)


def _load(path: Path) -> list[FollowUp]:
    try:
        found: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        return []
    except ValueError as error:
        raise UserError("failed", f"{path} cannot be read: {error}", hint=f"mend or move away {path}") from None
    return [entry for entry in found if isinstance(entry, dict) and {"id", "notes", "at"} <= set(entry)]


def _with(entries: list[FollowUp], session: Session, entry_id: str) -> list[FollowUp]:
    if all(entry["id"] != entry_id for entry in entries):
        raise UserError(
            "no-such-follow-up",
            f"The queue of session {session.id} has no follow-up '{entry_id}'",
            hint=f"amp-sessions queue {session.id}",
            details={"queue": entries},
        )
    return entries
