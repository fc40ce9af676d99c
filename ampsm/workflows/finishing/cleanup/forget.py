"""Taking a session off the list whose repository is gone for good.

Nothing can be looked at then, so nothing is removed: only what this program has recorded says from now on that the
session is cleaned up. Its journals stay, and should the repository come back, `restore` brings back the session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.session import Session, utc_now
from ampsm.system.locks import session_lock
from ampsm.workflows.finishing.cleanup.cleanup import CleanedUp, Removed
from ampsm.workflows.session import recover, session_file
from ampsm.workflows.session.held import require_no_orphans
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.repository_of import way_in, why_not_there


def forget_session(
    ctx: Context, ref: str, *, confirm: Callable[[list[str]], bool] | None = None,
    on_note: Callable[[str], None] = lambda note: None,
) -> CleanedUp:  # fmt: skip
    """Records a session as cleaned up without its repository. `confirm` is shown what goes, and may say no:
    `cancelled`. Raises `usage` (exit 2) while the repository is there, `not-a-repository` (exit 3) for one that this
    user may not read, `busy` (exit 6)."""
    session = require_session(ctx, ref)
    with session_lock(ctx.paths.lock(session.id), session.id, "cleanup"):
        require_no_orphans(session)
        reason = why_not_there(session)
        if reason is None:
            message = f"The repository {session.repo} is there, so the session can be cleaned up as any other"
            raise session.error("cleanup", "usage", message)
        if way := way_in(session):
            message = f"The repository {session.repo} is there, but {reason}"
            raise UserError("not-a-repository", message, hint=way, details={"path": session.repo, "reason": reason})
        if session.cleaned_up_at:
            return _NOTHING
        if confirm is not None and not confirm([f"the session's place in the list ({session.repo} {reason})"]):
            raise session.error("status", "cancelled", "Nothing was removed.")
        # An iteration that a killed worker left; what settles the rest of it is in the repository.
        with suppress(UserError, OSError):
            session = recover.settle_held(ctx, session)
        session_file.save_session(ctx, session, cleaned_up_at=utc_now())
        on_note(f"the repository {session.repo} {reason}, so nothing there was looked at or removed")
    return _NOTHING


@contextmanager
def hinting_at_forget(ctx: Context, ref: str) -> Iterator[None]:
    """Where a cleanup ends since the repository is not there: what to type when that is for good."""
    try:
        yield
    except UserError as error:
        session: Session | None = None
        with suppress(UserError, OSError):
            session = require_session(ctx, ref)
        gone = session and error.code == "not-a-repository" and not session.cleaned_up_at and not way_in(session)
        if session and gone and error.hint:
            error.hint += f"; if it is gone for good: {forget_command(session)}"
        raise


def forget_command(session: Session) -> str:
    """What takes this session off the list."""
    return f"amp-sessions cleanup {session.id} --forget"


_NOTHING = CleanedUp(Removed(None, None), None, ())
