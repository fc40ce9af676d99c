"""Giving up an open merge or rebase: everything is as before it (SPEC section 6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository, snapshots, target
from ampsm.git.checkouts import where_checked_out
from ampsm.git.command import git
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.status import worktree_status
from ampsm.journal.events import OnEvent
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStatus, MergeStep
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.finishing.merge import rebase_help, target_lock
from ampsm.workflows.finishing.merge.machine import RULES
from ampsm.workflows.finishing.merge.merging import Merging
from ampsm.workflows.finishing.merge.resume import require_open
from ampsm.workflows.session import operations
from ampsm.workflows.session.held import held
from ampsm.workflows.session.open_merge import OpenMerge
from ampsm.workflows.session.worktree_of import prove, require_worktree

_REASON = "ampsm: abort"


@record
class Aborted:
    """The answer of `abort-merge`: `branch` is at `commit` again. `snapshot_ref` keeps what was uncommitted in the
    worktree, `backup_ref` the commits that were made meanwhile; None: nothing."""

    status: MergeStatus
    operation: str
    branch: str
    commit: str
    snapshot_ref: str | None
    backup_ref: str | None


def abort_merge(ctx: Context, ref: str, on_progress: OnEvent = lambda event: None) -> Aborted:
    """Gives up the open merge or rebase of a session: branch, files and status are as before.

    A target that had been moved goes back as by `undo`, or nothing is done: `undo-not-possible` (exit 5). Raises
    `nothing-in-progress` (exit 1), and what proving the place raises.
    """
    with held(ctx, ref, "merge") as (session, lock):
        state = require_open(ctx, session)
        require_worktree(session)
        merging = Merging(ctx, session, lock, state, on_progress)
        merging.require_own_rebase()
        if RULES[state.step].moves_target:
            _take_target_back(merging)
        merging.save(step=MergeStep.ABORT, waiting_for=None)
        kept = snapshots.keep_worktree(merging.worktree, merging.root, session.id, "abort-merge")
        if git_rebase.in_progress(merging.worktree) is not None:
            merging.take_rebase_back()
        prove(session)
        left = _take_branch_back(merging)
        _forget_operation(merging)
        rebase_help.remove(session)
        merging.close(MergeStatus.ABORTED)
    return Aborted(MergeStatus.ABORTED, state.operation, session.branch, state.tip_before, kept, left)


def _take_branch_back(merging: Merging) -> str | None:
    """Moves the branch, with the worktree, to where it was; the ref that keeps commits made meanwhile, if any were."""
    state, tip = merging.state, merging.branch_tip()
    if tip == state.tip_before:
        return None
    backup = merging.back_up(tip)
    try:
        target.retreat(merging.root, merging.branch_ref, tip, state.tip_before, merging.worktree, reason=_REASON)
    except UserError as error:
        in_the_way = error.details.get("files")
        kept = set(worktree_status(merging.worktree).paths)
        if not isinstance(in_the_way, list) or not kept.issuperset(in_the_way):
            raise
        # All that is in the way is in the snapshot.
        git(merging.worktree, "read-tree", "--reset", "-u", state.tip_before, optional_locks=True)
        refs.update_ref(merging.root, merging.branch_ref, state.tip_before, tip, reason=_REASON)
    return backup if tip not in (state.tip, state.pending) else None


def _take_target_back(merging: Merging) -> None:
    """Undoes the moving of the target, if it has happened."""
    state = merging.state
    if state.target_to is None or state.target_from is None or state.target_to == state.target_from:
        return
    with target_lock.held(merging.ctx, merging.session, state.target_ref):
        now = merging.target_tip()
        if now == state.target_to:
            _require_unpublished(merging.session, state)
            where = where_checked_out(merging.root, state.target_name)
            target.retreat(merging.root, state.target_ref, now, state.target_from, where, reason=_REASON)
        elif repository.is_ancestor(merging.root, state.target_to, now):
            raise _impossible(merging.session, state, f"{state.target_name} has moved on since")
        merging.save(target_to=None, target_from=None)


def _forget_operation(merging: Merging) -> None:
    """Takes this merge off the stack of `undo`, in case it was put there already."""
    for found in operations.operations(merging.ctx, merging.session.id):
        if found.operation == "merge" and found.at >= merging.state.started_at and not found.undone:
            operations.mark(merging.ctx, merging.session, found.n, undone=True)
            merging.save(recorded_as=found.n)


def _require_unpublished(session: Session, state: OpenMerge) -> None:
    published = refs.refs_containing(Path(session.repo), state.target_to or "", "refs/remotes/")
    if published:
        raise _impossible(session, state, f"{published[0].removeprefix('refs/remotes/')} has it")


def _impossible(session: Session, state: OpenMerge, why: str) -> UserError:
    return UserError(
        "undo-not-possible", f"The merge into {state.target_name} is done already: {why}",
        hint=f"amp-sessions continue-merge {session.id}", details={"ref": state.target_ref, "commit": state.target_to},
    )  # fmt: skip
