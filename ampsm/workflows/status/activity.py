"""Who works in a session now, and what a dead worker left running."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system.locks import lock_holder
from ampsm.system.processes import marked_processes


@record
class Activity:
    """Who works in a session now: the process that holds its lock, what it does (`iteration`, `test`, `commit`, …),
    and what a dead worker left running."""

    holder: int | None = None
    orphans: tuple[int, ...] = ()
    doing: str | None = None


def activity_of(ctx: Context, session: Session) -> Activity:
    """Who works in the session now, and what a dead worker left running."""
    holder = lock_holder(ctx.paths.lock(session.id))
    if holder and holder.alive:
        return Activity(holder=holder.pid, doing=holder.what)
    last = session.last_iteration
    cut_off = last is not None and last.status in ("running", "interrupted")
    return Activity(orphans=tuple(marked_processes(last.id)) if last and cut_off else ())
