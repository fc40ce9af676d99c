"""What `undo` could take back, the last operation first, and why it cannot (SPEC section 6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git import refs, repository, target
from ampsm.model.errors import UserError, quoted
from ampsm.model.session import Session
from ampsm.workflows.session import operations
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.operations import Operation
from ampsm.workflows.session.tips import branch_tip


def undo_list(ctx: Context, ref: str) -> dict[str, Any]:
    """What `undo` takes back, the last one first; `undoable` when it can be, in its turn."""
    session = require_session(ctx, ref)
    tip = branch_tip(session) or ""
    listed, possible, at = [], not session.cleaned_up_at, tip
    for found in operations.undo_stack(ctx, session.id, tip):
        possible = possible and why_not(session, found, at) is None
        at = found.from_sha
        listed.append({
            "n": found.n, "operation": found.operation, "at": found.at, "from": found.from_sha, "to": found.to_sha,
            "undoable": possible, "target": moved_target(found),
        })  # fmt: skip
    return {"operations": listed}


def moved_target(operation: Operation) -> dict[str, str] | None:
    """What the undo of a merge does to the target."""
    if operation.target is None:
        return None
    known = operation.target
    return {
        "branch": refs.branch_name(known["ref"]) or "",
        "ref": known["ref"],
        "from": known["to"],
        "to": known["from"],
    }


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


def require_target(session: Session, known: dict[str, str]) -> None:
    """Raises `undo-not-possible` (exit 5) unless the target is at the merge's commit, or back already, and nobody else
    can have the merge."""
    root, ref = Path(session.repo), known["ref"]
    name = refs.branch_name(ref)
    found = refs.read_ref(root, ref)
    if found == known["from"]:
        return
    if found != known["to"]:
        raise _impossible(
            f"{name} has moved since the merge: {(found or 'it is gone')[:10]}",
            f"git -C {quoted(root)} log --oneline {known['to'][:10]}..{name}",
            {"ref": ref, "expected": known["to"], "found": found},
        )
    if published := refs.refs_containing(root, known["to"], "refs/remotes/"):
        raise _impossible(
            f"The merge was pushed: {published[0].removeprefix('refs/remotes/')} contains it",
            f"git -C {quoted(root)} revert {known['to'][:10]}",
            {"ref": ref, "commit": known["to"], "publishedIn": published[:100]},
        )
    try:
        target.require_movable(root, ref, known["to"], known["from"])
    except UserError as error:
        if error.code == "branch-checked-out":
            raise _impossible(error.message, error.hint or "", {"ref": ref, **error.details}) from error
        raise


def _impossible(message: str, hint: str, details: dict[str, object]) -> UserError:
    return UserError("undo-not-possible", message, hint=hint, details=details)
