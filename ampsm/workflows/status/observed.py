"""Who works in a session now, what a dead worker left running, and the merge or rebase that is open."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.rewrite import resolving
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStep, WaitsFor
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system.locks import lock_holder
from ampsm.system.processes import command_of, marked_processes
from ampsm.workflows.session import open_merge
from ampsm.workflows.session.branch_point import branch_tip
from ampsm.workflows.session.open_merge import OpenMerge


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


class Rebase(StrEnum):
    """What has become of the rebase that a merge, or a rebase of its own, had begun in the worktree."""

    UNDER_WAY = "under-way"
    FINISHED = "finished"
    GIVEN_UP = "given-up"
    #: The branch was moved to somewhere else.
    LOST = "lost"


@record
class ObservedMerge:
    """What is open (`merge` of `status`). `onto` is the target's name; `conflicts` are those that are not resolved yet,
    as far as git was asked, else those that were recorded; while `rebasing` they wait to be resolved in the worktree.
    `rebase` is None where git was not asked, or cannot tell."""

    internal = ("rebase",)

    merge_id: str
    operation: str
    step: MergeStep
    waiting_for: WaitsFor | None
    onto: str
    started_at: str
    conflicts: tuple[str, ...]
    rebasing: bool
    rebase: Rebase | None


def merge_status(ctx: Context, session: Session, *, ask_git: bool = True) -> ObservedMerge | None:
    """What is open in a session; None when nothing is."""
    merge = open_merge.load(ctx, session.id)
    if merge is None:
        return None
    rebase, conflicts, waits = None, merge.conflicts, merge.waiting_for == WaitsFor.CONFLICTS
    if ask_git:
        try:
            rebase, unresolved = _rebase_of(session, merge, waits)
            conflicts = unresolved if waits else conflicts
        except (UserError, OSError):
            pass
    return ObservedMerge(
        merge.merge_id, merge.operation, merge.step, merge.waiting_for, merge.target_name, merge.started_at, conflicts,
        waits and rebase is Rebase.UNDER_WAY, rebase,
    )  # fmt: skip


def _rebase_of(session: Session, merge: OpenMerge, waits: bool) -> tuple[Rebase | None, tuple[str, ...]]:
    """What has become of the rebase, and what conflicts there still. Raises GitError and OSError."""
    worktree = Path(session.worktree)
    found = git_rebase.in_progress(worktree)
    if found is None:
        return _ended(session, merge) if waits else None, ()
    ours = (found.branch, found.onto) == (session.branch, merge.onto)
    return Rebase.UNDER_WAY if ours else Rebase.LOST, tuple(resolving.unresolved(worktree))


def _ended(session: Session, merge: OpenMerge) -> Rebase:
    """How a rebase ended that is not under way any more, by where the branch is."""
    root = Path(session.repo)
    tip = branch_tip(session)
    if tip == merge.tip:
        return Rebase.GIVEN_UP
    return Rebase.FINISHED if tip and repository.is_ancestor(root, merge.onto, tip) else Rebase.LOST
