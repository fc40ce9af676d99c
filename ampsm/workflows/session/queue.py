"""Follow-up prompts that wait for the current iteration to end, in order (SPEC section 3, `queue`).

They are kept in `queue.json` beside the session's journals, so that neither a kill nor a lost database loses one.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.model.session import Session, utc_now
from ampsm.system.record_file import Record, RecordFile


class FollowUp(Record, frozen=True):
    """A prompt that waits, since when."""

    id: str
    notes: str
    at: str


FollowUps = tuple[FollowUp, ...]


def queued(ctx: Context, session_id: str) -> FollowUps:
    """The waiting follow-ups, first one first. Raises `failed` for a file that cannot be read."""
    return queue_file(ctx, session_id).load() or ()


def enqueue(ctx: Context, session: Session, notes: str) -> FollowUp:
    """Stores a follow-up, redacted, behind those that wait already."""
    entry = FollowUp(id=f"q-{os.urandom(4).hex()}", notes=ctx.redactor.redact(notes), at=utc_now())
    _change(ctx, session.id, lambda entries: (*entries, entry))
    return entry


def edit_queued(ctx: Context, session: Session, entry_id: str, notes: str) -> None:
    """Changes the text of a waiting follow-up. Raises `no-such-follow-up` (exit 3)."""
    text = ctx.redactor.redact(notes)
    _replace(ctx, session, entry_id, lambda entry: (replace(entry, notes=text),))


def remove_queued(ctx: Context, session: Session, entry_id: str) -> None:
    """Takes a follow-up out of the queue. Raises `no-such-follow-up` (exit 3)."""
    _replace(ctx, session, entry_id, lambda entry: ())


def discard(ctx: Context, session_id: str, entry_id: str) -> None:
    """Takes out a follow-up whose iteration has begun; fine when it is gone."""
    _change(ctx, session_id, lambda entries: tuple(entry for entry in entries if entry.id != entry_id))


def empty(ctx: Context, session_id: str) -> int:
    """Takes all out; how many there were."""
    file = queue_file(ctx, session_id)
    with file.locked():
        if waiting := file.load():
            file.save(())
    return len(waiting or ())


def _replace(ctx: Context, session: Session, entry_id: str, make: Callable[[FollowUp], FollowUps]) -> None:
    """Puts what is made of one follow-up in its place."""

    def change(entries: FollowUps) -> FollowUps:
        if all(entry.id != entry_id for entry in entries):
            message = f"The queue of session {session.id} has no follow-up '{entry_id}'"
            waiting = [entry.document() for entry in entries]
            raise session.error("queue", "no-such-follow-up", message, queue=waiting)
        return tuple(new for entry in entries for new in (make(entry) if entry.id == entry_id else (entry,)))

    _change(ctx, session.id, change)


def _change(ctx: Context, session_id: str, change: Callable[[FollowUps], FollowUps]) -> None:
    queue_file(ctx, session_id).change(lambda found: change(found or ()))


def queue_file(ctx: Context, session_id: str) -> RecordFile[FollowUps]:
    return RecordFile(ctx.paths.journal_dir(session_id) / "queue.json", FollowUps)
