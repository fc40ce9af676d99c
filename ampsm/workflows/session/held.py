"""Holding a session to write in it: its lock, and the certainty that nothing an earlier worker started still does.

A session is free when its lock is free and no process that carries its marker lives. What a dead worker left running
can be heard by nobody: `iterate` and `stop` end it first, every other command says busy (SPEC section 5.1).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.system.environment import marking
from ampsm.system.locks import SessionLock, lock_holder, session_lock
from ampsm.system.processes import MARKER, command_of, marked_processes
from ampsm.workflows.session import process_tree

#: How long git may take to end what a killed rewrite or merge had begun.
_SETTLE_SECONDS = 10.0


@contextmanager
def hold(ctx: Context, session: Session, what: str, *, end_orphans: bool = False) -> Iterator[SessionLock]:
    """Holds the session for `what` (`iteration`, `test`, `commit`, …). Raises `busy` (exit 6) naming who has it.

    With `end_orphans`, what a dead worker left running is ended first, as `stop` would.
    """
    path = ctx.paths.lock(session.id)
    if end_orphans:
        holder = lock_holder(path)
        if holder is not None and not holder.alive:
            process_tree.end_orphans(session.id)
    with session_lock(path, session.id, what) as lock:
        if orphans := marked_processes(session.id):
            if not end_orphans:
                raise _orphaned(session, orphans)
            process_tree.end_orphans(session.id)
        yield lock


@contextmanager
def hold_for_git(ctx: Context, session: Session, what: str) -> Iterator[SessionLock]:
    """As `hold`, for what rewrites or merges the branch: what a killed one had begun may end first, and what git runs
    meanwhile (hooks, drivers) is marked, to be found the same way. What takes longer makes the session busy."""
    marker = f"{session.id}/merge"
    deadline = time.monotonic() + _SETTLE_SECONDS
    while marked_processes(marker) and time.monotonic() < deadline:
        time.sleep(0.05)
    with hold(ctx, session, what) as lock, marking(MARKER, marker):
        yield lock


def _orphaned(session: Session, orphans: list[int]) -> UserError:
    return UserError(
        "busy",
        f"Session {session.id} is busy: its worker is gone, but process {orphans[0]} "
        f"({command_of(orphans[0])}) that it started still runs",
        hint=f"amp-sessions stop {session.id}",
        details={"sessionId": session.id, "processes": orphans},
    )
