"""What a look-up says of a session whose worker was killed: what `recover` will write, without writing it.

The journal is replayed once; as long as neither it nor the row changes, what was found is kept with the store.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import ModelUsage
from ampsm.store import iterations, sessions, telemetry
from ampsm.store.unsettled import UnsettledIteration, UnsettledSession
from ampsm.store.usage_columns import usage_from, usage_values
from ampsm.workflows.session.ending import missing_events, session_after, unsettled_numbers
from ampsm.workflows.session.journal_rows import priced, so_far
from ampsm.workflows.session.recover import worker_lives
from ampsm.workflows.session.replay import as_ended, first_row, replay


def unsettled_session(ctx: Context, session_id: str) -> UnsettledSession | None:
    """How a session that says `running`, or has a journal without a row, will be once it is settled; None while
    somebody works there, or when nothing is to be settled."""
    if worker_lives(ctx, session_id):
        return None
    # Only what is read after that counts: a worker that has just ended said all before it let go of the lock.
    session = sessions.session_by_id(ctx.store, session_id)
    if session is None:
        return None
    known = {row.number: row for row in iterations.iterations_of(ctx.store, session.id)}
    ended: dict[int, UnsettledIteration] = {}
    for number in unsettled_numbers(ctx, session.id, known):
        if (found := _unsettled_iteration(ctx, session, number, known.get(number))) is not None:
            ended[number] = found
            known[number] = found.iteration
    after = session_after(session, known, ended)
    if after is session and not ended:
        return None
    if worker_lives(ctx, session.id):  # one that began meanwhile is not to be called dead
        return None
    times = [found.iteration.ended_at or "" for found in ended.values()]
    return UnsettledSession(replace(after, last_activity_at=max([session.last_activity_at, *times])), ended)


def _unsettled_iteration(
    ctx: Context, session: Session, number: int, row: Iteration | None
) -> UnsettledIteration | None:
    path = ctx.paths.journal(session.id, number)
    seen = row, _size_and_time(path)
    known = ctx.store.replayed.get(path)
    if known is not None and known[0] == seen:
        return known[1]
    found = _replayed(ctx, session, number, row)
    if found is not None and _size_and_time(path) == seen[1]:
        ctx.store.replayed[path] = seen, found
    return found


def _replayed(ctx: Context, session: Session, number: int, row: Iteration | None) -> UnsettledIteration | None:
    stored = telemetry.stored_calls(ctx.store, row.id) if row else set()
    found = replay(ctx, session.id, number, lambda call: (call.seq, call.ended_at) not in stored)
    view = found.view
    if not found.begun and row is None:
        return None
    iteration = row or first_row(session, view)
    missing = missing_events(ctx, session.id, view)
    last_seq, last_at = view.last_seq, view.last_at or iteration.started_at
    for seq, event in enumerate(missing, last_seq + 1):
        event.seq, event.at = seq, last_at
        found.take(event)
    spent = [ModelUsage(part.model, usage_from(usage_values(part.usage))) for part in priced(ctx, view)]
    iteration = so_far(as_ended(session, iteration, view), view, spent)
    return UnsettledIteration(iteration, sorted(spent, key=lambda part: part.model or ""), found.calls, missing)


def _size_and_time(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
