"""The answers of `conflicts`: the files at a stop, and the hunks of one of them (SPEC section 12).
Nothing is written."""

from __future__ import annotations

from dataclasses import replace

from ampsm.context import Context
from ampsm.git.objects import commits_between, read_blobs, subjects
from ampsm.git.rewrite.left_markers import Marked, about_to_be_committed
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.model.conflicts import ConflictFile, Conflicts, ConflictSide, ConflictSides, FileHunks, RebaseStep
from ampsm.model.phrases import counted
from ampsm.workflows.finishing.merge.conflicts.conflicted import (
    Conflicted,
    all_conflicted,
    merged_by_git,
    one_conflicted,
)
from ampsm.workflows.finishing.merge.conflicts.drafts import FileDraft, draft_of, drafts_of
from ampsm.workflows.finishing.merge.conflicts.files import told_file, told_files
from ampsm.workflows.finishing.merge.conflicts.laid import laid
from ampsm.workflows.finishing.merge.conflicts.texts import encoding_of
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop, stop_of
from ampsm.workflows.finishing.merge.going_on import require_conflicts_known
from ampsm.workflows.session import lookup
from ampsm.workflows.session.in_conflict.holding import notes_that_hold


class ConflictLook:
    """A stop as it is at one moment: its files, and the hunks of each of them, for who wants both.

    Raises as `stop_of`, `conflicts` (exit 4) when the index has lost them, GitError.
    """

    def __init__(self, ctx: Context, ref: str, seen: WorktreeSeen | None = None) -> None:
        """The session's worktree is `seen` by others too."""
        seen = seen or WorktreeSeen(lookup.require_session(ctx, ref).worktree)
        self._stop = stop_of(ctx, ref, seen)
        self._drafts = drafts_of(ctx, self._stop)
        self._files = all_conflicted(self._stop, self._drafts, seen=seen)
        self._marked: tuple[Marked, ...] = ()
        if all(file.resolved for file in self._files):
            require_conflicts_known(self._stop.session, seen, self._stop.at)
            self._marked = tuple(about_to_be_committed(seen, self._stop.at))
        lines = dict(self._marked)
        told = told_files(self._stop, self._files, self._drafts)
        self._told = [replace(file, marker=lines[file.path]) if file.path in lines else file for file in told]

    def conflicts(self) -> Conflicts:
        """The conflicts at which the open merge or rebase waits, resolved ones too."""
        stop, at = self._stop, self._stop.at
        merged = merged_by_git(stop, self._files)
        notes = notes_that_hold(stop.worktree, stop.agent) if stop.agent else ()
        step = RebaseStep(at.n, at.of)
        return Conflicts(stop.merge.operation, step, sides_of(stop), tuple(self._told), merged, notes, self._marked)

    def hunks(self, path: str) -> FileHunks:
        """The hunks of one of these files, by the path that it has there."""
        file, told = next(pair for pair in zip(self._files, self._told, strict=True) if pair[0].path == path)
        return _with_hunks(self._stop, file, draft_of(self._drafts, path, file.stages), told)


def conflicts_of(ctx: Context, ref: str, seen: WorktreeSeen | None = None) -> Conflicts:
    """The conflicts at which the open merge or rebase of a session waits, resolved ones too; its worktree is `seen` by
    others too. Raises as `stop_of`."""
    return ConflictLook(ctx, ref, seen).conflicts()


def conflict_hunks(ctx: Context, ref: str, path: str) -> FileHunks:
    """The hunks of one file, and what would be written now. `path` is in the worktree, or what the file was called
    before it was moved. Raises `no-such-file` (exit 3), and as `stop_of`."""
    stop = stop_of(ctx, ref)
    drafts = drafts_of(ctx, stop)
    file = one_conflicted(ctx, stop, drafts, path)
    return told_hunks(stop, file, draft_of(drafts, file.path, file.stages))


def told_hunks(stop: ConflictStop, file: Conflicted, draft: FileDraft) -> FileHunks:
    """A file with its hunks, as they are with what was chosen. Of one that is resolved the result is what is staged."""
    return _with_hunks(stop, file, draft, told_file(stop, file, draft))


def _with_hunks(stop: ConflictStop, file: Conflicted, draft: FileDraft, told: ConflictFile) -> FileHunks:
    if not file.has_hunks:
        own = draft.own_bytes()
        return FileHunks(told, (), None if own is None or file.binary else encoding_of(own).decode(own))
    text = laid(stop.root, file)
    result = text.result(draft)
    if file.resolved and file.entry is not None and file.entry.is_file:
        result = read_blobs(stop.root, [file.entry.blob])[file.entry.blob]
        return FileHunks(told, tuple(text.hunks(draft)), encoding_of(result).decode(result))
    return FileHunks(told, tuple(text.hunks(draft)), text.encoding.decode(result))


def sides_of(stop: ConflictStop) -> ConflictSides:
    """The sides by their names: the target with what of the session is on it already, the commit that is put there, and
    what both began with."""
    session, merge, at = stop.session, stop.merge, stop.at
    said = subjects(stop.root, [commit for commit in (merge.onto, at.base, at.commit) if commit])
    before = at.n - 1
    target = merge.target_name + (f" and {counted(before, 'commit')} of the session" if before else "")
    return ConflictSides(
        ConflictSide(target, merge.target_ref, merge.onto, said.get(merge.onto)),
        ConflictSide(_session_label(stop), f"refs/heads/{session.branch}", at.commit, said.get(at.commit)),
        ConflictSide("Ancestor", None, at.base, said.get(at.base) if at.base else None),
    )


def _session_label(stop: ConflictStop) -> str:
    session, at = stop.session, stop.at
    for commit in commits_between(stop.root, at.base, at.commit) if at.base else ():
        number = commit.trailers.get("Ampsm-Iteration", "")
        if commit.trailers.get("Ampsm-Session") == session.id and number.isdigit():
            return f"{session.name}, iteration {number}"
    return session.name
