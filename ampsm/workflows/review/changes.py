"""What a session changed, and a person's own commits in it (SPEC section 3: `diff`, `commit`)."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.diff import DiffResult, Mode, diff
from ampsm.git.versions import empty_tree
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.store import iterations
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.session.branch_point import branch_point_of
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.worktree_of import require_worktree


def session_diff(
    ctx: Context,
    ref: str,
    *,
    staged: bool = False,
    working: bool = False,
    iteration: int | None = None,
    commit: str | None = None,
    patch: bool = True,
    ignore_space: bool = False,
) -> DiffResult:
    """What the session changed since its branch point, uncommitted and untracked files included; with `staged` the
    index, with `working` the worktree against HEAD; with `iteration` what that one changed, with `commit` what that
    one did against its first parent.

    Unchanged test leftovers are no part of it; with `ignore_space` neither are lines that differ only in white space.
    Raises `no-such-iteration`, `no-such-commit`, `worktree-missing`, `wrong-worktree`, `session-cleaned-up`; which
    branch is checked out does not matter for looking.
    """
    session = require_session(ctx, ref)
    worktree = require_place(session)
    span = change_span(ctx, session, staged=staged, working=working, iteration=iteration, commit=commit)
    if span.until is not None:
        mode: Mode = ("range", span.base, span.until)
        return diff(worktree, base=span.base, mode=mode, patch=patch, ignore_space=ignore_space)
    mode = "staged" if span.index else "all"
    leave_out = () if span.index else unchanged_leftovers(session)
    return diff(worktree, base=span.base, mode=mode, leave_out=leave_out, patch=patch, ignore_space=ignore_space)


@record
class ChangeSpan:
    """From which commit a change leads to which other one; `until` None: to the worktree, or the index."""

    base: str
    until: str | None = None
    index: bool = False


def change_span(
    ctx: Context,
    session: Session,
    *,
    staged: bool = False,
    working: bool = False,
    iteration: int | None = None,
    commit: str | None = None,
) -> ChangeSpan:
    """What is compared for the same words in `session_diff`. Raises `no-such-iteration`, `no-such-commit`."""
    worktree = Path(session.worktree)
    if iteration is not None:
        return _iteration_span(ctx, session, iteration)
    if commit is not None:
        return _commit_span(session, commit)
    head = repository.require_head(worktree)
    if staged or working:
        return ChangeSpan(head, index=staged)
    return ChangeSpan(branch_point_of(ctx, session, head))


def require_place(session: Session) -> Path:
    """The session's worktree, to look at: which branch it has checked out does not matter. Raises as `session_diff`."""
    require_worktree(session)
    return Path(session.worktree)


def _iteration_span(ctx: Context, session: Session, number: int) -> ChangeSpan:
    found = iterations.iteration(ctx.store, session.id, number)
    if found is None:
        known = session.iterations or "none yet"
        raise UserError("no-such-iteration", f"Session {session.id} has no iteration {number}; it has {known}",
                        hint=f"amp-sessions status {session.id}", details={"iteration": number})  # fmt: skip
    worktree = Path(session.worktree)
    for sha in (found.start_sha, found.end_sha):
        if sha and repository.resolve_commit(worktree, sha) is None:
            raise UserError("no-such-commit", f"Commit {sha[:10]} of iteration {number} does not exist any more",
                            hint=f"amp-sessions diff {session.id}", details={"commit": sha})  # fmt: skip
    if found.end_sha and not _goes_on(session, found):
        return ChangeSpan(found.start_sha, found.end_sha)
    return ChangeSpan(found.start_sha)


def _commit_span(session: Session, commit: str) -> ChangeSpan:
    worktree = Path(session.worktree)
    sha = repository.resolve_commit(worktree, commit)
    if sha is None:
        raise UserError("no-such-commit", f"Commit {commit[:10]} does not exist any more",
                        hint=f"amp-sessions diff {session.id}", details={"commit": commit})  # fmt: skip
    return ChangeSpan(repository.resolve_commit(worktree, f"{sha}^1") or empty_tree(worktree), sha)


def _goes_on(session: Session, iteration: Iteration) -> bool:
    """Whether the worktree still holds uncommitted work of this iteration: a hook refused its commit."""
    last = session.last_iteration
    return bool(
        last and last.number == iteration.number and iteration.error and iteration.error["code"] == "commit-refused"
    )
