"""Holding a session: its lock, and the certainty that nothing an earlier worker started still works in it.

Whoever changes branch, worktree or records of a session holds it. What has to be possible while an iteration runs does
not, and changes single facts under the lock of their file: `set`, follow-ups in the queue; `stop` ends the holder.

A session is free when its lock is free and no process that carries its marker lives. Nobody listens any more to what a
dead worker left running: `iterate` and `stop` end it first, every other command says busy (SPEC section 5.1).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple

from ampsm.context import Context
from ampsm.git.command import OBJECT_MISSING, GitError, answer_or, fsck
from ampsm.git.objects import asking_once
from ampsm.git.surroundings.main_checkout import misread_checkout
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.system import access
from ampsm.system.environment import marking
from ampsm.system.locks import LOOK, SessionLock, lock_holder, session_lock
from ampsm.system.process_tree import end_orphans
from ampsm.system.processes import MARKER, command_of, marked_processes
from ampsm.workflows.session import recover
from ampsm.workflows.session.branch_point import branch_tip
from ampsm.workflows.session.known_tip import note_if_it_can
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.merge_records import index_earlier_merges, settle_merges
from ampsm.workflows.session.open_merge import agent_path, has_open_merge
from ampsm.workflows.session.repository_of import require_repository
from ampsm.workflows.session.worktree_of import require_undamaged

#: How long git may take to end what a killed rewrite or merge had begun.
_SETTLE_SECONDS = 10.0

#: What a session is held for → the marker of the processes that git starts meanwhile (hooks, drivers), by which they
#: are found when this process is killed. The others mark what they start themselves.
_MARKERS = {"squash": "merge", "rebase": "merge", "merge": "merge", "undo": "merge", "preflight": "preflight"}

#: What the lock calls a use that others know by another name: `stop` ends the test script of a preflight.
_CALLED = {"preflight": "test"}


#: What takes a branch that somebody has put back for no new beginning: what it was at before stays what is known of it.
#: Nor does a merge that is refused for that, so that the next one is, too.
_LEAVING_A_REWOUND_BRANCH = ("cleanup", "restore")

#: What does not touch the files of a worktree that an agent has left in the middle of conflicts.
_LEAVING_THE_WORKTREE = ("preflight", "cleanup", "restore")


class Held(NamedTuple):
    """A session as it is once it is held, and its lock, which the processes of an iteration inherit."""

    session: Session
    lock: SessionLock


@contextmanager
def held(ctx: Context, ref: str, what: str, *, looks: bool = False) -> Iterator[Held]:
    """Holds the session that `ref` names for `what`: `iteration`, `test`, `commit`, `squash`, `rebase`, `merge`,
    `undo`, `preflight`, `cleanup` or `restore`. What a dead worker left is settled first.

    One that only `looks` keeps nobody from working: they wait for it.

    Raises what `require_session` does, `busy` (exit 6) naming who has it, and `not-a-repository` (exit 3) while its
    repository is not there. For an iteration, what a dead worker left running is ended, as `stop` would.
    """
    session = require_session(ctx, ref)
    path = ctx.paths.lock(session.id)
    if what == "iteration" and (holder := lock_holder(path)) and not holder.alive:
        end_orphans(session.id)
    marker = f"{session.id}/{_MARKERS[what]}" if what in _MARKERS else None
    if marker:
        _await_end_of(marker)
    with session_lock(path, session.id, LOOK if looks else _CALLED.get(what, what)) as lock:
        if what == "iteration":
            if marked_processes(session.id):
                end_orphans(session.id)
        else:
            require_no_orphans(session)
        require_repository(session)
        begins = what == "merge" and not has_open_merge(ctx, session.id)
        at = answer_or(None, branch_tip, session) if begins else None
        left = begins or what in _LEAVING_A_REWOUND_BRANCH
        if has_branch := not session.cleaned_up_at and what != "preflight":  # that changes nothing in git
            note_if_it_can(ctx, session, by_others=True, unless_rewound=left)
        index_earlier_merges(ctx)
        settle_merges(ctx, session.id)
        agent_works = what == "iteration"  # for hours, perhaps
        with (
            marking(MARKER, marker) if marker else nullcontext(), naming_misread_checkout(session),
            _leading_on_from_own_rebase(ctx, session), nullcontext() if agent_works else asking_once(),
        ):  # fmt: skip
            try:
                session = recover.settle_held(ctx, session)
                if what not in _LEAVING_THE_WORKTREE:
                    _end_agents_work(ctx, session)
                yield Held(session, lock)
                has_branch = what != "preflight"
            finally:
                if has_branch:
                    merged = begins and answer_or(None, branch_tip, session) != at
                    note_if_it_can(ctx, session, unless_rewound=left and not merged)


@contextmanager
def naming_misread_checkout(session: Session) -> Iterator[None]:
    """Where git fails because the main checkout was set to be something else, or what it keeps of the worktree is
    damaged, says that instead (exit 5)."""
    try:
        yield
    except GitError as error:
        misread = answer_or(None, misread_checkout, Path(session.repo))
        if misread is None:
            require_undamaged(session)
            error.hint = access.way_in(Path(session.repo, ".git", "objects"), writing=True) or error.hint
            if error.code == OBJECT_MISSING:
                error.hint = fsck(session.repo)
            raise
        details = {"repository": session.repo, **error.details}
        raise UserError("repository-changed", misread.message, hint=misread.back, details=details) from error


@contextmanager
def _leading_on_from_own_rebase(ctx: Context, session: Session) -> Iterator[None]:
    """A rebase that waits is given up with git when a person began it, and with `abort-merge` when this program did."""
    try:
        yield
    except UserError as error:
        own = error.code == "unfinished-operation" and error.details.get("operation") == "rebase"
        if own and has_open_merge(ctx, session.id):
            go_on, give_up = (f"amp-sessions {command} {session.id}" for command in ("continue-merge", "abort-merge"))
            error.hint = f"finish it, then: {go_on}, or give up: {give_up}"
        raise


def _end_agents_work(ctx: Context, session: Session) -> None:
    """What a killed iteration changed besides the files in conflict is taken back before anything else is done."""
    if agent_path(ctx, session.id).exists():
        from ampsm.workflows.session.in_conflict.taking_back import end_left

        end_left(ctx, session)


def _await_end_of(marker: str) -> None:
    """Gives what a killed command of this kind had begun a moment to end; what takes longer makes the session busy."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while marked_processes(marker) and time.monotonic() < deadline:
        time.sleep(0.05)


def require_no_orphans(session: Session) -> None:
    """Raises `busy` (exit 6) while something still runs that a dead worker started."""
    orphans = marked_processes(session.id)
    if not orphans:
        return
    found = f"process {orphans[0]} ({command_of(orphans[0])})"
    message = f"Session {session.id} is busy: its worker is gone, but {found} that it started still runs"
    raise session.error("stop", "busy", message, sessionId=session.id, processes=orphans)
