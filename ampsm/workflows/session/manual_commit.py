"""A person's own commit in a session's branch (SPEC section 3, `commit`)."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.git import commits, status
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system.processes import MARKER
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.session import left_work, session_file
from ampsm.workflows.session.held import held
from ampsm.workflows.session.worktree_of import prove


@record
class ManualCommit:
    """The commit that was made, and how many files it changed."""

    commit: str
    files: int


def commit_manually(ctx: Context, ref: str, message: str) -> ManualCommit:
    """Commits the worktree's changes with the person's message, verbatim.

    What an interrupted iteration left is committed before, as its own. Raises `nothing-to-commit` (exit 5),
    `commit-refused`, `no-identity`, `uncommitted-changes` while files are unmerged, and what proving the place raises.
    """
    with held(ctx, ref, "commit") as (session, _):
        worktree = prove(session)
        commits.require_identity(worktree)
        last = session.last_iteration
        if last and left_work.has_work_left(last):
            left_work.commit_left_work(ctx, session, last)
        require_merged(session, status.worktree_status(worktree))
        made = commits.commit_changes(
            worktree, message, leave_out=unchanged_leftovers(session), hooks=ctx.settings.get("commitHooks") == "run",
            env={MARKER: f"{session.id}/commit"},
        )  # fmt: skip
        if made.sha is None:
            raise _nothing_to_commit(session, status.worktree_status(worktree).nested)
        session_file.save_session(ctx, session)
    return ManualCommit(made.sha, commits.diff_stat(worktree, made.before, made.sha)[0])


def require_merged(session: Session, found: status.Status) -> None:
    """Raises `uncommitted-changes` (exit 5) while files of the worktree have unresolved conflicts."""
    if found.unmerged:
        raise UserError(
            "uncommitted-changes", f"{len(found.unmerged)} file(s) have unresolved conflicts, e.g. {found.unmerged[0]}",
            hint=f"amp-sessions status {session.id}", details={"files": list(found.unmerged[:100])},
        )  # fmt: skip


def _nothing_to_commit(session: Session, nested: tuple[str, ...]) -> UserError:
    also = f" (the nested repository {nested[0]} is never committed)" if nested else ""
    return UserError(
        "nothing-to-commit", f"The worktree of session {session.id} has nothing to commit{also}",
        hint=f"amp-sessions diff {session.id}", details={"nested": list(nested)},
    )  # fmt: skip
