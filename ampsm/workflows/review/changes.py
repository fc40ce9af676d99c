"""What a session changed (SPEC section 3, `diff`): its iterations and commits, the diff, a file before and after."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository, versions
from ampsm.git.commits import CommitInfo, commits_between
from ampsm.git.diff import DiffResult, Mode, diff
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.git.versions import Version
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.store.iterations import iterations_of
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.session.branch_point import branch_point_of
from ampsm.workflows.session.lookup import require_iteration, require_session
from ampsm.workflows.session.worktree_of import require_head, require_worktree
from ampsm.workflows.status.changed_files import with_conflicts

#: Bytes of a file up to which its content is read.
LIMIT = 16 * 2**20


@record
class Compared:
    """What is looked at: with `staged` the index, with `working` the worktree, both against HEAD; what an `iteration`
    changed; what a `commit` did against its first parent. Without any, all since the session's branch point,
    uncommitted and untracked files included."""

    staged: bool = False
    working: bool = False
    iteration: int | None = None
    commit: str | None = None


_EVERYTHING = Compared()


@record
class _Span:
    """From which commit a change leads to which other one; `until` None: to the worktree, or the index."""

    base: str
    until: str | None = None
    index: bool = False


def session_diff(
    ctx: Context, ref: str, what: Compared = _EVERYTHING, *, patch: bool = True, ignore_space: bool = False
) -> DiffResult:
    """What the session changed, or a part of that.

    Unchanged test leftovers are no part of it; with `ignore_space` neither are lines that differ only in white space.
    Raises `no-such-iteration`, `no-such-commit`, `worktree-missing`, `wrong-worktree`, `session-cleaned-up`; which
    branch is checked out does not matter for looking.
    """
    session, worktree = _place(ctx, ref)
    span = _span(ctx, session, what)
    mode: Mode = "staged" if span.index else "all" if span.until is None else ("range", span.base, span.until)
    leave_out = unchanged_leftovers(session) if mode == "all" else ()
    found = diff(worktree, base=span.base, mode=mode, leave_out=leave_out, patch=patch, ignore_space=ignore_space)
    return with_conflicts(found, WorktreeSeen(worktree)) if mode == "all" else found


def session_iterations(ctx: Context, ref: str) -> list[Iteration]:
    """The iterations of a session, newest first."""
    return iterations_of(ctx.store, require_session(ctx, ref).id)[::-1]


def session_commits(ctx: Context, ref: str) -> list[CommitInfo]:
    """The commits of a session since its branch point, newest first.

    Raises `session-cleaned-up`, `worktree-missing`, `wrong-worktree`.
    """
    session, worktree = _place(ctx, ref)
    head = repository.require_head(worktree)
    return commits_between(worktree, branch_point_of(ctx, session, head), head)[::-1]


def versions_of_file(
    ctx: Context, ref: str, path: str, what: Compared = _EVERYTHING, *, old_path: str | None = None, limit: int = LIMIT
) -> tuple[Version | None, Version | None]:
    """A changed file before and after, None where there is no such file; `old_path` of a renamed one.

    The content is that of git's store, or as it lies in the worktree: no filter is applied. Raises as `session_diff`.
    """
    session, worktree = _place(ctx, ref)
    span = _span(ctx, session, what)
    old = versions.version_at(worktree, span.base, old_path or path, limit)
    if span.until is not None:
        return old, versions.version_at(worktree, span.until, path, limit)
    if span.index:
        return old, versions.version_in_index(worktree, path, limit)
    return old, versions.version_in_worktree(worktree, path, limit)


def _place(ctx: Context, ref: str) -> tuple[Session, Path]:
    """A session and its worktree, to look at: which branch it has checked out does not matter."""
    session = require_session(ctx, ref)
    require_worktree(session)
    return session, Path(session.worktree)


def _span(ctx: Context, session: Session, what: Compared) -> _Span:
    if what.iteration is not None:
        return _iteration_span(ctx, session, what.iteration)
    if what.commit is not None:
        sha = _require_commit(session, what.commit, what.commit[:10])
        first_parent = repository.resolve_commit(session.worktree, f"{sha}^1")
        return _Span(first_parent or versions.empty_tree(session.worktree), sha)
    head = require_head(session)
    if what.staged or what.working:
        return _Span(head, index=what.staged)
    return _Span(branch_point_of(ctx, session, head))


def _iteration_span(ctx: Context, session: Session, number: int) -> _Span:
    found = require_iteration(ctx, session, number)
    for sha in filter(None, (found.start_sha, found.end_sha)):
        _require_commit(session, sha, f"{sha[:10]} of iteration {number}")
    return _Span(found.start_sha, None if _goes_on(session, found) else found.end_sha)


def _require_commit(session: Session, name: str, shown: str) -> str:
    sha = repository.resolve_commit(session.worktree, name)
    if sha is None:
        raise UserError(
            "no-such-commit", f"Commit {shown} does not exist any more", hint=f"amp-sessions diff {session.id}",
            details={"commit": name},
        )  # fmt: skip
    return sha


def _goes_on(session: Session, iteration: Iteration) -> bool:
    """Whether the worktree still holds uncommitted work of this iteration: a hook, or git, refused its commit."""
    last = session.last_iteration
    refused = iteration.error_code == "commit-refused" or iteration.hook_output is not None
    return bool(last and last.number == iteration.number and refused)
