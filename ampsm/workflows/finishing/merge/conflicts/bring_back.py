"""Bringing back conflicts that the index of a waiting rebase has lost, with what was resolved (SPEC section 12)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ampsm.context import Context
from ampsm.git import snapshots
from ampsm.git.rewrite.found_again import bring_back, write_missing
from ampsm.git.rewrite.held_up import files_gone
from ampsm.git.rewrite.lost_conflicts import lost
from ampsm.git.rewrite.rebase import in_progress
from ampsm.git.rewrite.stages import StagedEntry, unmerged
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.git.worktree.emptied import fill_again
from ampsm.model.phrases import counted
from ampsm.model.session import Session
from ampsm.workflows.finishing.merge.conflicts.drafts import KeptEntry, drafts_of
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop, stop_in
from ampsm.workflows.session import open_merge


def waits_in_a_rebase(ctx: Context, session: Session) -> bool:
    """Whether a merge or rebase of the session has a rebase of git's under way in its worktree."""
    return open_merge.load(ctx, session.id) is not None and in_progress(session.worktree) is not None


def bring_conflicts_back(ctx: Context, session: Session, on_note: Callable[[str], None]) -> bool:
    """Gives the index of a worktree in which that is so what git merged there, when it has lost it, and the files of
    one that was emptied; whether either was so. What was resolved with `resolve` stays resolved. Raises as `stop_in`,
    and GitError."""
    stop = stop_in(ctx, session)
    if gone := files_gone(WorktreeSeen(stop.worktree)):
        fill_again(stop.worktree)
        write_missing(stop.worktree, stop.at)
        on_note(f"the worktree was emptied; {counted(len(gone), 'file')} came back as git merged or you resolved them")
    return _bring_index_back(ctx, stop, on_note) or bool(gone)


def _bring_index_back(ctx: Context, stop: ConflictStop, on_note: Callable[[str], None]) -> bool:
    session = stop.session
    if not lost(WorktreeSeen(stop.worktree), stop.at, programs=True):
        return False
    kept = snapshots.keep_worktree(stop.worktree, stop.root, session.id, "restore")
    staged = {path: draft.staged for path, draft in drafts_of(ctx, stop).items() if draft.staged is not None}
    bring_back(stop.worktree, stop.at, {path: _entry(entry) for path, entry in staged.items()})
    left = counted(len(unmerged(Path(session.worktree))), "file")
    before = f"; what was not committed before is kept as {kept}" if kept else ""
    on_note(f"the index has again what git merged in the {stop.merge.operation}, {left} in conflict{before}")
    return True


def bring_files_back(ctx: Context, session: Session) -> None:
    """Writes the files in conflict again in a worktree that was made again while a rebase waits in it. Raises as
    `stop_in`, and GitError."""
    if waits_in_a_rebase(ctx, session):
        stop = stop_in(ctx, session)
        write_missing(stop.worktree, stop.at)


def _entry(entry: KeptEntry) -> StagedEntry | None:
    return StagedEntry(entry.mode, entry.blob) if entry.blob else None
