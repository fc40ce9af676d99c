"""Putting a session's commits on top of its target (SPEC section 6)."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.command import GitError
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.journal.events import OnEvent, StepChanged
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStatus, MergeStep, WaitsFor
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.finishing.merge import rebase_help
from ampsm.workflows.finishing.rewrite import Ready, back_up, make_ready, operation, require_related
from ampsm.workflows.session import commit_origin, merge_records, open_merge, operations, session_file
from ampsm.workflows.session.branch_point import Target, point_to_rewrite, target_of
from ampsm.workflows.session.held import held
from ampsm.workflows.session.open_merge import OpenMerge


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
    `no-base-branch`, `no-such-branch`, `uncommitted-changes`, and as `make_ready`; nothing has changed then.
    """
    with held(ctx, ref, "rebase") as (session, _):
        ready = make_ready(ctx, session)
        target = target_of(ready.session, onto)
        point = point_to_rewrite(ready.session, ready.tip, target.sha)
        require_related(ready.session, point, ready.tip)
        if point == target.sha:
            return RebaseOutcome(MergeStatus.REBASED, target.sha, (), None)
        on_progress(StepChanged(step=MergeStep.REBASE, onto=target.name, from_sha=ready.tip, to_sha=target.sha))
        state = _begin(ctx, ready, target, point)
        if conflicts := _run(ctx, ready, state):
            stop_at(ctx, ready.session, state, conflicts)
            error = conflict_error(ready.session, conflicts)
            return RebaseOutcome("conflict", target.sha, tuple(conflicts), state.backup_ref, error)
        finish(ctx, ready.session, state)
    return RebaseOutcome(MergeStatus.REBASED, target.sha, (), state.backup_ref)


def stop_at(ctx: Context, session: Session, state: OpenMerge, conflicts: list[str]) -> OpenMerge:
    """Records that a rebase waits for conflicts to be resolved, and writes how to do that; returns the state."""
    waiting = structs.replace(state, waiting_for=WaitsFor.CONFLICTS, conflicts=tuple(conflicts))
    state = open_merge.save(ctx, session.id, waiting)
    rebase_help.write(
        ctx, session, operation=state.operation, target=state.target_name, onto=state.onto, conflicts=conflicts
    )
    session_file.save_if_it_can(ctx, session, status="awaiting-input", blocked_by_tests=False)
    merge_records.index_merges(ctx, session.id)
    return state


def finish(ctx: Context, session: Session, state: OpenMerge) -> Session:
    """Records a rebase that is done in git, by us or by the user's hand, and forgets that it was open.

    The session's status is what it was before. Doing it again changes nothing.
    """
    after = repository.require_head(session.worktree)
    state = structs.replace(state, tip=after)
    if after != state.tip_before:
        commit_origin.note_rebase(ctx, session, (state.branch_point, state.tip_before), (state.onto, after))
        before = replace(
            session, status=state.status_before, merged_at=state.merged_at_before,
            blocked_by_tests=state.blocked_by_tests_before,
        )  # fmt: skip
        made = operation(before, "rebase", state.tip_before, after, state.backup_ref or "")
        state = structs.replace(state, recorded_as=operations.push(ctx, session, made).n)
    rebase_help.remove(session)
    session = session_file.save_if_it_can(
        ctx, session, status=state.status_before, blocked_by_tests=state.blocked_by_tests_before
    )
    merge_records.end_merge(ctx, session.id, state, MergeStatus.REBASED)
    return session


def conflict_error(session: Session, conflicts: list[str]) -> UserError:
    """What is said of a rebase that waits for conflicts to be resolved (exit 4)."""
    more = f" and {len(conflicts) - 1} more" if len(conflicts) > 1 else ""
    return UserError(
        "conflicts", f"Conflicts to resolve in {session.worktree}: {conflicts[0]}{more}",
        hint=f"resolve them, then: amp-sessions continue-merge {session.id}, or give up: amp-sessions abort-merge "
        f"{session.id}",
        details={"worktree": session.worktree, "conflicts": list(conflicts)},
    )  # fmt: skip


def _begin(ctx: Context, ready: Ready, target: Target, point: str) -> OpenMerge:
    state = open_merge.new_merge(
        ready.session, "rebase", step=MergeStep.REBASE, target_ref=target.ref, target_name=target.name, onto=target.sha,
        first_branch_point=point, branch_point=point, tip_before=ready.tip, tip=ready.tip,
        backup_ref=back_up(ctx, ready.session, ready.tip),
    )  # fmt: skip
    state = open_merge.save(ctx, ready.session.id, state)
    merge_records.index_merges(ctx, ready.session.id)
    return state


def _run(ctx: Context, ready: Ready, state: OpenMerge) -> list[str]:
    try:
        return git_rebase.start(ready.worktree, state.onto, state.branch_point)
    except GitError:
        untouched = repository.head(ready.worktree) == repository.Head(ready.tip, ready.session.branch)
        if untouched and git_rebase.in_progress(ready.worktree) is None:
            merge_records.forget_merge(ctx, ready.session.id)
        raise
