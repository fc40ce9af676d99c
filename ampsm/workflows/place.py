"""Proving that a session's worktree is what was recorded, before anything is done in it (SPEC section 5.2)."""

from __future__ import annotations

from pathlib import Path

from ampsm.git import history, repository, worktrees
from ampsm.model.errors import UserError
from ampsm.model.session import Session


def prove(session: Session) -> Path:
    """The session's worktree: it exists, its toplevel is the recorded path, its common dir the recorded repository,
    its HEAD the session's branch. Raises exit 5 with what differs."""
    if session.cleaned_up_at:
        raise UserError(
            "session-cleaned-up",
            f"Session {session.id} was cleaned up",
            hint=f"amp-sessions restore {session.id}",
        )
    worktree = Path(session.worktree)
    worktrees.prove_place(worktree, Path(session.repo), session.branch)
    return worktree


def branch_point_of(session: Session, tip: str) -> str:
    """Where the session's own commits begin, seen from its base branch as it is now (SPEC section 6)."""
    root = Path(session.repo)
    target = repository.resolve_commit(root, f"refs/heads/{session.base_branch}") if session.base_branch else None
    return history.branch_point(root, tip, target, session.base_sha)
