"""What a session must be like before its branch is rewritten (squash, rebase, undo), and how a rewrite is recorded."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, refs, repository
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.model.session import Session, utc_now
from ampsm.workflows.session import commit, open_merge, operations
from ampsm.workflows.session.operations import Operation
from ampsm.workflows.session.worktree_of import local_changes, prove

_LISTED = 100

#: What an open merge waits for → what a person does before it can go on.
_FIRST = {
    "conflicts": "resolve its conflicts, then: ",
    "tests": "mend what the tests say, then: ",
    "target": "when nothing is in the way of its target: ",
}


@record
class Ready:
    """A session that may be rewritten: as it is now, its worktree, and the commit its branch is at."""

    session: Session
    worktree: Path
    tip: str


def make_ready(ctx: Context, session: Session) -> Ready:
    """Proves that a session, which the caller holds, may be rewritten: in its place, nothing open, nothing uncommitted.

    What an interrupted iteration left is committed first, as its own. Raises `merge-in-progress`,
    `uncommitted-changes` (exit 5), `no-identity`, and what proving the place raises.
    """
    require_nothing_open(ctx, session)
    worktree = prove(session)
    commits.require_identity(worktree)
    last = session.last_iteration
    if last and last.left_work:
        commit.commit_left_work(ctx, session, last)
    require_clean(session)
    return Ready(session, worktree, repository.require_head(worktree))


def require_nothing_open(ctx: Context, session: Session) -> None:
    """Raises `merge-in-progress` (exit 5) while a merge or rebase waits to be continued or aborted."""
    found = open_merge.load(ctx, session.id)
    if found is not None:
        give_up = f"amp-sessions abort-merge {session.id}"
        first = _FIRST.get(found.waiting_for or "", "")
        go_on = f"{first}amp-sessions continue-merge {session.id}, or give it up: {give_up}"
        raise UserError(
            "merge-in-progress", f"A {found.operation} of session {session.id} is still open",
            hint=give_up if found.step == "abort" else go_on,
            details={"operation": found.operation, "step": found.step},
        )  # fmt: skip


def require_clean(session: Session) -> None:
    """Raises `uncommitted-changes` (exit 5) naming what is not committed; unchanged test leftovers do not count."""
    if dirty := local_changes(session).paths:
        more = f" and {len(dirty) - 1} more" if len(dirty) > 1 else ""
        raise UserError(
            "uncommitted-changes", f"The worktree of session {session.id} has uncommitted changes: {dirty[0]}{more}",
            hint=f"amp-sessions commit {session.id} --message '…'",
            details={"worktree": session.worktree, "files": dirty[:_LISTED]},
        )  # fmt: skip


def require_related(session: Session, branch_point: str, tip: str) -> None:
    """Raises `branch-moved` (exit 5) when the branch was put on a history that has nothing to do with its base: then
    nobody can say which changes are the session's."""
    if not repository.is_ancestor(session.worktree, branch_point, tip):
        raise UserError(
            "branch-moved", f"The branch {session.branch} has no history in common with its base",
            hint=f"git -C {quoted(session.worktree)} log --oneline --graph {session.branch} {branch_point[:10]}",
            details={"base": branch_point, "head": tip},
        )  # fmt: skip


def back_up(ctx: Context, session: Session, tip: str) -> str:
    """Keeps the branch's tip from before a rewrite; the name of the ref."""
    ref = operations.next_backup_ref(ctx, session)
    refs.keep(Path(session.repo), ref, tip)
    return ref


def operation(session: Session, what: str, before: str, after: str, backup_ref: str) -> Operation:
    """The record of a rewrite of a session that is, at this moment, as it was before."""
    return Operation(
        n=0, operation=what, at=utc_now(), from_sha=before, to_sha=after, backup_ref=backup_ref,
        status_before=session.status, merged_at_before=session.merged_at,
        blocked_by_tests_before=session.blocked_by_tests,
    )  # fmt: skip
