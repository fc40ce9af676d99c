"""Putting a session's commits on top of its target (SPEC section 6)."""

from __future__ import annotations

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.worktree import submodules
from ampsm.journal.events import OnEvent, StepChanged
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStatus, MergeStep, WaitsFor
from ampsm.model.record import record
from ampsm.workflows.finishing.merge import outcome, preflight, rebase_help
from ampsm.workflows.finishing.merge.merging import Merging, opened
from ampsm.workflows.finishing.rewrite import back_up, make_ready, require_related
from ampsm.workflows.session import branch_point, commit_origin, merge_records
from ampsm.workflows.session.held import held
from ampsm.workflows.session.unharmed import hinting_at_deletion


@record
class RebaseOutcome:
    """The answer of `rebase`: `status` is rebased or conflict, `onto` the commit it goes on top of. `backup_ref` keeps
    what was before; None when nothing had to be done. `error` is what keeps it from being done."""

    status: str
    onto: str
    conflicts: tuple[str, ...]
    backup_ref: str | None
    error: UserError | None = None

    internal = ("error",)


def rebase_session(
    ctx: Context, ref: str, *, onto: str | None = None, on_progress: OnEvent = lambda event: None
) -> RebaseOutcome:
    """Rebases the session onto the tip of its target.

    Conflicts leave the rebase open in the session's worktree for `continue-merge` or `abort-merge`. Raises
    `no-base-branch`, `no-such-branch`, `uncommitted-changes`, `files-in-the-way`, and as `make_ready`; nothing has
    changed then.
    """
    with held(ctx, ref, "rebase") as (session, lock):
        tip = make_ready(ctx, session)
        with hinting_at_deletion(ctx, session, onto or session.base_branch):
            target = branch_point.commit_to_rebase_onto(session, onto)
        point = branch_point.point_to_rewrite(session, tip, target.sha)
        require_related(session, point, tip)
        if point == target.sha:
            return RebaseOutcome(MergeStatus.REBASED, target.sha, (), None)
        if refused := preflight.refused_before_rebase(ctx, session, target):
            raise outcome.refusal([refused])
        on_progress(StepChanged(step=MergeStep.REBASE, onto=target.name, from_sha=tip, to_sha=target.sha))
        backup_ref = back_up(ctx, session, tip)
        merging = opened(
            ctx, session, lock, on_progress, "rebase", MergeStep.REBASE, target, point, tip, backup_ref=backup_ref
        )
        try:
            conflicts = git_rebase.start(merging.worktree, target.sha, point)
        except UserError:
            untouched = repository.head(merging.worktree) == repository.Head(tip, session.branch)
            if untouched and git_rebase.in_progress(merging.worktree) is None:
                merge_records.forget_merge(ctx, session.id)
            raise
        if conflicts:
            error = stop_at(merging, conflicts)
            return RebaseOutcome("conflict", target.sha, git_rebase.where_they_belong(conflicts), backup_ref, error)
        finish(merging)
    return RebaseOutcome(MergeStatus.REBASED, target.sha, (), backup_ref)


def stop_at(merging: Merging, conflicts: list[str]) -> UserError:
    """Records that a rebase waits for conflicts to be resolved, and writes how to do that; returns what is said."""
    merging.save(waiting_for=WaitsFor.CONFLICTS, conflicts=tuple(conflicts))
    error = rebase_help.write(merging, conflicts)
    merging.save_session(status="awaiting-input", blocked_by_tests=False)
    return error


def finish(merging: Merging) -> None:
    """Records a rebase that is done in git, by us or by the user's hand, and forgets that it was open.

    The session's status is what it was before. Doing it again changes nothing.
    """
    ctx, session, after = merging.ctx, merging.session, repository.require_head(merging.worktree)
    merging.state = state = replace(merging.state, tip=after)
    if after != state.tip_before:
        submodules.follow(merging.worktree, state.tip_before, after)
        commit_origin.note_rebase(ctx, session, (state.branch_point, state.tip_before), (state.onto, after))
        merging.state = replace(state, recorded_as=merging.record_operation())
    rebase_help.remove(session)
    merging.note_done(f"on top of {state.target_name} at {state.onto[:10]}: {after[:10]}")
    merging.close(MergeStatus.REBASED)
