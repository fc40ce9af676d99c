"""Making a session's branch again that somebody deleted, where it was last (`known_tip`); and what is said about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.objects import subjects
from ampsm.git.worktree import worktrees
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.session import worktree_of
from ampsm.workflows.session.branch_point import branch_tip
from ampsm.workflows.session.known_tip import last_known_tip
from ampsm.workflows.session.moved import require_not_renamed


def bring_back(ctx: Context, session: Session, on_note: Callable[[str], None]) -> bool:
    """Makes the branch again and says at which commit; False where it is there, wherever that may be.

    Raises `branch-moved` (exit 5) for one that was given another name, `branch-name-blocked` (exit 5), `no-snapshot`
    (exit 3) when no commit of it is left.
    """
    if branch_tip(session) is not None:
        return False
    root, branch = Path(session.repo), session.branch
    require_not_renamed(session)
    tip = last_known_tip(ctx, session, search=True)
    if repository.resolve_commit(root, tip) is None:
        message = f"No commit of the branch {branch} is left in {root}"
        raise session.error("cleanup", "no-snapshot", message, commit=tip)
    worktrees.create_branch(root, branch, tip)
    on_note(f"the branch {branch} is back at {tip[:12]}, where it was last: {subjects(root, [tip]).get(tip, '')}")
    return True


def is_checked_out(session: Session, on_note: Callable[[str], None]) -> bool:
    """Whether the worktree is on the branch that came back; else it is left alone, and `on_note` is told what remains
    to be done."""
    try:
        worktree_of.prove(session)
    except UserError as error:
        on_note(f"{error.message}; next: {error.hint}")
        return False
    return True
