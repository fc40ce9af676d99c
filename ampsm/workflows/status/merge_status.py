"""The open merge or rebase of a session, and what has become of its rebase in the worktree (`merge` of `status`)."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.git.rewrite import resolving
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import open_merge
from ampsm.workflows.session.open_merge import OpenMerge
from ampsm.workflows.session.tips import branch_tip


class Rebase(StrEnum):
    """What has become of the rebase that a merge, or a rebase of its own, had begun in the worktree."""

    UNDER_WAY = "under-way"
    FINISHED = "finished"
    GIVEN_UP = "given-up"
    #: The branch was moved to somewhere else.
    LOST = "lost"


@record
class ObservedMerge:
    """`rebase` is None where git was not asked, or cannot tell. `conflicts` are those that are not resolved yet, as far
    as git was asked; else those that were recorded."""

    merge: OpenMerge
    rebase: Rebase | None = None
    conflicts: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """The `merge` part of `status`."""
        waits = self.merge.waiting_for == "conflicts"
        return {
            **self.merge.document(),
            "conflicts": list(self.conflicts if waits else self.merge.conflicts),
            "rebasing": waits and self.rebase is Rebase.UNDER_WAY,
        }


def merge_status(ctx: Context, session: Session, *, ask_git: bool = True) -> ObservedMerge | None:
    """What is open in a session; None when nothing is."""
    merge = open_merge.load(ctx, session.id)
    if merge is None or not ask_git:
        return ObservedMerge(merge, conflicts=merge.conflicts) if merge else None
    worktree = Path(session.worktree)
    try:
        found = git_rebase.in_progress(worktree)
        if found is None:
            return ObservedMerge(merge, _ended(session, merge) if merge.waiting_for == "conflicts" else None)
        ours = (found.branch, found.onto) == (session.branch, merge.onto)
        return ObservedMerge(merge, Rebase.UNDER_WAY if ours else Rebase.LOST, tuple(resolving.unresolved(worktree)))
    except (UserError, OSError):
        return ObservedMerge(merge, conflicts=merge.conflicts)


def _ended(session: Session, merge: OpenMerge) -> Rebase:
    """How a rebase ended that is not under way any more, by where the branch is."""
    root = Path(session.repo)
    tip = branch_tip(session)
    if tip == merge.tip:
        return Rebase.GIVEN_UP
    return Rebase.FINISHED if tip and repository.is_ancestor(root, merge.onto, tip) else Rebase.LOST
