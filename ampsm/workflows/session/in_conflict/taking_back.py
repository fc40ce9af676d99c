"""Taking back what an iteration changed besides the files in conflict, and noting what it proposes for these.

The rule: what is not as it was before the iteration, and is no file it was asked about, becomes what it was; a snapshot
keeps it as it had become. A person's edits of that time cannot be told from the agent's: they are in there too. What
was changed after a killed worker was last heard of stays, and is told. Files that git ignores are left alone. When the
rebase has gone on, or HEAD was moved, nothing at all is put back.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import snapshots
from ampsm.git.rewrite import other_files, rebase_files, resolving
from ampsm.git.rewrite.other_files import FilesSeen
from ampsm.git.rewrite.rebase import stopped_step, where_they_belong
from ampsm.git.rewrite.stages import StagedEntry
from ampsm.git.staging import SavedIndex, restore_index, save_index
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system.files import atomic_write
from ampsm.system.plain_files import read_plain
from ampsm.workflows.session import open_merge
from ampsm.workflows.session.in_conflict.record import (
    AgentWork,
    FileBefore,
    ProposedFile,
    Spared,
    TakenBack,
    agent_work,
    file,
    index_copy,
)
from ampsm.workflows.session.in_conflict.since_killed import SinceKilled, last_heard
from ampsm.workflows.session.in_conflict.words import told_of
from ampsm.workflows.session.replay import journals

#: As often is looked again after something was put back.
_MOST_ROUNDS = 4


@record
class Ended:
    """How an iteration left its stop. `proposed` are the files in conflict that it changed, `rebase` git's own files of
    the rebase that were put back, `left` the branch it had checked out, which was left again, `spared` what may be a
    person's. `gone_on`: the rebase is not where it was, so nothing was put back; `kept` has what was uncommitted
    before."""

    proposed: tuple[str, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()
    spared: Spared | None = None
    rebase: tuple[str, ...] = ()
    left: str | None = None
    gone_on: bool = False
    kept: str | None = None


def begin(ctx: Context, session: Session, number: int) -> AgentWork | None:
    """Notes how everything is before iteration `number` of a session that is held, whose worktree is kept in a snapshot
    first. None when no open merge waits at a stop. Raises GitError, `disk-full`, `database-unavailable`."""
    merge, stop = open_merge.load(ctx, session.id), stopped_step(session.worktree)
    if merge is None or stop is None:
        return None
    earlier = agent_work(ctx, session.id, merge.merge_id, stop)
    kept = snapshots.keep_worktree(session.worktree, session.repo, session.id, "an iteration")
    asked = tuple(resolving.unresolved(session.worktree))
    seen = other_files.files_seen(session.worktree, asked)
    index = save_index(session.worktree)
    atomic_write(index_copy(ctx, session.id), index.content, mode=0o600)
    os.utime(index_copy(ctx, session.id), ns=(index.changed_ns, index.changed_ns))
    return file(ctx, session.id).save(
        AgentWork(
            merge.merge_id, stop.commit, stop.head, number, at=stop.now, asked=asked, files=_before(seen), kept=kept,
            index=other_files.index_told(session.worktree), ignoring=other_files.ignoring(session.worktree),
            rebase=rebase_files.files_of_rebase(session.worktree),
            proposals=earlier.proposals if earlier else (), taken_back=earlier.taken_back if earlier else (),
        )
    )  # fmt: skip


def end(ctx: Context, session: Session, killed: SinceKilled | None = None) -> Ended:
    """Ends what the last iteration of a session that is held has left so; nothing when it has ended already. Killed in
    the middle it is done by the next call, which says since when its worker is `killed`; what fails is not tried again,
    since a person goes on from there. Raises GitError, OSError, `disk-full`, `database-unavailable`."""
    work = file(ctx, session.id).load()
    if work is None or work.ended:
        return Ended()
    merge, stop = open_merge.load(ctx, session.id), stopped_step(session.worktree)
    if merge is None or stop is None or not work.is_of(merge.merge_id, stop) or stop.now != (work.at or stop.now):
        file(ctx, session.id).save(replace(work, ended=True))
        return Ended(gone_on=True, kept=work.kept)
    try:
        return _end(ctx, session, work, killed)
    except (UserError, OSError):
        file(ctx, session.id).change(lambda now: replace(now or work, ended=True))
        raise


def _end(ctx: Context, session: Session, work: AgentWork, killed: SinceKilled | None) -> Ended:
    spared = killed.at if killed else lambda place: False
    changed = rebase_files.put_files_back(session.worktree, work.rebase, spared=spared)
    branch = rebase_files.branch_at_stop(session.worktree)
    branch = None if killed and killed.moved_head() else branch
    if branch:
        rebase_files.leave_branch(session.worktree)
    if killed and killed.wrote_index():
        staged = killed.staged(index_copy(ctx, session.id))
    else:
        staged = set[str]()
        _restore_index(ctx, session, work)
    work = _take_back(ctx, session, work, killed, staged)
    before, taken = {found.path: found.entry for found in work.files}, work.taken_back
    now = other_files.files_seen(session.worktree, work.asked).entries
    mine = [_proposed(path, work.iteration, now.get(path)) for path in work.asked if now.get(path) != before.get(path)]
    if mine and not any(found.iteration == work.iteration for found in taken):
        snapshots.keep_worktree(session.worktree, session.repo, session.id, "taking what was proposed")
    paths = {found.path for found in mine}
    proposals = (*(found for found in work.proposals if found.path not in paths), *mine)
    file(ctx, session.id).save(replace(work, ended=True, files=(), rebase={}, proposals=proposals))
    index_copy(ctx, session.id).unlink(missing_ok=True)
    of_it = tuple(found for found in taken if found.iteration == work.iteration)
    return Ended(tuple(sorted(paths)), of_it, work.spared, changed, branch)


def end_left(ctx: Context, session: Session) -> None:
    """Ends what a killed iteration has left so, and notes what was taken back, and what was not since it may be a
    person's; `conflicts` tells that too. Whatever goes wrong stands in nobody's way: the files are as they are then."""
    with suppress(UserError, OSError):
        work = file(ctx, session.id).load()
        if work is None or work.ended:
            return
        if work.iteration not in journals(ctx, session.id):  # it had not begun
            file(ctx, session.id).save(replace(work, ended=True))
            return
        ended = end(ctx, session, SinceKilled(session.worktree, last_heard(ctx, session.id, work.iteration)))
        for said in told_of(session.worktree, ended.taken_back, ended.spared):
            ctx.on_note(said)


def _take_back(
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


def _restore_index(ctx: Context, session: Session, work: AgentWork) -> None:
    """Nothing stays staged that was not: what the agent staged is in the worktree, and a proposal there."""
    if other_files.index_told(session.worktree) == work.index:
        return
    copy = index_copy(ctx, session.id)
    now = save_index(session.worktree)
    saved = SavedIndex(now.worktree, now.path, read_plain(copy), now.mode, copy.stat().st_mtime_ns)
    restore_index(saved, break_lock=False)


def _before(seen: FilesSeen) -> tuple[FileBefore, ...]:
    found = []
    for path, entry in seen.entries.items():
        mode, blob = (entry.mode, entry.blob) if entry else ("", "")
        found.append(FileBefore(path, mode, blob, seen.untracked.get(path)))
    return tuple(found)


def _seen(files: tuple[FileBefore, ...]) -> FilesSeen:
    bits = {found.path: found.bits for found in files if found.bits is not None}
    return FilesSeen({found.path: found.entry for found in files}, bits)


def _proposed(path: str, number: int, entry: StagedEntry | None) -> ProposedFile:
    return ProposedFile(path, number, entry.mode, entry.blob) if entry else ProposedFile(path, number)
