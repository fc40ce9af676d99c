"""What `undo` could take back, the last operation first, and why it cannot (SPEC section 6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository, target
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import operations
from ampsm.workflows.session.branch_point import branch_tip
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.operations import Operation
from ampsm.workflows.session.repository_of import require_repository


@record
class TargetMove:
    """How the target branch of a merge moves; `ref` is its full name."""

    branch: str
    ref: str
    from_: str
    to: str


@record
class UndoStep:
    """An operation that `undo` takes back: the session's branch went `from_` one commit `to` another. `undoable` when
    it can be taken back in its turn, else `reason` says why not, or why one that comes before it cannot; `target` is
    what that does to the target of a merge."""

    n: int
    operation: str
    at: str
    from_: str
    to: str
    undoable: bool
    reason: str | None
    target: TargetMove | None


def undo_list(ctx: Context, ref: str) -> list[UndoStep]:
    """What `undo` takes back, the last one first."""
    session = require_session(ctx, ref)
    require_repository(session)
    tip = branch_tip(session) or ""
    at, reason = tip, f"Session {session.id} is cleaned up" if session.cleaned_up_at else None
    listed = []
    for found in operations.undo_stack(ctx, session.id, tip):
        if reason is None and (refused := why_not(session, found, at)):
            reason = refused.message
        at = found.from_sha
        listed.append(UndoStep(
            found.n, found.operation, found.at, found.from_sha, found.to_sha, reason is None, reason,
            target_back(found),
        ))  # fmt: skip
    return listed


def target_back(operation: Operation) -> TargetMove | None:
    """What the undo of a merge does to the target."""
    known = operation.target
    return TargetMove(known.branch, known.ref, known.to_sha, known.from_sha) if known else None


def why_not(session: Session, operation: Operation, tip: str) -> UserError | None:
    """Why an operation cannot be undone while the session's branch is at `tip`."""
    what = f"the {operation.operation} of {operation.at}"
    if tip != operation.to_sha and not (operation.undoing and tip == operation.from_sha):
        return UserError(
            "undo-not-possible", f"The branch {session.branch} has moved since {what}",
            hint=f"git -C {quoted(session.repo)} log --oneline {quoted(f'{operation.to_sha[:10]}..{session.branch}')}",
            details={"expected": operation.to_sha, "found": tip or None, "backupRef": operation.backup_ref},
        )  # fmt: skip
    if repository.resolve_commit(session.repo, operation.from_sha) is None:
        return UserError(
            "undo-not-possible", f"The commit from before {what} is gone: {operation.from_sha[:10]}",
            hint=f"amp-sessions undo {session.id} --list",
            details={"commit": operation.from_sha, "backupRef": operation.backup_ref},
        )  # fmt: skip
    if back := target_back(operation):
        try:
            target.require_returnable(Path(session.repo), back.ref, back.from_, back.to)
        except UserError as error:
            return error
    return None
