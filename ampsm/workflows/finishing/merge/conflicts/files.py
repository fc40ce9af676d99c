"""A file in conflict as it is told: what is left to choose, whether somebody else has been at it, and which
marker a text would bring."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ampsm.git.content.new_markers import first_new_marker, without_labels
from ampsm.git.objects import contents_of
from ampsm.git.rewrite.left_by_git import MOST_TEXT, as_checked_out, in_the_worktree, is_as_left, is_binary, with_lf
from ampsm.git.rewrite.remembering import put_in_again
from ampsm.git.rewrite.stages import BASE, SESSION, TARGET, StagedEntry
from ampsm.model.conflicts import ConflictFile, SideModes, SideSizes
from ampsm.system.plain_files import read_plain
from ampsm.workflows.finishing.merge.conflicts import kinds
from ampsm.workflows.finishing.merge.conflicts.conflicted import Conflicted
from ampsm.workflows.finishing.merge.conflicts.drafts import Drafts, FileDraft, KeptEntry, draft_of, kept
from ampsm.workflows.finishing.merge.conflicts.laid import laid, lay
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop


def told_files(stop: ConflictStop, found: Sequence[Conflicted], drafts: Drafts) -> list[ConflictFile]:
    """The files as they are now. Raises GitError."""
    now = in_the_worktree(stop.worktree, [file.path for file in found], stop.width)
    lay(stop.root, found)
    return [_told(stop, file, draft_of(drafts, file.path, file.stages), now.get(file.path)) for file in found]


def told_file(stop: ConflictStop, file: Conflicted, draft: FileDraft) -> ConflictFile:
    """The same of one file, with what was chosen for it."""
    return _told(stop, file, draft, in_the_worktree(stop.worktree, [file.path], stop.width).get(file.path))


def open_hunks(stop: ConflictStop, file: Conflicted, draft: FileDraft) -> int:
    """How much is left to choose before a file can be resolved."""
    if file.has_hunks:
        return len(laid(stop.root, file).left_open(draft))
    return int(draft.choice is None)


def was_edited_outside(
    stop: ConflictStop, file: Conflicted, draft: FileDraft, now: StagedEntry | None
) -> bool:  # fmt: skip
    """Whether somebody else has changed a file since git stopped, or since the app wrote it, or has staged it. `now`:
    what is in the worktree."""
    worktree, path, any_ends = stop.worktree, file.path, file.any_ends
    if any(entry.is_submodule for entry in file.stages.values()):
        return file.resolved and draft.staged != kept(file.entry)
    if file.resolved:
        return draft.staged != kept(file.entry) or not is_as_left(worktree, path, now, file.entry, any_ends=any_ends)
    if draft.wrote is not None and is_as_left(worktree, path, now, _entry(draft.wrote), any_ends=any_ends):
        return False
    if file.forgotten:
        return not _was_left_so(stop, file, now)
    return not (is_as_left(worktree, path, now, file.left, any_ends=any_ends) or _has_other_labels(stop, file, now))


def marker_in(stop: ConflictStop, file: Conflicted, content: bytes) -> int | None:
    """The number, from 1, of the first line of a text that is a conflict marker which no side of its file has; None
    when none is."""
    if is_binary(content) or first_new_marker(content, b"", b"", b"", file.rules.size) is None:
        return None
    base, target, session = _sides(stop, file)
    return first_new_marker(content, base, target, session, file.rules.size)


def _has_other_labels(stop: ConflictStop, file: Conflicted, now: StagedEntry | None) -> bool:
    """Whether a file is what git left, but for the names in its markers: `git checkout -m` writes others."""
    if not (file.has_hunks and file.rules.marked and now and now.is_file and file.left and file.left.is_file):
        return False
    content = _text_in_worktree(stop, file)
    if content is None:
        return False
    left = as_checked_out(stop.worktree, file.path, file.left.blob)
    if file.any_ends:
        content, left = with_lf(content), with_lf(left)
    return without_labels(content, file.rules.size) == without_labels(left, file.rules.size)


def _was_left_so(stop: ConflictStop, file: Conflicted, now: StagedEntry | None) -> bool:
    """Whether a file may be what git wrote, where it has forgotten what that was."""
    if not (file.has_hunks and file.rules.marked):
        sides = list(file.stages.values())
        if now is None:
            return TARGET not in file.stages or SESSION not in file.stages
        return any(is_as_left(stop.worktree, file.path, now, side, any_ends=file.any_ends) for side in sides)
    content = _text_in_worktree(stop, file) if now and now.is_file else None
    if content is None:
        return False
    held = contents_of(stop.root, [entry.blob for entry in file.stages.values()])
    base, target, session = (
        held.get(entry.blob, b"") if (entry := file.stages.get(stage)) else b"" for stage in (BASE, TARGET, SESSION)
    )
    return is_binary(content) or first_new_marker(content, base, target, session, file.rules.size) is not None


def _told(stop: ConflictStop, file: Conflicted, draft: FileDraft, now: StagedEntry | None) -> ConflictFile:
    sizes, modes, outside = [], [], was_edited_outside(stop, file, draft, now)
    for entry in (file.sides.get(stage) for stage in (BASE, TARGET, SESSION)):
        sizes.append(file.sizes.get(entry.blob) if entry else None)
        modes.append(entry.mode if entry else None)
    put_in = _is_put_in(stop, file, outside)
    left = outside and not file.resolved
    proposed_in = _proposed_in(stop, file, now) if left else None
    return ConflictFile(
        path=file.path, old_path=file.old_path, kind=file.kind,
        hunks=len(laid(stop.root, file).conflicts) if file.has_hunks else 0,
        open=0 if file.resolved else open_hunks(stop, file, draft), resolved=file.resolved,
        outside_edit=outside, binary=file.binary,
        size=SideSizes(*sizes), mode=SideModes(*modes),
        sentence=file.sentence + (". Git has put in how it was resolved before" if put_in else ""),
        choices=kinds.choices_for(file.kind, file.stages, file.beside), choice=draft.choice,
        proposed_in=proposed_in, put_in=put_in,
        marker=_marker_in_worktree(stop, file) if proposed_in is not None else None,
        at_work=left and _is_at_work(stop, file, now),
    )  # fmt: skip


def _marker_in_worktree(stop: ConflictStop, file: Conflicted) -> int | None:
    """The first line with one in the file as it is in the worktree; of what is no text of a usual size, None."""
    content = _text_in_worktree(stop, file)
    return None if content is None else marker_in(stop, file, content)


def _text_in_worktree(stop: ConflictStop, file: Conflicted) -> bytes | None:
    """What the file holds now; None for what is no file of a usual size, or has gone since it was looked at."""
    place = Path(stop.worktree, file.path)
    try:
        if place.is_symlink() or not place.is_file() or place.stat().st_size > MOST_TEXT:
            return None
        return read_plain(place, follow=False)
    except OSError:
        return None


def _sides(stop: ConflictStop, file: Conflicted) -> list[bytes]:
    """What base, target and session have of a file, which may have no hunks; one without it is empty."""
    found = [file.stages.get(stage) for stage in (BASE, TARGET, SESSION)]
    blobs = [side.blob if side and side.is_file and file.sizes.get(side.blob, 0) <= MOST_TEXT else "" for side in found]
    held = contents_of(stop.root, [blob for blob in blobs if blob])
    return [held.get(blob, b"") for blob in blobs]


def _proposed_in(stop: ConflictStop, file: Conflicted, now: StagedEntry | None) -> int | None:
    """The iteration that left a file as it is now; edited again, it is nobody's proposal."""
    found = stop.agent.proposal(file.path) if stop.agent else None
    return found.iteration if found is not None and found.entry == now else None


def _is_at_work(stop: ConflictStop, file: Conflicted, now: StagedEntry | None) -> bool:
    """Whether a file has become another one since an iteration began that has not ended."""
    agent = stop.agent
    if agent is None or not agent.works or file.path not in agent.asked:
        return False
    return now != next((before.entry for before in agent.files if before.path == file.path), None)


def _is_put_in(stop: ConflictStop, file: Conflicted, outside: bool) -> bool:
    """Of a file that is not as git merged it: whether git itself has put in how it was resolved before."""
    return outside and not file.resolved and bool(put_in_again(stop.worktree, [file.path]))


def _entry(entry: KeptEntry) -> StagedEntry | None:
    return StagedEntry(entry.mode, entry.blob) if entry.blob else None
