"""Putting the files that an iteration was not asked about back to what they were before it: each is kept first as it
had become, and what may be a person's stays."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import snapshots
from ampsm.git.rewrite import other_files
from ampsm.git.rewrite.other_files import FilesSeen
from ampsm.git.rewrite.rebase import where_they_belong
from ampsm.git.rewrite.stages import StagedEntry
from ampsm.git.staging import SavedIndex, restore_index, save_index
from ampsm.model.session import Session
from ampsm.system.plain_files import read_plain
from ampsm.workflows.session.in_conflict.record import AgentWork, FileBefore, Spared, TakenBack, file, index_copy
from ampsm.workflows.session.in_conflict.since_killed import SinceKilled

#: As often is looked again after something was put back.
_MOST_ROUNDS = 4


def put_other_files_back(
    ctx: Context, session: Session, work: AgentWork, killed: SinceKilled | None, staged: set[str]
) -> AgentWork:
    """Puts the other files back, and returns the record with what keeps them as they had become. What was changed since
    its worker was `killed`, or is `staged` since, stays."""
    worktree, before = Path(session.worktree), _seen(work.files)
    asked = {*work.asked, *where_they_belong(work.asked)}
    kept, left, spared = dict[str, StagedEntry | None](), dict[str, str](), set[str]()
    for _ in range(_MOST_ROUNDS):
        now = other_files.files_seen(worktree)
        changed = [path for path in now.changed_since(before, besides=asked) if path not in left]
        if killed:
            there = other_files.tree_of(worktree, work.kept or "HEAD", changed)
            spared |= staged.intersection(changed) | killed.files(changed, there)
            changed = [path for path in changed if path not in spared]
        if not changed:
            break
        tree = other_files.tree_of(worktree, work.kept or "HEAD", changed)
        if not (some := other_files.come_first(changed, tree)):
            some = changed if other_files.ignoring(worktree) == work.ignoring else []
            left |= {path: "it may be a file that was ignored" for path in changed if path not in some}
        fresh = {path: now.entries.get(path) for path in changed}
        if any(path not in kept or kept[path] != entry for path, entry in fresh.items()):
            if ref := snapshots.keep_worktree(worktree, session.repo, session.id, "taking other files back"):
                has = other_files.tree_of(worktree, ref, changed)
                gone = tuple(path for path in changed if path not in has)
                told = TakenBack(ref, work.iteration, tuple(changed), gone)
                work = file(ctx, session.id).save(replace(work, taken_back=(*work.taken_back, told)))
            kept |= fresh
        left |= other_files.put_back(worktree, some, tree, before.untracked)
    if left:
        taken = tuple(replace(found, left=tuple(path for path in found.paths if path in left))
                      if found.iteration == work.iteration else found for found in work.taken_back)  # fmt: skip
        work = file(ctx, session.id).save(replace(work, taken_back=taken))
    if spared or staged:
        work = file(ctx, session.id).save(replace(work, spared=_spared(session, work, spared, staged)))
    return work


def _spared(session: Session, work: AgentWork, paths: set[str], staged: set[str]) -> Spared:
    ref = snapshots.keep_worktree(session.worktree, session.repo, session.id, "leaving what may be a person's")
    source, named = work.kept or "HEAD", sorted(paths)
    there = tuple(other_files.tree_of(session.worktree, source, named))
    return Spared(ref, source, work.iteration, tuple(named), there, tuple(sorted(staged)))


def put_index_back(ctx: Context, session: Session, work: AgentWork) -> None:
    """Nothing stays staged that was not: what the agent staged is in the worktree, and a proposal there."""
    if other_files.index_told(session.worktree) == work.index:
        return
    copy = index_copy(ctx, session.id)
    now = save_index(session.worktree)
    saved = SavedIndex(now.worktree, now.path, read_plain(copy), now.mode, copy.stat().st_mtime_ns)
    restore_index(saved, break_lock=False)


def as_before(seen: FilesSeen) -> tuple[FileBefore, ...]:
    """Files as they are seen before an iteration, for its record."""
    found = []
    for path, entry in seen.entries.items():
        mode, blob = (entry.mode, entry.blob) if entry else ("", "")
        found.append(FileBefore(path, mode, blob, seen.untracked.get(path)))
    return tuple(found)


def _seen(files: tuple[FileBefore, ...]) -> FilesSeen:
    bits = {found.path: found.bits for found in files if found.bits is not None}
    return FilesSeen({found.path: found.entry for found in files}, bits)
