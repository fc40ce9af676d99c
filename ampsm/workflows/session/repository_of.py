"""The proof that a session's repository is there, and is that one: without it nothing is known, so nothing is "gone".

Its disk may not be mounted, or somebody has moved it. Then every command that needs it ends with exit 3, and says which
path; nothing that is recorded is given up.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ampsm.git import refs, repository
from ampsm.git.command import git
from ampsm.git.traces import presence
from ampsm.model.errors import UserError
from ampsm.model.session import Session


def require_repository(session: Session) -> None:
    """Raises `not-a-repository` (exit 3) with what is in its place. Starts no git while its branch is there."""
    if (reason := why_not_there(session)) is not None:
        raise not_there(session, reason)


def require_readable(session: Session) -> None:
    """Raises `not-a-repository` (exit 3) where git can read nothing in the repository, which is there. Asks git."""
    try:
        git(session.repo, "for-each-ref", "--count=1", "--format=%(refname)")
    except (UserError, OSError) as error:
        back = error.hint if isinstance(error, UserError) else None
        raise not_there(session, f"cannot be read ({error})", back) from error


def missing_repositories(sessions: Iterable[Session]) -> frozenset[str]:
    """The repositories of sessions at whose place no repository is now. One look at each, for lists; asks no git."""
    return frozenset(repo for repo in {session.repo for session in sessions} if not os.path.lexists(f"{repo}/.git"))


def not_there(session: Session, reason: str, back: str | None = None) -> UserError:
    """The error that `require_repository` raises for a reason; `back` leads on where this user may open it."""
    return presence.not_there(session.repo, reason, f"amp-sessions status {session.id}", way_in(session) or back)


def way_in(session: Session) -> str | None:
    """The command that lets this user, and git, open a session's repository that is there; None where it is not."""
    return presence.way_in(Path(session.repo), Path(session.worktree))


def why_not_there(session: Session) -> str | None:
    """What is in the place of a session's repository, as words to follow its path; None when it is there."""
    root, branch = Path(session.repo), refs.branch_ref(session.branch)
    if (reason := presence.why_not_there(root)) is not None:
        return reason
    if presence.is_refused(root) or presence.is_refused(Path(session.worktree)):
        return "belongs to another user, so that git does not open it"
    try:
        known = refs.read_ref(root, branch) or repository.resolve_commit(root, session.base_sha)
        own = known or refs.refs_below(root, f"{refs.OWN_REFS}iterations/{session.id}/")
    except (UserError, OSError) as error:
        return f"cannot be read ({error})"
    return None if own else f"is another repository: it has no commit {session.base_sha[:10]}"
