"""Who works in a session now, and what a dead worker left running."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system.locks import lock_holder
from ampsm.system.processes import command_of, marked_processes


@record
class LeftRunning:
    """A process that outlived the command that had started it."""

    pid: int
    command: str


@record
class Activity:
    """Who works in a session now: the process that holds its lock, what it does (`iteration`, `test`, `commit`, …),
    and what a dead worker left running."""

    holder: int | None = None
    orphans: tuple[LeftRunning, ...] = ()
    doing: str | None = None


def activity_of(ctx: Context, session: Session) -> Activity:
    """Who works in the session now, and what a dead worker left running.

    What is left is looked for where there is reason to: the lock is still held by what inherited it, or the last
    iteration was cut off.
    """
    holder = lock_holder(ctx.paths.lock(session.id))
    if holder and holder.alive:
        return Activity(holder=holder.pid, doing=holder.what)
    last = session.last_iteration
    if holder or (last is not None and last.status in ("running", "interrupted")):
        return Activity(orphans=left_running(marked_processes(session.id)))
    return Activity()


def left_running(pids: list[int]) -> tuple[LeftRunning, ...]:
    """What these processes are."""
    return tuple(LeftRunning(pid, command_of(pid) or "gone") for pid in pids)
