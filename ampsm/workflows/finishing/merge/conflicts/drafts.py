"""What was chosen for the files in conflict, kept in `conflicts.json` beside the open merge (SPEC section 12).

It holds for one stop of a rebase only, and what was chosen for a file only while its sides have what they had then:
whatever else is found there is as good as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git.rewrite.rebase import stopped_step
from ampsm.git.rewrite.stages import StagedEntry, Stages
from ampsm.model.conflicts import Choice
from ampsm.system.record_file import Record, RecordFile
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop, gone_on
from ampsm.workflows.session import open_merge


class HunkDraft(Record, frozen=True):
    """What the hunk of this number becomes; `text` is that of `Choice.TEXT`."""

    n: int
    choice: Choice
    text: str | None = None

    def __post_init__(self) -> None:
        _require_text(self.choice, self.text)


class KeptEntry(Record, frozen=True):
    """What a path has in the index, or would have. Without a blob it has nothing."""

    mode: str = ""
    blob: str = ""


class FileDraft(Record, frozen=True):
    """What was chosen for a file, of which base, target and session had `sides`: for its hunks, or as a `choice` for
    all of it, with its `text`. `wrote` is what the app has put, or was about to put, in the worktree, `staged` what it
    has made of the index; `again`: something else was chosen since then."""

    path: str
    sides: tuple[KeptEntry, ...]
    choice: Choice | None = None
    text: str | None = None
    hunks: tuple[HunkDraft, ...] = ()
    wrote: KeptEntry | None = None
    staged: KeptEntry | None = None
    again: bool = False

    def __post_init__(self) -> None:
        _require_text(self.choice, self.text)

    def own_bytes(self) -> bytes | None:
        """The text of one's own for a file without hunks, which is kept byte for byte; None without one."""
        return None if self.choice is not Choice.TEXT or self.text is None else self.text.encode("latin-1")


class StopDrafts(Record, frozen=True):
    """What was chosen at one stop of a merge's rebase: at the commit `commit` that was being put on `head`."""

    merge_id: str
    commit: str
    head: str
    files: tuple[FileDraft, ...] = ()


Drafts = Mapping[str, FileDraft]


def drafts_of(ctx: Context, stop: ConflictStop) -> Drafts:
    """What was chosen at this stop, by the paths. Raises `failed` for a file that cannot be read."""
    return {draft.path: draft for draft in _at(stop, drafts_file(ctx, stop.session.id).load()).files}


def draft_of(drafts: Drafts, path: str, stages: Stages) -> FileDraft:
    """What was chosen for a path that has these sides now; nothing where it was chosen for others."""
    sides, found = kept_sides(stages), drafts.get(path)
    return found if found is not None and found.sides == sides else FileDraft(path, sides)


def change_draft(
    ctx: Context, stop: ConflictStop, path: str, stages: Stages, how: Callable[[FileDraft], FileDraft]
) -> FileDraft:
    """Writes what `how` makes of what was chosen for a path, and returns it. Raises what `how` does, `branch-moved`
    (exit 5) when the rebase has gone on from this stop and something was chosen at the next, and as
    `RecordFile.change`."""

    def changed(found: StopDrafts | None) -> StopDrafts:
        now = _at(stop, found)
        if found is not None and now is not found and stopped_step(stop.worktree) != stop.at:
            raise gone_on(stop)
        before = {draft.path: draft for draft in now.files}
        made = before | {path: how(draft_of(before, path, stages))}
        return replace(now, files=tuple(made.values()))

    after = {draft.path: draft for draft in drafts_file(ctx, stop.session.id).change(changed).files}
    return after[path]


def kept(entry: StagedEntry | None) -> KeptEntry:
    """An entry as it is written; None: there is nothing."""
    return KeptEntry(entry.mode, entry.blob) if entry else KeptEntry()


def kept_sides(stages: Stages) -> tuple[KeptEntry, ...]:
    """The three sides of a path as they are written."""
    return tuple(kept(stages.get(stage)) for stage in (1, 2, 3))


def stages_of(draft: FileDraft) -> Stages:
    """The sides that a file had when something was chosen for it."""
    return {
        stage: StagedEntry(side.mode, side.blob) for stage, side in enumerate(draft.sides, 1) if side.blob
    }  # fmt: skip


def _at(stop: ConflictStop, found: StopDrafts | None) -> StopDrafts:
    mine = StopDrafts(stop.merge.merge_id, stop.at.commit, stop.at.head)
    if found is None or (found.merge_id, found.commit, found.head) != (mine.merge_id, mine.commit, mine.head):
        return mine
    return found


def drafts_file(ctx: Context, session_id: str) -> RecordFile[StopDrafts]:
    """Where the choices at the stop of a session's open merge are written; gone with that."""
    return RecordFile(open_merge.choices_path(ctx, session_id), StopDrafts)


def _require_text(choice: Choice | None, text: str | None) -> None:
    """Raises ValueError for a choice that would make something of its text and has none: a file that holds it cannot be
    read."""
    if choice is Choice.TEXT and text is None:
        raise ValueError("A choice of a text needs one")
