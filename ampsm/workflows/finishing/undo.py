"""Putting a session back to before its last squash, rebase or merge (SPEC section 6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git import refs, repository, target
from ampsm.git.checkouts import checkouts, where_checked_out
from ampsm.model.errors import UserError, quoted
from ampsm.model.session import Session
from ampsm.workflows.finishing.merge import target_lock
from ampsm.workflows.finishing.rewrite import require_clean, require_nothing_open
from ampsm.workflows.session import operations, recover, session_file
from ampsm.workflows.session.held import hold_for_git
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.operations import Operation
from ampsm.workflows.session.worktree_of import prove

_HEADS = "refs/heads/"
_REASON = "ampsm: undo"


def undo(ctx: Context, ref: str) -> dict[str, Any]:
    """Takes back the last squash, rebase or merge of a session; returns the document of `undo`.

    Branch, files and status are as before it; of a merge the target goes back as well. Raises `nothing-to-undo`,
    `undo-not-possible` when branch or target have moved since or the result was pushed, `uncommitted-changes` (all
    exit 5), `merge-in-progress`, and what proving the place raises; nothing has changed then.
    """
    session = require_session(ctx, ref)
    with hold_for_git(ctx, session, "undo"):
        require_nothing_open(ctx, session)
        session = recover.settle_held(ctx, session)
        worktree = prove(session)
        tip = repository.require_head(worktree)
        operation = _require_undoable(ctx, session, tip)
        if tip == operation.to_sha:
            require_clean(session)
            target.require_free(worktree, tip, operation.from_sha)
        if operation.target:
            with target_lock.held(ctx, session, operation.target["ref"]):
                _require_target(session, operation.target)
                operations.mark(ctx, session, operation.n, undoing=True)
                _take_target_back(session, operation.target)
        else:
            operations.mark(ctx, session, operation.n, undoing=True)
        if tip == operation.to_sha:
            target.retreat(
                Path(session.repo), _HEADS + session.branch, tip, operation.from_sha, worktree, reason=_REASON
            )
        session_file.save_session(
            ctx, session, status=operation.status_before, merged_at=operation.merged_at_before,
            blocked_by_tests=operation.blocked_by_tests_before,
        )  # fmt: skip
        operations.mark(ctx, session, operation.n, undone=True)
    return {
        "operation": operation.operation, "branch": session.branch, "from": operation.to_sha, "to": operation.from_sha,
        "target": _moved_target(operation),
    }  # fmt: skip


def undo_list(ctx: Context, ref: str) -> dict[str, Any]:
    """What `undo` takes back, the last one first; `undoable` when it can be, in its turn."""
    session = require_session(ctx, ref)
    tip = refs.read_ref(session.repo, _HEADS + session.branch) or ""
    listed, possible, at = [], not session.cleaned_up_at, tip
    for found in operations.undo_stack(ctx, session.id, tip):
        possible = possible and _why_not(session, found, at) is None
        at = found.from_sha
        listed.append({
            "n": found.n, "operation": found.operation, "at": found.at, "from": found.from_sha, "to": found.to_sha,
            "undoable": possible, "target": _moved_target(found),
        })  # fmt: skip
    return {"operations": listed}


def _moved_target(operation: Operation) -> dict[str, str] | None:
    """What the undo of a merge does to the target."""
    if operation.target is None:
        return None
    known = operation.target
    return {"branch": known["ref"].removeprefix(_HEADS), "ref": known["ref"], "from": known["to"], "to": known["from"]}


def _require_undoable(ctx: Context, session: Session, tip: str) -> Operation:
    stack = operations.undo_stack(ctx, session.id, tip)
    if not stack:
        raise UserError(
            "nothing-to-undo", f"Session {session.id} has no squash, rebase or merge to undo",
            hint=f"amp-sessions status {session.id}",
        )  # fmt: skip
    reason = _why_not(session, stack[0], tip)
    if reason is not None:
        raise reason
    return stack[0]


def _why_not(session: Session, operation: Operation, tip: str) -> UserError | None:
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
            _require_target(session, operation.target)
    except UserError as error:
        return error
    return None


def _require_target(session: Session, known: dict[str, str]) -> None:
    """The target is at the merge's commit, or back already, and nobody else can have the merge."""
    root, ref = Path(session.repo), known["ref"]
    name = ref.removeprefix(_HEADS)
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
    for checkout in checkouts(root, name):
        if checkout.operation or not checkout.there:
            raise _impossible(
                f"{name} is in use by {checkout.worktree}" + (f" ({checkout.operation})" if checkout.operation else ""),
                f"finish or abort that first: git -C {quoted(checkout.worktree)} status",
                {"ref": ref, "worktree": str(checkout.worktree), "operation": checkout.operation},
            )
        target.require_free(checkout.worktree, known["to"], known["from"])


def _take_target_back(session: Session, known: dict[str, str]) -> None:
    root = Path(session.repo)
    if refs.read_ref(root, known["ref"]) == known["from"]:
        return
    worktree = where_checked_out(root, known["ref"].removeprefix(_HEADS))
    target.retreat(root, known["ref"], known["to"], known["from"], worktree, reason=_REASON)


def _impossible(message: str, hint: str, details: dict[str, object]) -> UserError:
    return UserError("undo-not-possible", message, hint=hint, details=details)
