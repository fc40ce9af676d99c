"""What git says about a session now: position, local changes, predicted conflicts (the `git` part of `status`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git import prediction, repository
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import branch_point
from ampsm.workflows.session.local_changes import local_changes
from ampsm.workflows.session.tips import base_tip, branch_tip


@record
class GitState:
    """The facts of `status`; None for what cannot be known because worktree, branch or repository are gone.

    `head` is the commit the worktree is at, else the branch's tip; `ahead` and `behind` count commits against the base.
    Counts of changes leave unchanged test leftovers out; `nested` are repositories inside that are no submodules, which
    are never committed. `checked_out` is the branch of the worktree's HEAD.
    """

    repository_there: bool = True
    worktree_there: bool = False
    branch_there: bool = False
    checked_out: str | None = None
    head: str | None = None
    merge_base: str | None = None
    ahead: int | None = None
    behind: int | None = None
    staged: int | None = None
    unstaged: int | None = None
    untracked: int | None = None
    test_leftovers: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    @property
    def dirty(self) -> bool:
        return bool(self.staged or self.unstaged or self.untracked)

    def document(self) -> dict[str, Any]:
        return {
            "head": self.head,
            "mergeBase": self.merge_base,
            "ahead": self.ahead,
            "behind": self.behind,
            "staged": self.staged,
            "unstaged": self.unstaged,
            "untracked": self.untracked,
            "testLeftovers": list(self.test_leftovers),
            "conflictsWithBase": list(self.conflicts),
        }


def load_git_state(ctx: Context, session: Session) -> GitState:
    """Reads the state of a session without changing anything; what is gone shows as None and empty lists."""
    root = Path(session.repo)
    try:
        tip = branch_tip(session)
    except (UserError, OSError):
        return GitState(repository_there=False)
    local = _local_changes(session)
    return GitState(**{"branch_there": tip is not None, "head": tip, **_position(ctx, session, root, tip), **local})


def _local_changes(session: Session) -> dict[str, Any]:
    worktree = Path(session.worktree)
    if not (worktree / ".git").exists():
        return {}
    try:
        changes = local_changes(session)
    except (UserError, OSError):
        return {}
    found = changes.status
    return {
        "worktree_there": True,
        "checked_out": found.branch,
        "head": found.head,
        "staged": len(found.staged),
        "unstaged": len({*found.unstaged, *found.unmerged}),
        "untracked": len(found.untracked),
        "nested": found.nested,
        "test_leftovers": changes.test_leftovers,
    }


def _position(ctx: Context, session: Session, root: Path, tip: str | None) -> dict[str, Any]:
    if tip is None:
        return {}
    target = base_tip(session) or session.base_sha
    try:
        point = branch_point.branch_point_of(ctx, session, tip)
        ahead, behind = repository.ahead_behind(root, tip, target)
        conflicts = prediction.predicted_conflicts(root, Path(session.worktree), tip, target, point) if ahead else []
    except UserError:
        return {}
    return {"merge_base": point, "ahead": ahead, "behind": behind, "conflicts": tuple(sorted(conflicts))}
