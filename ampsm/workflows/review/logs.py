"""Reading and following journals (SPEC section 3, `logs`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ampsm.context import Context
from ampsm.journal.events import AnyEvent
from ampsm.journal.follower import read_events, tail_events
from ampsm.model.errors import UserError
from ampsm.model.session import Iteration, Session
from ampsm.store import iterations
from ampsm.workflows.iteration.local_worker import LocalExecutor
from ampsm.workflows.session.lookup import require_session


def journal_events(
    ctx: Context, ref: str, *, iteration: int | None = None, lines: int | None = None, follow_on: bool = False
) -> tuple[int | None, Iterator[AnyEvent]]:
    """The number and the events of an iteration: the given one, else the latest; no iteration yet: (None, nothing).

    With `lines` only the last so many events. With `follow_on` the events go on until the iteration ends or its worker
    is dead; for one that has ended they stop there. With both and 0 `lines` nothing that was there before is read.
    """
    session = require_session(ctx, ref)
    number = _number(ctx, session, iteration)
    if number is None:
        return None, iter(())
    if follow_on and _running(ctx, session, number):
        return number, LocalExecutor(ctx).follow(session.id, number, from_start=lines != 0)
    path = ctx.paths.journal(session.id, number)
    missing = _missing(ctx, session, number)
    if lines is None:
        return number, _with_missing(read_events(path), missing)
    return number, iter([*tail_events(path, lines), *missing][-lines:] if lines else [])


def iteration_journals(ctx: Context, ref: str) -> list[tuple[Iteration, Path]]:
    """Each iteration of a session, oldest first, with the place of its journal."""
    session = require_session(ctx, ref)
    return [
        (found, ctx.paths.journal(session.id, found.number))
        for found in iterations.iterations_of(ctx.store, session.id)
    ]


def _number(ctx: Context, session: Session, wanted: int | None) -> int | None:
    if wanted is None:
        return session.last_iteration.number if session.last_iteration else None
    if iterations.iteration(ctx.store, session.id, wanted) is None:
        known = session.iterations or "none yet"
        raise UserError(
            "no-such-iteration", f"Session {session.id} has no iteration {wanted}; it has {known}",
            hint=f"amp-sessions status {session.id}", details={"iterations": session.iterations},
        )  # fmt: skip
    return wanted


def _missing(ctx: Context, session: Session, number: int) -> list[AnyEvent]:
    """The end of a journal whose worker was killed, as the next command that writes will add it."""
    unsettled = ctx.store.unsettled_iterations(session.id).get(number)
    return unsettled.endings if unsettled else []


def _with_missing(events: Iterator[AnyEvent], missing: list[AnyEvent]) -> Iterator[AnyEvent]:
    seq = 0
    for event in events:
        seq = event.seq
        yield event
    yield from (event for event in missing if event.seq > seq)  # unless it was written while these were read


def _running(ctx: Context, session: Session, number: int) -> bool:
    found = iterations.iteration(ctx.store, session.id, number)
    return found is not None and found.status == "running"
