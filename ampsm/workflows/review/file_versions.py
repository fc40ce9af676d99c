"""What can be looked at in a session's changes: its iterations, its commits, both versions of a changed file."""

from __future__ import annotations

from typing import Any

from ampsm.context import Context
from ampsm.git import repository, versions
from ampsm.git.commits import CommitInfo, commits_between
from ampsm.git.versions import Version
from ampsm.model.session import Iteration
from ampsm.store.iterations import iterations_of
from ampsm.workflows.review.changes import change_span, require_place
from ampsm.workflows.session.branch_point import branch_point_of
from ampsm.workflows.session.lookup import require_session

#: Bytes of a file up to which its content is read.
LIMIT = 16 * 2**20


def session_iterations(ctx: Context, ref: str) -> list[Iteration]:
    """The iterations of a session, newest first."""
    return iterations_of(ctx.store, require_session(ctx, ref).id)[::-1]


def session_commits(ctx: Context, ref: str) -> list[CommitInfo]:
    """The commits of a session since its branch point, newest first.

    Raises `session-cleaned-up`, `worktree-missing`, `wrong-worktree`.
    """
    session = require_session(ctx, ref)
    worktree = require_place(session)
    head = repository.require_head(worktree)
    return commits_between(worktree, branch_point_of(ctx, session, head), head)[::-1]


def versions_of_file(
    ctx: Context, ref: str, path: str, *, old_path: str | None = None, limit: int = LIMIT, **what: Any
) -> tuple[Version | None, Version | None]:
    """A changed file before and after, None where there is no such file; `old_path` of a renamed one.

    `what` are the words of `changes.change_span` (`working`, `staged`, `iteration`, `commit`), and what it raises is
    raised. The content is that of git's store, or as it lies in the worktree: no filter is applied.
    """
    session = require_session(ctx, ref)
    worktree = require_place(session)
    span = change_span(ctx, session, **what)
    old = versions.version_at(worktree, span.base, old_path or path, limit)
    if span.until is not None:
        return old, versions.version_at(worktree, span.until, path, limit)
    if span.index:
        return old, versions.version_in_index(worktree, path, limit)
    return old, versions.version_in_worktree(worktree, path, limit)
