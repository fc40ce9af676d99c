"""What `undo` could take back, the last operation first, and why it cannot (SPEC section 6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository, target
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import operations
from ampsm.workflows.session.branch_point import branch_tip
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.operations import MovedTarget, Operation


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
    it can be taken back in its turn; `target` is what that does to the target of a merge."""

    n: int
    operation: str
    at: str
    from_: str
    to: str
    undoable: bool
    target: TargetMove | None


def undo_list(ctx: Context, ref: str) -> list[UndoStep]:
    """What `undo` takes back, the last one first."""
    session = require_session(ctx, ref)
    tip = branch_tip(session) or ""
    listed, possible, at = [], not session.cleaned_up_at, tip
    for found in operations.undo_stack(ctx, session.id, tip):
        possible = possible and why_not(session, found, at) is None
        at = found.from_sha
        listed.append(UndoStep(
            found.n, found.operation, found.at, found.from_sha, found.to_sha, possible, target_back(found)
        ))  # fmt: skip
    return listed


def target_back(operation: Operation) -> TargetMove | None:
    """What the undo of a merge does to the target."""
    known = operation.target
    if known is None:
        return None
    return TargetMove(known.branch, known.ref, known.to_sha, known.from_sha)


def why_not(session: Session, operation: Operation, tip: str) -> UserError | None:
    """Why an operation cannot be undone while the session's branch is at `tip`."""
    what = f"the {operation.operation} of {operation.at}"
    if tip != operation.to_sha and not (operation.undoing and tip == operation.from_sha):
        return _impossible(
            f"The branch {session.branch} has moved since {what}",
            f"git -C {quoted(session.repo)} log --oneline {operation.to_sha[:10]}..{session.branch}",
            {"expected": operation.to_sha, "found": tip or None, "backupRef": operation.backup_ref},
        )
    if repository.resolve_commit(session.repo, operation.from_sha) is None:
        return _impossible(
            f"The commit from before {what} is gone: {operation.from_sha[:10]}",
            f"amp-sessions undo {session.id} --list",
            {"commit": operation.from_sha, "backupRef": operation.backup_ref},
        )  # fmt: skip
    try:
        if operation.target:
            require_target(session, operation.target)
    except UserError as error:
        return error
    return None


def require_target(session: Session, known: MovedTarget) -> None:
    """Raises `undo-not-possible` (exit 5) unless the target is at the merge's commit, or back already, and nobody else
    can have the merge."""
    root, ref = Path(session.repo), known.ref
    name = known.branch
    found = refs.read_ref(root, ref)
    if found == known.from_sha:
        return
    if found != known.to_sha:
        raise _impossible(
            f"{name} has moved since the merge: {(found or 'it is gone')[:10]}",
            f"git -C {quoted(root)} log --oneline {known.to_sha[:10]}..{name}",
            {"ref": ref, "expected": known.to_sha, "found": found},
        )
    if published := refs.refs_containing(root, known.to_sha, "refs/remotes/"):
        raise _impossible(
            f"The merge was pushed: {published[0].removeprefix('refs/remotes/')} contains it",
            f"git -C {quoted(root)} revert {known.to_sha[:10]}",
            {"ref": ref, "commit": known.to_sha, "publishedIn": published[:100]},
        )
    try:
        target.require_movable(root, ref, known.to_sha, known.from_sha)
    except UserError as error:
        if error.code == "branch-checked-out":
            raise _impossible(error.message, error.hint or "", {"ref": ref, **error.details}) from error
        raise


def _impossible(message: str, hint: str, details: dict[str, object]) -> UserError:
    return UserError("undo-not-possible", message, hint=hint, details=details)
