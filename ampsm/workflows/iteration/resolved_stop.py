"""The test script where the program's own rebase waits with all its conflicts resolved: it judges what the rebase goes
on with, before anything has moved (SPEC section 12)."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git.pending import staged_tree
from ampsm.git.rewrite import resolving
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.model.session import Session
from ampsm.workflows.iteration import conflict_mode
from ampsm.workflows.session import worktree_of


def is_resolved_stop(ctx: Context, session: Session, seen: WorktreeSeen | None = None) -> bool:
    """Whether the recorded rebase waits in the worktree, and nothing is left to be resolved. Who only reads has `seen`
    the worktree. Raises as `conflict_mode.is_awaited`, and GitError."""
    if not conflict_mode.is_awaited(ctx, session, seen):
        return False
    return not resolving.left_and_unstaged(seen or WorktreeSeen(session.worktree))[0]


def tree_of_stop(session: Session, seen: WorktreeSeen | None = None) -> str | None:
    """The tree that the commit at work would get, if it was made now; None while something in the worktree is not
    staged, so that it would be another one. Raises GitError."""
    found = worktree_of.local_changes(session, seen).status
    if found.unmerged or found.unstaged or found.untracked:
        return None
    return staged_tree(Path(session.worktree))
