"""The commits that a session's branch and its base are at, and where the branch was when it was last seen."""

from __future__ import annotations

from pathlib import Path

from ampsm.git import refs, repository
from ampsm.model.errors import UserError
from ampsm.model.session import Session


def branch_tip(session: Session) -> str | None:
    """Where the session's branch is; None when it is gone. Raises GitError."""
    return refs.read_ref(session.repo, refs.branch_ref(session.branch))


def base_tip(session: Session) -> str | None:
    """Where its base branch is; None when it has none, or that is gone. Raises GitError."""
    return refs.read_ref(session.repo, refs.branch_ref(session.base_branch)) if session.base_branch else None


def last_known_tip(session: Session) -> str:
    """The last commit of the branch that was recorded and is still there, else the commit the session started from."""
    last = session.last_iteration
    recorded = (last.end_sha, last.commit_sha, last.start_sha) if last else ()
    for sha in filter(None, recorded):
        try:
            if repository.resolve_commit(Path(session.repo), sha):
                return sha
        except (UserError, OSError):
            return sha  # nobody can tell: the repository cannot be read
    return session.base_sha
