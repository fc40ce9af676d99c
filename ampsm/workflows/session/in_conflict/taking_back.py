"""Taking back what an iteration changed besides the files in conflict, and noting what it proposes for these.

The rule: what is not as it was before the iteration, and is no file it was asked about, becomes what it was; a snapshot
keeps it as it had become. A person's edits of that time cannot be told from the agent's: they are in there too. What
was changed after a killed worker was last heard of stays, and is told. Files that git ignores are left alone. A branch
that was checked out is left again. When the rebase has gone on, or HEAD was moved, nothing at all is put back.
"""

from __future__ import annotations

import os
from contextlib import suppress

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import snapshots
from ampsm.git.rewrite import other_files, rebase_files, resolving
from ampsm.git.rewrite.rebase import place_at_stop, stopped_step
from ampsm.git.rewrite.stages import StagedEntry
from ampsm.git.staging import save_index
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system.files import atomic_write
from ampsm.workflows.session import open_merge
from ampsm.workflows.session.in_conflict.besides import as_before, put_index_back, put_other_files_back
from ampsm.workflows.session.in_conflict.record import (
    AgentWork,
    NotTakenBack,
    ProposedFile,
    Spared,
    TakenBack,
    agent_work,
    file,
    index_copy,
)
from ampsm.workflows.session.in_conflict.since_killed import SinceKilled, last_heard
from ampsm.workflows.session.in_conflict.words import FAILED, told_of
from ampsm.workflows.session.replay import journals


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
            merge.merge_id, stop.commit, stop.head, number, at=stop.now, asked=asked, files=as_before(seen), kept=kept,
            index=other_files.index_told(session.worktree), ignoring=other_files.ignoring(session.worktree),
            rebase=rebase_files.files_of_rebase(session.worktree),
            proposals=earlier.proposals if earlier else (), taken_back=earlier.taken_back if earlier else (),
            failed=earlier.failed if earlier else None,
        )
    )  # fmt: skip


def end(ctx: Context, session: Session, killed: SinceKilled | None = None) -> Ended:
    """Ends what the last iteration of a session that is held has left so; nothing when it has ended already. Killed in
    the middle, or failed, it is done by the next call, which says since when its worker is `killed`, or a person went
    on from there. Raises GitError, OSError, `disk-full`, `database-unavailable`."""
    work = file(ctx, session.id).load()
    if work is None or work.ended:
        return Ended()
    merge = open_merge.load(ctx, session.id)
    branch = _leave_branch(session, work, killed) if merge and merge.merge_id == work.merge_id else None
    stop = stopped_step(session.worktree)
    if merge is None or stop is None or not work.is_of(merge.merge_id, stop) or stop.now != (work.at or stop.now):
        file(ctx, session.id).save(replace(work, ended=True, gone_on=True))
        return Ended(gone_on=True, kept=work.kept)
    try:
        return _end(ctx, session, work, killed, branch)
    except (UserError, OSError) as error:
        refused = work.failed is not None and work.failed.refused
        failed = NotTakenBack(work.iteration, str(error), refused)
        with suppress(UserError, OSError):
            file(ctx, session.id).change(lambda now: replace(now or work, failed=failed))
        raise


def _leave_branch(session: Session, work: AgentWork, killed: SinceKilled | None) -> str | None:
    """Puts HEAD back to where it was when somebody has checked out a branch at the same commit of the rebase, which
    branch then stays as it is; its name."""
    stop, branch = stopped_step(session.worktree), rebase_files.branch_at_stop(session.worktree)
    if stop is None or branch is None or stop.commit != work.commit or (killed and killed.moved_head()):
        return None
    rebase_files.leave_branch(session.worktree, work.at or place_at_stop(session.worktree, stop))
    return branch


def _end(ctx: Context, session: Session, work: AgentWork, killed: SinceKilled | None, left: str | None) -> Ended:
    spared = killed.at if killed else lambda place: False
    changed = rebase_files.put_files_back(session.worktree, work.rebase, spared=spared)
    if killed and killed.wrote_index():
        staged = killed.staged(index_copy(ctx, session.id))
    else:
        staged = set[str]()
        put_index_back(ctx, session, work)
    work = put_other_files_back(ctx, session, work, killed, staged)
    before, taken = {found.path: found.entry for found in work.files}, work.taken_back
    now = other_files.files_seen(session.worktree, work.asked).entries
    mine = [_proposed(path, work.iteration, now.get(path)) for path in work.asked if now.get(path) != before.get(path)]
    if mine and not any(found.iteration == work.iteration for found in taken):
        snapshots.keep_worktree(session.worktree, session.repo, session.id, "taking what was proposed")
    paths = {found.path for found in mine}
    proposals = (*(found for found in work.proposals if found.path not in paths), *mine)
    failed = work.failed if work.failed and work.failed.iteration != work.iteration else None
    file(ctx, session.id).save(replace(work, ended=True, files=(), rebase={}, proposals=proposals, failed=failed))
    index_copy(ctx, session.id).unlink(missing_ok=True)
    of_it = tuple(found for found in taken if found.iteration == work.iteration)
    return Ended(tuple(sorted(paths)), of_it, work.spared, changed, left)


def end_left(ctx: Context, session: Session) -> None:
    """Ends what a killed iteration has left so, or one of which that failed, and notes what was taken back, and what
    was not since it may be a person's; `conflicts` tells that too. Whatever goes wrong stands in nobody's way but is
    noted: the files are as they are then, and the next one tries again."""
    try:
        work = file(ctx, session.id).load()
        if work is None or work.ended:
            return
        if work.iteration not in journals(ctx, session.id):  # it had not begun
            file(ctx, session.id).save(replace(work, ended=True))
            return
        ended = end(ctx, session, SinceKilled(session.worktree, last_heard(ctx, session.id, work.iteration)))
        for said in told_of(session.worktree, ended.taken_back, ended.spared):
            ctx.on_note(said)
    except (UserError, OSError) as error:
        ctx.on_note(f"{FAILED}: {error}")


def _proposed(path: str, number: int, entry: StagedEntry | None) -> ProposedFile:
    return ProposedFile(path, number, entry.mode, entry.blob) if entry else ProposedFile(path, number)
