"""Resolving a file in conflict: what was chosen, or the file as it is, goes into worktree and index (SPEC section
12)."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import snapshots
from ampsm.git.rewrite import resolving, stages
from ampsm.git.rewrite.left_by_git import MOST_TEXT, in_the_worktree, is_as_left
from ampsm.git.rewrite.settled_file import FileSeen, knows_modes, put_file, remove_file, seen_at, stage_blob, store_blob
from ampsm.git.rewrite.stages import StagedEntry
from ampsm.git.worktree import submodules
from ampsm.model.conflicts import Choice, Resolved
from ampsm.model.errors import UserError, quoted
from ampsm.system.plain_files import read_plain
from ampsm.workflows.finishing.merge.conflicts import kinds
from ampsm.workflows.finishing.merge.conflicts.conflicted import Conflicted, all_conflicted, one_conflicted
from ampsm.workflows.finishing.merge.conflicts.drafts import FileDraft, change_draft, draft_of, drafts_of, kept
from ampsm.workflows.finishing.merge.conflicts.files import told_files, was_edited_outside
from ampsm.workflows.finishing.merge.conflicts.laid import laid
from ampsm.workflows.finishing.merge.conflicts.line_ends import follow_rules
from ampsm.workflows.finishing.merge.conflicts.refusals import (
    choose_again,
    edited_outside,
    left_open,
    require_no_markers,
    require_stageable,
)
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop, require_not_committed, stop_in
from ampsm.workflows.session.held import held


def resolve_file(ctx: Context, ref: str, path: str, *, outside: bool = False, draft: bool = False) -> Resolved:
    """Writes what was chosen for a file, and stages it; with `outside` the file is staged as it is in the worktree.

    Raises `conflicts` (exit 4) while something is open, or a marker is left that no side had, and `edited-outside`
    (exit 5) when somebody else has changed the file, unless it is what would be written; with `draft` it is kept in a
    snapshot first, and written over. Raises `branch-moved` (exit 5) when it was committed by hand, as `conflict_hunks`,
    `busy`, `files-in-the-way` (exit 5), GitError; the file is whole whatever happens, and not staged when it was not
    written.
    """
    with held(ctx, ref, "merge") as (session, _):
        stop = stop_in(ctx, session)
        drafts = drafts_of(ctx, stop)
        file = one_conflicted(ctx, stop, drafts, path)
        require_not_committed(stop, file.path)
        chosen = draft_of(drafts, file.path, file.stages)
        kept = None
        if outside:
            _stage_as_it_is(ctx, stop, file)
        else:
            kept = _stage_what_was_chosen(ctx, stop, file, chosen, over_edits=draft)
        follow_rules(ctx, stop, file.path)
        return resolved_now(ctx, stop, file.path, kept)


def resolved_now(ctx: Context, stop: ConflictStop, path: str, snapshot: str | None) -> Resolved:
    """How a file stands now, and how many are left."""
    drafts = drafts_of(ctx, stop)
    found = [one for one in all_conflicted(stop, drafts, path) if one.path == path]
    refs = (snapshot,) if snapshot else ()
    return Resolved(tuple(told_files(stop, found, drafts)), len(stages.unmerged(stop.worktree)), refs)


def keep_before(stop: ConflictStop) -> str | None:
    """Keeps the worktree as it is before somebody's edit is written over; the ref that does."""
    return snapshots.keep_worktree(stop.worktree, stop.root, stop.session.id, "resolve")


def _stage_what_was_chosen(
    ctx: Context, stop: ConflictStop, file: Conflicted, draft: FileDraft, *, over_edits: bool
) -> str | None:
    """Returns the snapshot that keeps what was written over."""
    seen = seen_at(stop.worktree, file.path)
    now = in_the_worktree(stop.worktree, [file.path], stop.width).get(file.path)
    edited = was_edited_outside(stop, file, draft, now)
    if file.resolved and not edited and not draft.again:
        return None
    left = left_open(stop, file, draft)
    if left and edited and not over_edits:
        raise edited_outside(stop, file, chosen=False)
    if left:
        raise UserError(
            "conflicts", f"{file.path} cannot be resolved yet: {left}",
            hint=stop.command("resolve", file.path), details={"path": file.path},
        )  # fmt: skip
    entry, snapshot = _wanted(stop, file, draft), None
    if edited and not is_as_left(stop.worktree, file.path, now, entry):
        if not over_edits:
            raise edited_outside(stop, file)
        snapshot = keep_before(stop) if now else None
    _settle(ctx, stop, file, entry, seen)
    return snapshot


def _settle(ctx: Context, stop: ConflictStop, file: Conflicted, entry: StagedEntry | None, seen: FileSeen) -> None:
    """Writes and stages. What comes first is what makes it known as the app's own after a kill."""
    _note(ctx, stop, file, entry)
    if entry is None:
        remove_file(stop.worktree, file.path, seen)
    else:
        put_file(stop.worktree, file.path, entry, seen)
    stages.set_stages(stop.worktree, file.path, {0: entry} if entry else {}, file.in_index)
    if entry and entry.is_submodule and not submodules.put_at(stop.worktree, file.path, entry.blob):
        place = quoted(stop.worktree / file.path)
        raise UserError(
            "uncommitted-changes", f"The submodule {file.path} is staged, but it cannot be put at {entry.blob[:10]}",
            hint=f"git -C {place} status, then: git -C {place} checkout --no-overwrite-ignore {entry.blob}",
            details={"path": file.path},
        )  # fmt: skip


def _stage_as_it_is(ctx: Context, stop: ConflictStop, file: Conflicted) -> None:
    """Stages what was looked at, whatever is written meanwhile."""
    place = Path(stop.worktree, file.path)
    require_stageable(stop, file, place)
    content = None
    if place.is_file() and not place.is_symlink() and place.stat().st_size <= MOST_TEXT:
        content = read_plain(place, follow=False)
        require_no_markers(stop, file, content, "edit it there", "--outside")
    now = in_the_worktree(stop.worktree, [file.path], stop.width).get(file.path)
    if content is None:
        _note(ctx, stop, file, now)
        resolving.stage(stop.worktree, [file.path])
        _note(ctx, stop, file, stages.entries(stop.worktree, [file.path]).get(file.path))
        return
    mode = now.mode if now and knows_modes(stop.worktree) else kinds.mode_chosen(file.stages)
    entry = StagedEntry(mode, stage_blob(stop.worktree, file.path, content))
    _note(ctx, stop, file, entry)
    stages.set_stages(stop.worktree, file.path, {0: entry}, file.in_index)


def _note(ctx: Context, stop: ConflictStop, file: Conflicted, entry: StagedEntry | None) -> None:
    mine = kept(entry)
    change_draft(
        ctx, stop, file.path, file.stages, lambda found: replace(found, wrote=mine, staged=mine, again=False)
    )  # fmt: skip


def _wanted(stop: ConflictStop, file: Conflicted, draft: FileDraft) -> StagedEntry | None:
    """What the path becomes, its blob stored; None: nothing. Raises `conflicts` (exit 4) for a marker."""
    content = laid(stop.root, file).result(draft) if file.has_hunks else draft.own_bytes()
    if content is None:
        return kinds.entry_chosen(draft.choice or Choice.KEEP, file.stages, file.beside)
    require_no_markers(stop, file, content, choose_again(stop, file, draft), "--done")
    blob = store_blob(stop.worktree, content)
    return StagedEntry(kinds.mode_chosen(file.stages, blob), blob)
