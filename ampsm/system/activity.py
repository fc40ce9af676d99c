"""Who works in a session now, and what a dead worker left running."""

from __future__ import annotations

from pathlib import Path

from ampsm.model.record import record
from ampsm.system.locks import LOOK, lock_holder
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


def activity(lock: Path, session_id: str, *, cut_off: bool) -> Activity:
    """Who works in the session with this lock. What a dead worker left is looked for where there is reason to: the lock
    is still held by what inherited it, or the last iteration was `cut_off`."""
    holder = lock_holder(lock)
    if holder and holder.alive and holder.what == LOOK:
        return Activity()  # whoever wants to work waits for it
    if holder and holder.alive:
        return Activity(holder=holder.pid, doing=holder.what)
    return Activity(orphans=left_running(marked_processes(session_id)) if holder or cut_off else ())


def left_running(pids: list[int]) -> tuple[LeftRunning, ...]:
    """What these processes are."""
    return tuple(LeftRunning(pid, command_of(pid) or "gone") for pid in pids)
