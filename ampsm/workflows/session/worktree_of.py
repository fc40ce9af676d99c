"""A session's worktree: where it is, and the proof that it is what was recorded (SPEC section 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.git.command import answer_or
from ampsm.git.objects.missing import missing
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.git.status import Status, worktree_status
from ampsm.git.surroundings.main_checkout import hinting_at_misread
from ampsm.git.unfinished import Unfinished, unfinished
from ampsm.git.worktree import proof
from ampsm.git.worktree.administration import damage
from ampsm.git.worktree.vacancy import is_vacant
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.moved import let_go, other_checkout, require_at_home, require_not_renamed
from ampsm.workflows.session.repository_of import require_readable, require_repository


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


def require_worktree(session: Session, seen: WorktreeSeen | None = None) -> None:
    """Proves that the worktree is the session's, whatever it has checked out; of one that is `seen` once in a reading.
    Raises `session-cleaned-up`, `worktree-missing` or `wrong-worktree` (exit 5)."""
    worktree = _worktree(session)
    with hinting_the_way_back(session):
        (seen or WorktreeSeen(worktree)).once("proof", lambda: proof.prove_worktree(worktree, Path(session.repo)))


@contextmanager
def hinting_the_way_back(session: Session) -> Iterator[None]:
    """Gives an error about the place the hint that works: `restore` makes a lost worktree or branch again and mends
    what git keeps of the worktree; the error's own hint brings back a branch that is there, or unlocks. With something
    else in the place of the worktree only `status` knows the way. What git was doing on the way from the branch, and
    waits for a person, is the error itself: `unfinished-operation`; so is that the branch has another name, or
    the worktree another place."""
    try:
        yield
    except UserError as error:
        if error.code == "branch-moved" and (waiting := waits_for_a_person(session)):
            raise waiting.error(waiting.sentence) from error
        if error.code == "branch-moved" and not _branch_there(session):
            require_not_renamed(session)
        if error.code == "worktree-missing":
            require_at_home(session)
        if error.code == "branch-moved" and error.details.get("found") == session.branch:
            raise _branch_deleted(session, **error.details) from error
        if error.code == "branch-moved" and _branch_there(session):
            error.hint = go_back(session)
        elif error.code == "branch-moved" or restorable(session):
            error.hint = f"amp-sessions restore {session.id}"
        elif error.code != "worktree-locked":
            error.hint = f"amp-sessions status {session.id}"
            require_readable(session)
            hinting_at_misread(error, session.repo)
            hinting_at_misread(error, session.worktree)
        raise


def require_undamaged(session: Session) -> None:
    """Raises `wrong-worktree` (exit 5) where what git keeps of the worktree is damaged."""
    if damage(Path(session.repo), Path(session.worktree)) is not None:
        require_worktree(session)


def restorable(session: Session) -> bool:
    """Whether the worktree is gone, or what git keeps of it is damaged, so that `restore` helps."""
    worktree = Path(session.worktree)
    try:
        return is_vacant(worktree) or damage(Path(session.repo), worktree) is not None
    except (UserError, OSError):
        return False


def require_head(session: Session) -> str:
    """The commit that a proved worktree is at, whatever it has checked out. Raises `branch-moved` (exit 5) where that
    is the session's branch, which is gone, and `no-commits` (exit 3)."""
    try:
        return repository.require_head(session.worktree)
    except UserError as error:
        if error.code == "no-commits" and repository.head(session.worktree).branch == session.branch:
            raise _branch_deleted(session, expected=session.branch, found=session.branch, head=None) from error
        raise


def _branch_deleted(session: Session, **details: object) -> UserError:
    """What is to be said where a branch leads to no commit: it is there, and its commit is not."""
    if (commit := answer_or(None, refs.read_ref, session.repo, refs.branch_ref(session.branch))) is not None:
        return missing(session.repo, commit)
    message = f"The branch {session.branch}, which {session.worktree} is on, is gone"
    return session.error("restore", "branch-moved", message, **details)


def go_back(session: Session) -> str:
    """The command that puts the worktree on the session's branch again, which another one may have now."""
    back = f"git -C {quoted(session.worktree)} switch {quoted(session.branch)}"
    elsewhere = answer_or(None, other_checkout, session)
    return f"{let_go(elsewhere)}, then: {back}" if elsewhere else back


def _branch_there(session: Session) -> bool:
    try:
        return refs.read_ref(session.repo, refs.branch_ref(session.branch)) is not None
    except (UserError, OSError):
        return False


def waits_for_a_person(session: Session) -> Unfinished | None:
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
    require_repository(session)
    if session.cleaned_up_at:
        message = f"Session {session.id} was cleaned up; it has no worktree"
        raise session.error("restore", "session-cleaned-up", message)
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


def local_changes(session: Session, seen: WorktreeSeen | None = None) -> LocalChanges:
    """Asks git, or takes what was `seen`. Raises GitError: a status that cannot be read is never an empty one."""
    found = seen.status if seen else worktree_status(session.worktree)
    left = unchanged_leftovers(session)
    untracked = tuple(path for path in found.untracked if path not in left)
    return LocalChanges(
        replace(found, untracked=untracked), tuple(sorted(left.intersection(found.untracked))),
        unfinished(session.worktree, found),
    )  # fmt: skip
