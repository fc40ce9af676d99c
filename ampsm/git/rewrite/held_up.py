"""What keeps a rebase that waits from going on, whatever its index says of conflicts (SPEC sections 6 and 12)."""

from __future__ import annotations

import os

from ampsm.git.rewrite import left_markers
from ampsm.git.rewrite.left_markers import Marked
from ampsm.git.rewrite.lost_conflicts import lost
from ampsm.git.rewrite.rebase import RebaseStop, place_at_stop
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.git.worktree.emptied import lost_files
from ampsm.model.record import record


@record
class HeldUp:
    """`branch` is checked out where none should be, and `detach` the commit to be at instead; `emptied` are the files
    that are gone with all others, `lost` what the index has forgotten, `marked` where conflict markers would be
    committed. Only the first of these that is so is said; the last two only where nothing is left `in_conflict`."""

    branch: str | None = None
    detach: str = ""
    emptied: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    marked: tuple[Marked, ...] = ()


def held_up(seen: WorktreeSeen, stop: RebaseStop | None, *, in_conflict: bool) -> HeldUp:
    """Reads what holds up the rebase that waits in a worktree at its `stop`; nothing where none does. Raises
    GitError."""
    if stop is None:
        return HeldUp()
    if (branch := seen.status.branch) is not None:
        return HeldUp(branch=branch, detach=place_at_stop(seen.worktree, stop))
    if emptied := files_gone(seen):
        return HeldUp(emptied=emptied)
    if in_conflict:
        return HeldUp()
    if gone := lost(seen, stop):
        return HeldUp(lost=tuple(gone))
    return HeldUp(marked=tuple(left_markers.about_to_be_committed(seen, stop)))


def files_gone(seen: WorktreeSeen) -> tuple[str, ...]:
    """The files that are gone, those in conflict or resolved among them, where somebody has emptied the worktree at a
    stop (`rm -rf *`). Raises GitError."""
    worktree, missing = seen.worktree, seen.status.missing
    waiting = {path for path in seen.unmerged if not os.path.lexists(worktree / path)}
    gone = sorted({*missing, *waiting})
    if not gone:
        return ()
    settled = {path for path in seen.unmerged_and_resolved[1] if os.path.lexists(worktree / path)}
    return tuple(gone) if lost_files(worktree, sorted({*gone, *settled})) else ()
