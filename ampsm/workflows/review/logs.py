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
    is dead; of one that has ended they just end. With both and 0 `lines` nothing that was there before is read.
    """
    session = require_session(ctx, ref)
    number = _number(ctx, session, iteration)
    if number is None:
        return None, iter(())
    path = ctx.paths.journal(session.id, number)
    if not path.exists():
        return number, iter(())
    if follow_on and _running(ctx, session, number):
        return number, LocalExecutor(ctx).follow(session.id, number, from_start=lines != 0)
    return number, iter(tail_events(path, lines)) if lines is not None else read_events(path)


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


def _running(ctx: Context, session: Session, number: int) -> bool:
    found = iterations.iteration(ctx.store, session.id, number)
    return found is not None and found.status == "running"
