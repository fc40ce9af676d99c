"""What a session must be like before its branch is rewritten (squash, rebase, undo), and the backup of its old tip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, refs, repository
from ampsm.git.objects.missing import require_history
from ampsm.model.errors import UserError, quoted
from ampsm.model.phrases import few
from ampsm.model.session import Session
from ampsm.workflows.finishing.not_taken import not_taken
from ampsm.workflows.session import commit, operations, worktree_of
from ampsm.workflows.status.condition import condition_of
from ampsm.workflows.status.facts import Facts
from ampsm.workflows.status.merge_status import merge_status
from ampsm.workflows.status.wording import next_step


def make_ready(ctx: Context, session: Session) -> str:
    """Proves that a session, which the caller holds, may be rewritten: in its place, nothing open, nothing uncommitted;
    the commit its branch is at.

    What an interrupted iteration left is committed first, as its own. Raises `merge-in-progress`,
    `uncommitted-changes`, `unfinished-operation` (exit 5), `no-identity`, and what proving the place raises.
    """
    require_nothing_open(ctx, session)
    worktree = worktree_of.prove(session)
    commits.require_identity(worktree)
    if session.left_behind:
        try:
            commit.commit_left_work(ctx, session, session.left_behind)
        except commits.CommitRefused as refused:
            if not refused.not_converted:
                raise
    require_clean(session)
    return repository.require_head(worktree)


def require_nothing_open(ctx: Context, session: Session) -> None:
    """Raises `merge-in-progress` (exit 5) while a merge or rebase is open; its hint is the next step of the session."""
    found = merge_status(ctx, session)
    if found is not None:
        raise UserError(
            "merge-in-progress", f"A {found.operation} of session {session.id} is still open",
            hint=next_step(condition_of(Facts(session, merge=found))),
            details={"operation": found.operation, "step": found.step},
        )  # fmt: skip


def go_on_or_give_up(session: Session, first: str) -> str:
    """The hint for a merge or rebase that waits until a person has done something `first`."""
    return f"{first}, then: amp-sessions continue-merge {session.id}, or give up: amp-sessions abort-merge {session.id}"


@contextmanager
def then(command: str) -> Iterator[None]:
    """Says of files in the way what comes after they were moved: the same command again."""
    try:
        yield
    except UserError as error:
        if error.code == "files-in-the-way":
            error.hint = f"{error.hint}, then: amp-sessions {command}"
        raise


def require_clean(session: Session) -> None:
    """Raises `uncommitted-changes` (exit 5) naming what is not committed, `unfinished-operation` naming what of git's
    waits there to be finished; unchanged test leftovers do not count."""
    local = worktree_of.local_changes(session)
    if waiting := local.unfinished:
        raise waiting.error(waiting.sentence)
    if dirty := local.paths:
        refused = not_taken(session, local)
        why = f"; git cannot take them: {refused.reason}" if refused else ""
        message = f"The worktree of session {session.id} has uncommitted changes: {few(dirty, 1)}{why}"
        raise UserError(
            "uncommitted-changes", message,
            hint=refused.hint if refused else f"amp-sessions commit {session.id} --message '…'",
            details={"worktree": session.worktree, "files": dirty[:100]},
        )  # fmt: skip


def require_related(session: Session, branch_point: str, tip: str) -> None:
    """Raises `branch-moved` (exit 5) when the branch was put on a history that has nothing to do with its base: then
    nobody can say which changes are the session's."""
    if not repository.is_ancestor(session.worktree, branch_point, tip):
        require_history(Path(session.repo), [tip])
        both = f"{quoted(session.branch)} {branch_point[:10]}"
        raise UserError(
            "branch-moved", f"The branch {session.branch} has no history in common with its base",
            hint=f"git -C {quoted(session.worktree)} log --oneline --graph {both}",
            details={"base": branch_point, "head": tip},
        )  # fmt: skip


def back_up(ctx: Context, session: Session, tip: str) -> str:
    """Keeps the branch's tip from before a rewrite; the name of the ref."""
    ref = operations.next_backup_ref(ctx, session)
    refs.keep(Path(session.repo), ref, tip)
    return ref
