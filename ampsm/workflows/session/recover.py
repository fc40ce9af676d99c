"""Settling what a killed worker left behind: its iteration becomes `interrupted`, nothing it recorded is lost.

Whoever writes in a session does so first; look-ups show meanwhile what it will lead to (`unsettled`). The journal is
replayed through the same fold that the live path uses; rows are keyed by (iteration, seq), so a replay changes nothing
that is already there (SPEC section 5, "Crash-proof").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ampsm.context import Context
from ampsm.journal.writer import JournalWriter
from ampsm.model.session import Iteration, Session
from ampsm.store import iterations, sessions
from ampsm.system.files import locked
from ampsm.system.locks import lock_holder
from ampsm.system.os_errors import os_errors_in_words
from ampsm.workflows.session import session_file
from ampsm.workflows.session.ending import missing_events, session_after, unsettled_numbers
from ampsm.workflows.session.journal_rows import store_view
from ampsm.workflows.session.replay import as_ended, first_row, journals, replay


def settle(ctx: Context, session: Session) -> Session:
    """Settles a session that nobody holds (`stop`, `doctor --fix`); one whose worker lives stays as it is. Processes
    that a dead worker left are not touched. Returns the session as it is now."""
    if worker_lives(ctx, session.id):
        return session
    with settling(ctx, session.id):
        # A worker that started meanwhile has settled already.
        return session if worker_lives(ctx, session.id) else _settle(ctx, session)


def settle_held(ctx: Context, session: Session) -> Session:
    """What a command that holds the session does first: iterations that a killed worker left are settled. Returns the
    session as it is now."""
    with settling(ctx, session.id):
        return _settle(ctx, session)


def next_number(ctx: Context, session: Session, earlier: Sequence[Iteration]) -> int:
    """The number of the next iteration: one that neither a row nor a journal has."""
    return max([0, *(iteration.number for iteration in earlier), *journals(ctx, session.id)]) + 1


def worker_lives(ctx: Context, session_id: str, number: int | None = None) -> bool:
    """Whether the process that took the session's lock still runs; an orphan that inherited the lock is no worker. With
    a `number`: whether it may be at work on that iteration."""
    holder = lock_holder(ctx.paths.lock(session_id))
    if holder is None or not holder.alive:
        return False
    return number is None or holder.iteration_id in (None, f"{session_id}/{number}")


@contextmanager
def settling(ctx: Context, session_id: str) -> Iterator[None]:
    """One process at a time ends the journals of a session. The session's own lock is not enough: an orphan may still
    hold it. What a look-up has laid over the store is gone then."""
    path = ctx.paths.lock(session_id).with_suffix(".settle")
    with os_errors_in_words(path), locked(path):
        ctx.store.unsettled.clear()
        yield


def _settle(ctx: Context, session: Session) -> Session:
    session = sessions.session_by_id(ctx.store, session.id) or session
    known = {row.number: row for row in iterations.iterations_of(ctx.store, session.id)}
    ended: dict[int, Iteration] = {}
    for number in unsettled_numbers(ctx, session.id, known):
        if (iteration := _settle_iteration(ctx, session, number, known.get(number))) is not None:
            ended[number] = iteration
    after = session_after(session, known | ended, ended)
    if after is not session:
        thread = {} if after.thread_id == session.thread_id else {"thread_id": after.thread_id}
        session_file.save_session(ctx, session, status=after.status, blocked_by_tests=after.blocked_by_tests, **thread)
    return sessions.session_by_id(ctx.store, session.id) or session


def _settle_iteration(ctx: Context, session: Session, number: int, row: Iteration | None) -> Iteration | None:
    """Ends an iteration in journal and store: as it ended, if its journal says so, else as `interrupted`."""
    found = replay(ctx, session.id, number)
    if not found.begun and row is None:
        return None
    if missing := missing_events(ctx, session.id, found.view):
        with JournalWriter(ctx.paths.journal(session.id, number), ctx.redactor) as writer:
            for event in missing:
                found.take(writer.append(event))
    iteration = row or first_row(session, found.view)
    ended = as_ended(session, iteration, found.view)
    with ctx.store.transaction():
        if row is None:
            iterations.insert_iteration(ctx.store, iteration)
        return store_view(ctx, iteration, found.view, found.calls, ended)
