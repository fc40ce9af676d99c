"""A session's branch that somebody has given another name, and its worktree that `git worktree move` has put elsewhere:
what the one is called, where the other is, and the command that brings it back.

Made again from the commit that it was last at, the branch would be there twice, and the worktree without what is not
committed; so nothing but the old name and the old place helps.
"""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git.checkouts import where_checked_out
from ampsm.git.command import answer_or
from ampsm.git.traces import reflog_files
from ampsm.git.trash import lost_worktree
from ampsm.model.errors import UserError, quoted
from ampsm.model.session import Session


def renamed_to(session: Session) -> str | None:
    """What the session's branch, which is not there, is called now; None where it is gone. Raises GitError."""
    return reflog_files.renamed_to(Path(session.repo), session.branch)


def require_not_renamed(session: Session) -> None:
    """Raises `branch-moved` (exit 5), with the way back, for a branch that is not there under its name. Raises
    GitError."""
    if (renamed := renamed_to(session)) is not None:
        raise UserError(
            "branch-moved", sentence(session, renamed), hint=name_back(session, renamed),
            details={"expected": session.branch, "found": renamed},
        )  # fmt: skip


def sentence(session: Session, renamed: str) -> str:
    """What happened to it."""
    return f"The branch {session.branch} was given another name by hand: {renamed}"


def name_back(session: Session, renamed: str) -> str:
    """The command that gives it its name again, in whichever worktree it is checked out."""
    return f"git -C {quoted(session.repo)} branch -m {quoted(renamed)} {quoted(session.branch)}"


def other_checkout(session: Session) -> Path | None:
    """Another worktree that has the session's branch checked out, in which case git lets no second one have it. Raises
    GitError."""
    found = where_checked_out(Path(session.repo), session.branch)
    return found if found and os.path.realpath(found) != os.path.realpath(session.worktree) else None


def let_go(worktree: Path) -> str:
    """The command that makes a worktree let go of its branch."""
    return f"git -C {quoted(worktree)} switch --detach"


def moved_to(session: Session) -> Path | None:
    """Where the session's worktree is that is not in its place, most likely by `git worktree move`; None where it is
    gone. Raises GitError."""
    root, worktree = Path(session.repo), Path(session.worktree)
    if os.path.lexists(worktree):
        return None
    found = other_checkout(session)
    return None if found in (None, root) or lost_worktree.is_half_made(root, worktree, found) else found


def require_at_home(session: Session) -> None:
    """Raises `branch-checked-out` (exit 5) for a worktree that is elsewhere: moved back, it brings with it what is not
    committed."""
    if (found := answer_or(None, moved_to, session)) is not None:
        raise UserError(
            "branch-checked-out",
            f"The branch {session.branch} is checked out at {found}; if the worktree was moved there, move it back",
            hint=f"git -C {quoted(session.repo)} worktree move {quoted(found)} {quoted(session.worktree)}",
            details={"branch": session.branch, "worktree": str(found)},
        )  # fmt: skip
