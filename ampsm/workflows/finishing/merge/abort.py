"""Giving up an open merge or rebase: everything is as before it (SPEC section 6)."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.git import refs, repository, snapshots, target
from ampsm.git.calls.way_out import way_out
from ampsm.git.checkouts import where_checked_out
from ampsm.git.rewrite import arrivals
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.worktree import submodules
from ampsm.journal.events import OnEvent
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStatus, MergeStep
from ampsm.model.record import record
from ampsm.workflows.finishing.merge import rebase_help, target_lock
from ampsm.workflows.finishing.merge.going_on import require_an_index
from ampsm.workflows.finishing.merge.machine import RULES
from ampsm.workflows.finishing.merge.merging import Merging
from ampsm.workflows.finishing.merge.resume import require_open
from ampsm.workflows.finishing.rewrite import then
from ampsm.workflows.session import operations, worktree_of
from ampsm.workflows.session.branch_point import branch_tip
from ampsm.workflows.session.held import held
from ampsm.workflows.session.moved import require_not_renamed

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
    `nothing-in-progress` (exit 1), `files-in-the-way` (exit 5) when an ignored file would be written over, and what
    proving the place raises; nothing has changed then.
    """
    with way_out(), held(ctx, ref, "merge") as (session, lock):
        state = require_open(ctx, session)
        worktree_of.require_worktree(session)
        if branch_tip(session) is None:
            require_not_renamed(session)
        merging = Merging(ctx, session, lock, state, on_progress)
        merging.require_own_rebase()
        require_an_index(session, merging.worktree)
        with then(f"abort-merge {session.id}"):
            arrivals.require_free_to_go_back(merging.worktree, state.tip_before)
        if RULES[state.step].moves_target:
            _take_target_back(merging)
        merging.save(step=MergeStep.ABORT, waiting_for=None)
        kept = snapshots.keep_worktree(merging.worktree, merging.root, session.id, "abort-merge")
        if git_rebase.in_progress(merging.worktree) is not None:
            merging.take_rebase_back()
        else:
            merging.take_forgotten_rebase_back()
        worktree_of.prove(session)
        left = _take_branch_back(merging)
        for done in operations.operations(ctx, session.id):  # off the stack of `undo`, if it was put there already
            if done.operation == "merge" and done.at >= state.started_at and not done.undone:
                operations.mark(ctx, session, done.n, undone=True)
                merging.save(recorded_as=done.n)
        rebase_help.remove(session)
        merging.close(MergeStatus.ABORTED)
    return Aborted(MergeStatus.ABORTED, state.operation, session.branch, state.tip_before, kept, left)


def _take_branch_back(merging: Merging) -> str | None:
    """Moves the branch, with the worktree, to where it was; the ref that keeps commits made meanwhile, if any were."""
    state, tip = merging.state, merging.branch_tip()
    if tip == state.tip_before:
        return None
    backup = merging.back_up(tip)
    target.retreat_over_edits(merging.root, merging.branch_ref, tip, state.tip_before, merging.worktree, reason=_REASON)
    submodules.follow(merging.worktree, tip, state.tip_before)
    return backup if tip not in (state.tip, state.pending) else None


def _take_target_back(merging: Merging) -> None:
    """Undoes the moving of the target, if it has happened."""
    root, state = merging.root, merging.state
    if state.target_to is None or state.target_from is None or state.target_to == state.target_from:
        return
    with target_lock.held(merging.ctx, merging.session, state.target_ref):
        now = merging.target_tip()
        if now == state.target_to:
            if published := refs.refs_containing(root, now, "refs/remotes/"):
                raise _impossible(merging, f"{published[0].removeprefix('refs/remotes/')} has it")
            where = where_checked_out(root, state.target_name)
            target.retreat(root, state.target_ref, now, state.target_from, where, reason=_REASON)
        elif repository.is_ancestor(root, state.target_to, now):
            raise _impossible(merging, f"{state.target_name} has moved on since")
        merging.save(target_to=None, target_from=None)


def _impossible(merging: Merging, why: str) -> UserError:
    state = merging.state
    message = f"The merge into {state.target_name} is done already: {why}"
    return merging.session.error(
        "continue-merge", "undo-not-possible", message, ref=state.target_ref, commit=state.target_to
    )
