"""What a session has changed in all: one answer for the size in the page's head, the tree of files and `diff`."""

from __future__ import annotations

from dataclasses import replace

from ampsm.git.diff import DiffResult, diff
from ampsm.git.rewrite.resolving import left_and_unstaged
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.git.shortstat import Shortstat, shortstat
from ampsm.model.session import Session
from ampsm.system.test_leftovers import unchanged_leftovers


def with_conflicts(found: DiffResult, seen: WorktreeSeen) -> DiffResult:
    """The same with only those files unmerged whose conflicts are not resolved yet, as an open merge counts them."""
    if not any(file.status == "unmerged" for file in found.files):
        return found
    left = set(left_and_unstaged(seen)[0])
    return replace(found, files=tuple(
        replace(file, status="modified") if file.status == "unmerged" and file.path not in left else file
        for file in found.files
    ))  # fmt: skip


def changed_size(session: Session, point: str, seen: WorktreeSeen, *, apart: bool) -> Shortstat:
    """How large everything is that was changed since the branch point, uncommitted and untracked files included, but
    for unchanged test leftovers. `apart`: there are untracked files or conflicts, for which git takes an index of its
    own. Raises GitError."""
    if not apart:
        return shortstat(seen.worktree, point)
    leave_out = unchanged_leftovers(session)
    found = diff(seen.worktree, base=point, status=seen.status, leave_out=leave_out, patch=False)
    return Shortstat(*with_conflicts(found, seen).counts)
