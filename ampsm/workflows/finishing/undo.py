"""Putting a session back to before its last squash, rebase or merge (SPEC section 6)."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository, target
from ampsm.git.calls.way_out import way_out
from ampsm.git.worktree import submodules
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.finishing.merge import target_lock
from ampsm.workflows.finishing.rewrite import require_clean, require_nothing_open
from ampsm.workflows.session import merge_records, operations, session_file, worktree_of
from ampsm.workflows.session.held import held
from ampsm.workflows.session.undo_stack import TargetMove, target_back, why_not
from ampsm.workflows.session.unharmed import require_unharmed

_REASON = "ampsm: undo"


@record
class Undone:
    """What was taken back: the session's branch went back `from_` one commit `to` another, and the target as well."""

    operation: str
    branch: str
    from_: str
    to: str
    target: TargetMove | None


def _nothing(ctx: Context, session: Session) -> UserError:
    """The error for an empty stack. Where no operation is known at all, though one has left a backup, what was known of
    them is lost, and the backup is the way back."""
    error = session.error(
        "status", "nothing-to-undo", f"Session {session.id} has no squash, rebase or merge to undo"
    )  # fmt: skip
    kept = None if operations.operations(ctx, session.id) else operations.last_backup(session)
    if kept is not None:
        name, tip = kept
        error.message += f"; {name} keeps what its branch was before it was last rewritten"
        error.hint = f"git -C {quoted(session.worktree)} reset --keep {tip}"
    return error


def undo_operation(ctx: Context, ref: str) -> Undone:
    """Takes back the last squash, rebase or merge of a session.

    Branch, files and status are as before it; of a merge the target goes back as well. Raises `nothing-to-undo`,
    `undo-not-possible` when branch or target have moved since or the result was pushed, `uncommitted-changes` (all
    exit 5), `merge-in-progress`, and what proving the place raises; nothing has changed then.
    """
    with way_out(), held(ctx, ref, "undo") as (session, _):
        require_nothing_open(ctx, session)
        root, worktree = Path(session.repo), worktree_of.prove(session)
        tip = repository.require_head(worktree)
        stack = operations.undo_stack(ctx, session.id, tip)
        if not stack:
            raise _nothing(ctx, session)
        operation = stack[0]
        if reason := why_not(session, operation, tip):
            raise reason
        # Of one that was cut off between the two, the files are there already and only the branch is left to follow.
        followed = operation.undoing and target.has_followed(worktree, tip, operation.from_sha)
        if tip == operation.to_sha and not followed:
            require_clean(session)
            target.require_free(worktree, tip, operation.from_sha)
        moved = operation.target
        with target_lock.held(ctx, session, moved.ref) if moved else nullcontext():
            if moved:
                require_unharmed(ctx, session, moved.ref)
                target.require_returnable(root, moved.ref, moved.to_sha, moved.from_sha)
            operations.mark(ctx, session, operation.n, undoing=True)
            if moved:
                target.take_back(root, moved.ref, moved.to_sha, moved.from_sha, reason=_REASON)
        if tip == operation.to_sha:
            branch = refs.branch_ref(session.branch)
            target.retreat(root, branch, tip, operation.from_sha, worktree, reason=_REASON)
        submodules.follow(worktree, operation.to_sha, operation.from_sha)
        session_file.save_session(
            ctx, session, status=operation.status_before, merged_at=operation.merged_at_before,
            blocked_by_tests=operation.blocked_by_tests_before,
        )  # fmt: skip
        operations.mark(ctx, session, operation.n, undone=True)
        merge_records.index_merges(ctx, session.id)
    return Undone(operation.operation, session.branch, operation.to_sha, operation.from_sha, target_back(operation))
