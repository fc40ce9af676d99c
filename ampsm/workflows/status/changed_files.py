"""What a session has changed in all: one answer for the size in the page's head, the tree of files and `diff`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git.diff import DiffResult, diff
from ampsm.git.rewrite.resolving import unresolved
from ampsm.git.shortstat import Shortstat, shortstat
from ampsm.model.session import Session
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.session.branch_point import branch_point_of


def changed_files(
    ctx: Context, session: Session, head: str, *, patch: bool = True, ignore_space: bool = False
) -> DiffResult:
    """Everything since the branch point of `head`, where the worktree is, uncommitted and untracked files included, but
    for unchanged test leftovers. Raises GitError."""
    found = diff(
        Path(session.worktree), base=branch_point_of(ctx, session, head), leave_out=unchanged_leftovers(session),
        patch=patch, ignore_space=ignore_space,
    )  # fmt: skip
    return with_conflicts(found, session.worktree)


def with_conflicts(found: DiffResult, worktree: Path | str) -> DiffResult:
    """The same with only those files unmerged whose conflicts are not resolved yet, as an open merge counts them."""
    if not any(file.status == "unmerged" for file in found.files):
        return found
    left = set(unresolved(worktree))
    return replace(found, files=tuple(
        replace(file, status="modified") if file.status == "unmerged" and file.path not in left else file
        for file in found.files
    ))  # fmt: skip


def changed_size(ctx: Context, session: Session, head: str, *, apart: bool) -> Shortstat:
    """How large that is; `apart`: there are untracked files or conflicts, for which git takes an index of its own.
    Raises GitError."""
    if apart:
        return Shortstat(*changed_files(ctx, session, head, patch=False).counts)
    return shortstat(Path(session.worktree), branch_point_of(ctx, session, head))
