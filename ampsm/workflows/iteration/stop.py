"""Stopping an iteration or a test script, wherever it was started (SPEC section 5, "Detached").

Works while the database is locked or gone: lock, journal and processes say all that is needed.
"""

from __future__ import annotations

import contextlib
import signal
import time

from ampsm.context import Context
from ampsm.git import snapshots
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.store.opening import hurried
from ampsm.system.calls import at_most
from ampsm.system.holders import Holder
from ampsm.system.locks import lock_holder
from ampsm.system.process_tree import end_orphans
from ampsm.system.processes import ignores, marked_processes, send
from ampsm.workflows.session import lookup, queue, recover, session_file

#: How long a worker may take to end its agent (interrupt, terminate, kill), commit and record before it is killed.
_WORKER_SECONDS = 45.0

#: How long the snapshot before it may keep the agent from hearing of it.
_SNAPSHOT_SECONDS = 3.0

#: How long somebody else's lock on the database may do so, each time.
_STORE_SECONDS = 0.5

#: What can be stopped: the words of `Holder.what`, and of the answer.
_STOPPABLE = ("iteration", "test")


@record
class StopResult:
    """`what` was stopped: iteration, test, or None when nothing was running. `emptied` follow-ups were taken out."""

    session: Session
    what: str | None
    emptied: int


def stop_session(ctx: Context, ref: str, *, empty_queue: bool = False) -> StopResult:
    """Stops what runs in a session: interrupt, 5 s, terminate, 5 s, kill; the whole tree. Uncommitted work is kept in
    a snapshot first, then committed as partial by the worker, or by the next command that writes."""
    with hurried(_STORE_SECONDS):  # somebody may have the database to himself: the agent is told all the same
        return _stop_session(ctx, ref, empty_queue)


def _stop_session(ctx: Context, ref: str, empty_queue: bool) -> StopResult:
    session = _session(ctx, ref)
    emptied = queue.empty(ctx, session.id) if empty_queue else 0
    holder = lock_holder(ctx.paths.lock(session.id))
    if holder is not None and holder.alive and holder.what not in _STOPPABLE:
        return StopResult(session, None, emptied)
    orphans = marked_processes(session.id)
    if holder is None and not orphans:
        return StopResult(_as_it_is(ctx, session), None, emptied)
    # A worktree that cannot be read in time does not prevent a stop: what hangs there may be what is to be stopped.
    with contextlib.suppress(UserError, OSError), at_most(_SNAPSHOT_SECONDS):
        snapshots.keep_worktree(session.worktree, session.repo, session.id, "stop")
    what = holder.what if holder and holder.what in _STOPPABLE else "iteration"
    if holder is not None and holder.alive:
        _stop_worker(ctx, session, holder)
    end_orphans(session.id)
    return StopResult(_as_it_is(ctx, session), what, emptied)


def _session(ctx: Context, ref: str) -> Session:
    """The session, from the store or, where that cannot be read or has it not, from its own facts."""
    try:
        return lookup.require_session(ctx, ref)
    except UserError as error:
        found = session_file.find_facts(ctx, ref) if _has_not(error) else None
        if found is None:
            raise
        return found


def _stop_worker(ctx: Context, session: Session, holder: Holder) -> None:
    """Asks the worker, which ends its agent, keeps its work and records; one that does not answer is killed."""
    path = ctx.paths.lock(session.id)
    deaf = ignores(holder.pid, signal.SIGINT)  # the job of a script that was started with `&`
    send(holder.pid, signal.SIGTERM if deaf else signal.SIGINT)
    send(holder.pid, signal.SIGCONT)
    deadline = time.monotonic() + _WORKER_SECONDS
    while time.monotonic() < deadline:
        current = lock_holder(path)
        if not holder.alive or current is None or (current.pid, current.start) != (holder.pid, holder.start):
            return
        time.sleep(0.05)
    if holder.alive:
        send(holder.pid, signal.SIGKILL)


def _as_it_is(ctx: Context, session: Session) -> Session:
    try:
        return recover.settle(ctx, lookup.require_session(ctx, session.id))
    except UserError as error:
        if not _has_not(error):
            raise
    try:
        return lookup.require_session(ctx, session.id)  # with what the journal says
    except UserError as error:
        if not _has_not(error):
            raise
        return session_file.known_session(ctx, session.id) or session


def _has_not(error: UserError) -> bool:
    """Whether it says that the store cannot be read, or does not know a session."""
    return error.code.startswith("database-") or error.code in ("no-such-session", "disk-full")
