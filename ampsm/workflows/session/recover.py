"""Settling what a killed worker left behind: its iteration becomes `interrupted`, nothing it recorded is lost.

The journal's tail is replayed through the same fold that the live path uses; rows are keyed by (iteration, seq), so a
replay changes nothing that is already there (SPEC section 5, "Crash-proof").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ampsm.context import Context
from ampsm.journal.events import IterationFinished, Warned
from ampsm.journal.view import IterationView
from ampsm.journal.writer import JournalWriter
from ampsm.model.errors import STORE_OUTAGES, UserError
from ampsm.model.session import Iteration, Session, utc_now
from ampsm.model.telemetry import add_usage
from ampsm.model.transitions import state_after_iteration
from ampsm.store import iterations, sessions
from ampsm.system.files import locked
from ampsm.system.locks import lock_holder
from ampsm.system.os_errors import os_errors_in_words
from ampsm.workflows.session import session_file
from ampsm.workflows.session.journal_rows import costs_of, priced, store_view
from ampsm.workflows.session.replay import ending_columns, first_row, journals, replay


def settle(ctx: Context, session: Session) -> Session:
    """What a command that only looks does about a session that says `running`: nothing while its worker lives, else
    the iteration is settled. Processes that the dead worker left are not touched."""
    if worker_lives(ctx, session.id):
        return session
    with settling(ctx, session.id):
        # A worker that started meanwhile has settled already.
        return session if worker_lives(ctx, session.id) else _settle(ctx, session)


def settle_if_it_can(ctx: Context, session: Session) -> Session:
    """As `settle`; where nothing can be written now, the session as it will be once it is settled."""
    try:
        return settle(ctx, session)
    except UserError as error:
        if error.code not in STORE_OUTAGES:
            raise
    return _as_settled(ctx, session)


def settle_held(ctx: Context, session: Session) -> Session:
    """What a command that holds the session does first: iterations that a killed worker left are settled. Returns the
    session as it is now."""
    with settling(ctx, session.id):
        return _settle(ctx, sessions.session_by_id(ctx.store, session.id) or session)


def next_number(ctx: Context, session: Session, earlier: Sequence[Iteration]) -> int:
    """The number of the next iteration: one that neither a row nor a journal has."""
    return max([0, *(iteration.number for iteration in earlier), *journals(ctx, session.id)]) + 1


def worker_lives(ctx: Context, session_id: str) -> bool:
    """Whether the process that took the session's lock still runs; an orphan that inherited the lock is no worker."""
    holder = lock_holder(ctx.paths.lock(session_id))
    return holder is not None and holder.alive


@contextmanager
def settling(ctx: Context, session_id: str) -> Iterator[None]:
    """One process at a time ends the journals of a session: its lock does not do, an orphan may still hold it."""
    path = ctx.paths.lock(session_id).with_suffix(".settle")
    with os_errors_in_words(path), locked(path):
        yield


def _settle(ctx: Context, session: Session) -> Session:
    known = {iteration.number: iteration for iteration in iterations.iterations_of(ctx.store, session.id)}
    unsettled = [n for n in journals(ctx, session.id) if n not in known or known[n].status == "running"]
    unsettled += [n for n, iteration in known.items() if iteration.status == "running" and n not in unsettled]
    for number in sorted(unsettled):
        iteration = _settle_iteration(ctx, session, number, known.get(number))
        if iteration is not None:
            session = session_file.save_session(ctx, session, **_session_after(iteration))
    if session.status == "running":
        session = session_file.save_session(ctx, session, status="awaiting-input")
    return sessions.session_by_id(ctx.store, session.id) or session


def _settle_iteration(ctx: Context, session: Session, number: int, row: Iteration | None) -> Iteration | None:
    """Ends an iteration in journal and store: as it ended, if its journal says so, else as `interrupted`."""
    found = replay(ctx, session.id, number)
    if not found.begun and row is None:
        return None
    if not found.ended:
        _end_journal(ctx, session.id, number, found.view)
        found = replay(ctx, session.id, number)
    iteration = row or first_row(session, found.view)
    columns = ending_columns(session, found.view)
    with ctx.store.transaction():
        if row is None:
            iterations.insert_iteration(ctx.store, iteration)
        store_view(ctx, iteration.id, found.view, found.calls, **columns)
    return replace(iteration, **columns, thread_id=found.view.thread_id)


def _as_settled(ctx: Context, session: Session) -> Session:
    """What `_settle` would make of the session's last iteration."""
    row = session.last_iteration
    if row is None or row.status != "running":
        return replace(session, status="awaiting-input") if session.status == "running" else session
    found = replay(ctx, session.id, row.number)
    if not found.ended:
        ending = _interruption(ctx, session.id, found.view)
        ending.at = utc_now()
        found.view.apply(ending)
    columns = ending_columns(session, found.view)
    iteration = replace(row, **columns, thread_id=found.view.thread_id or row.thread_id)
    return replace(session, **_session_after(iteration), last_iteration=iteration)


def _end_journal(ctx: Context, session_id: str, number: int, view: IterationView) -> None:
    with JournalWriter(ctx.paths.journal(session_id, number), ctx.redactor) as writer:
        writer.append(Warned(code="output-cut", message="The worker was killed; what was still in the pipe is lost"))
        writer.append(_interruption(ctx, session_id, view))


def _interruption(ctx: Context, session_id: str, view: IterationView) -> IterationFinished:
    """The end of an iteration whose worker did not live to record one, or had no room to."""
    error = UserError(
        "interrupted", "The worker of this iteration was killed", hint=f"amp-sessions iterate {session_id}"
    )
    spent = priced(ctx, view)
    usage = add_usage(part.usage for part in spent)
    return IterationFinished(
        status="interrupted", error=error.document(), usage=usage.document(), costs=costs_of(spent)
    )


def _session_after(iteration: Iteration) -> dict[str, Any]:
    code = iteration.error["code"] if iteration.error else None
    state = state_after_iteration(iteration.status, error_code=code, test=iteration.test)
    changes: dict[str, Any] = {"status": state.status, "blocked_by_tests": state.blocked_by_tests}
    return {**changes, "thread_id": iteration.thread_id} if iteration.thread_id else changes
