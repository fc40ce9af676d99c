"""Putting a session's commits on top of its target (SPEC section 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ampsm.context import Context
from ampsm.git import rebase as git_rebase
from ampsm.git import repository
from ampsm.git.command import GitError
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.finishing.merge import rebase_help
from ampsm.workflows.finishing.rewrite import Ready, back_up, make_ready, operation, require_related
from ampsm.workflows.session import commit_origin, open_merge, operations, session_file
from ampsm.workflows.session.branch_point import Target, point_to_rewrite, target_of
from ampsm.workflows.session.held import held
from ampsm.workflows.session.open_merge import MergeState

Tell = Callable[[dict[str, Any]], None]


def rebase_session(
    ctx: Context, ref: str, *, onto: str | None = None, tell: Tell = lambda event: None
) -> tuple[dict[str, Any], UserError | None]:
    """Rebases the session onto the tip of its target: the document of `rebase`, and what keeps it from being done.

    Conflicts leave the rebase open in the session's worktree for `continue-merge` or `abort-merge`. `backupRef` is null
    when the session is on the target's tip already. Raises `no-base-branch`, `no-such-branch`, `uncommitted-changes`,
    and as `make_ready`; nothing has changed then.
    """
    with held(ctx, ref, "rebase") as (session, _):
        ready = make_ready(ctx, session)
        target = target_of(ready.session, onto)
        point = point_to_rewrite(ready.session, ready.tip, target.sha)
        require_related(ready.session, point, ready.tip)
        if point == target.sha:
            return _document(target, None, ()), None
        tell({"type": "step", "step": "rebase", "onto": target.name, "from": ready.tip, "to": target.sha})
        state = _begin(ctx, ready, target, point)
        conflicts = _run(ctx, ready, state)
        document = _document(target, state.backup_ref, conflicts)
        if conflicts:
            stop_at(ctx, ready.session, state, conflicts)
            return document, conflict_error(ready.session, conflicts)
        finish(ctx, ready.session, state)
    return document, None


def stop_at(ctx: Context, session: Session, state: MergeState, conflicts: list[str]) -> MergeState:
    """Records that a rebase waits for conflicts to be resolved, and writes how to do that; returns the state."""
    state = open_merge.save(
        ctx, session.id, replace(state, waiting_for="conflicts", conflicts=tuple(conflicts))
    )  # fmt: skip
    rebase_help.write(
        ctx, session, operation=state.operation, target=state.target_name, onto=state.onto, conflicts=conflicts
    )
    session_file.save_session(ctx, session, status="awaiting-input", blocked_by_tests=False)
    return state


def finish(ctx: Context, session: Session, state: MergeState) -> Session:
    """Records a rebase that is done in git, by us or by the user's hand, and forgets that it was open.

    The session's status is what it was before. Doing it again changes nothing.
    """
    after = repository.require_head(session.worktree)
    if after != state.tip_before:
        commit_origin.note_rebase(ctx, session, (state.branch_point, state.tip_before), (state.onto, after))
        before = replace(
            session, status=state.status_before, merged_at=state.merged_at_before,
            blocked_by_tests=state.blocked_by_tests_before,
        )  # fmt: skip
        operations.push(ctx, session, operation(before, "rebase", state.tip_before, after, state.backup_ref or ""))
    rebase_help.remove(session)
    session = session_file.save_session(
        ctx, session, status=state.status_before, blocked_by_tests=state.blocked_by_tests_before
    )
    open_merge.clear(ctx, session.id)
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


def _begin(ctx: Context, ready: Ready, target: Target, point: str) -> MergeState:
    state = open_merge.new_state(
        ready.session, "rebase", step="rebase", target_ref=target.ref, target_name=target.name, onto=target.sha,
        first_branch_point=point, branch_point=point, tip_before=ready.tip, tip=ready.tip,
        backup_ref=back_up(ctx, ready.session, ready.tip),
    )  # fmt: skip
    return open_merge.save(ctx, ready.session.id, state)


def _run(ctx: Context, ready: Ready, state: MergeState) -> list[str]:
    try:
        return git_rebase.start(ready.worktree, state.onto, state.branch_point)
    except GitError:
        untouched = repository.head(ready.worktree) == repository.Head(ready.tip, ready.session.branch)
        if untouched and git_rebase.in_progress(ready.worktree) is None:
            open_merge.clear(ctx, ready.session.id)
        raise


def _document(target: Target, backup_ref: str | None, conflicts: list[str] | tuple[()]) -> dict[str, Any]:
    return {
        "status": "conflict" if conflicts else "rebased", "onto": target.sha, "conflicts": list(conflicts),
        "backupRef": backup_ref,
    }  # fmt: skip
