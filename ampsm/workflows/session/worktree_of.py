"""A session's worktree: where it is, and the proof that it is what was recorded (SPEC section 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs
from ampsm.git.status import Status, worktree_status
from ampsm.git.surroundings.main_checkout import hinting_at_misread
from ampsm.git.unfinished import Unfinished, unfinished
from ampsm.git.worktree import proof
from ampsm.git.worktree.vacancy import is_vacant
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.repository_of import require_repository


def prove(session: Session) -> Path:
    """The session's worktree, proved by `prove_tip`."""
    prove_tip(session)
    return Path(session.worktree)


def prove_tip(session: Session) -> str:
    """The commit that the session's branch is at, in a worktree that is proved to be the session's: it exists, its
    toplevel is the recorded path, its common dir the recorded repository, its HEAD the session's branch.

    Raises exit 5 with what differs.
    """
    worktree = _worktree(session)
    with hinting_the_way_back(session):
        return proof.prove_place(worktree, Path(session.repo), session.branch)


def require_worktree(session: Session) -> None:
    """Proves that the worktree is the session's, whatever it has checked out. Raises `session-cleaned-up`,
    `worktree-missing` or `wrong-worktree` (exit 5)."""
    worktree = _worktree(session)
    with hinting_the_way_back(session):
        proof.prove_worktree(worktree, Path(session.repo))


@contextmanager
def hinting_the_way_back(session: Session) -> Iterator[None]:
    """Gives an error about the place the hint that works: `restore` makes a lost worktree again, and the error's own
    hint brings back its branch. Without the branch, or with something else in the place of the worktree, only `status`
    knows the way. What git was doing on the way from the branch, and waits for a person, is the error itself:
    `unfinished-operation`."""
    try:
        yield
    except UserError as error:
        if error.code == "branch-moved" and (waiting := _waits_for_a_person(session)):
            raise waiting.error(waiting.sentence) from error
        lost = error.code == "worktree-missing" and is_vacant(Path(session.worktree))
        if error.code == "branch-moved" and error.details.get("found") == session.branch:  # it was deleted
            message = f"The branch {session.branch}, which {session.worktree} is on, is gone"
            raise session.error("restore", "branch-moved", message, **error.details) from error
        simple = (lost or error.code == "branch-moved") and _branch_there(session)
        if not simple:
            error.hint = f"amp-sessions status {session.id}"
            hinting_at_misread(error, session.repo)
        elif error.code == "worktree-missing":
            error.hint = f"amp-sessions restore {session.id}"
        raise


def _branch_there(session: Session) -> bool:
    try:
        return refs.read_ref(session.repo, refs.branch_ref(session.branch)) is not None
    except (UserError, OSError):
        return False


def _waits_for_a_person(session: Session) -> Unfinished | None:
    """The operation of git that waits in the worktree, or the conflicts that one has left there."""
    try:
        return unfinished(session.worktree, worktree_status(session.worktree))
    except (UserError, OSError):
        return None


def session_path(ctx: Context, ref: str) -> Path:
    """The session's worktree. Raises `session-cleaned-up` or `worktree-missing` (exit 5) when there is none."""
    session = require_session(ctx, ref)
    worktree = _worktree(session)
    if is_vacant(worktree):
        message = f"The worktree of session {session.id} is gone: {worktree}"
        with hinting_the_way_back(session):
            raise session.error("restore", "worktree-missing", message, worktree=session.worktree)
    return worktree


def _worktree(session: Session) -> Path:
    if session.cleaned_up_at:
        message = f"Session {session.id} was cleaned up; it has no worktree"
        raise session.error("restore", "session-cleaned-up", message)
    require_repository(session)
    return Path(session.worktree)


@record
class LocalChanges:
    """The worktree's status without what a test script left there: that is no change while it stays as the script left
    it (SPEC section 5.7), and is named in `test_leftovers`. `unfinished` is what of git's waits there for a person."""

    status: Status
    test_leftovers: tuple[str, ...]
    unfinished: Unfinished | None = None

    @property
    def paths(self) -> list[str]:
        """Every path that is not committed, once, sorted; also what somebody has staged of `AGENT_CONTEXT/`."""
        return sorted({*self.status.paths, *self.status.context})


def local_changes(session: Session) -> LocalChanges:
    """Asks git. Raises GitError: a status that cannot be read is never an empty one."""
    found, left = worktree_status(session.worktree), unchanged_leftovers(session)
    untracked = tuple(path for path in found.untracked if path not in left)
    return LocalChanges(
        replace(found, untracked=untracked), tuple(sorted(left.intersection(found.untracked))),
        unfinished(session.worktree, found),
    )  # fmt: skip
