"""What killed commands left: iterations that still say `running`, processes that nobody hears, locks of git, creations
and cleanups that are half done (SPEC 4.6)."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.worktree import removal
from ampsm.model.errors import UserError, quoted
from ampsm.model.session import Session
from ampsm.system import programs
from ampsm.system.activity import Activity, left_running
from ampsm.system.locks import lock_holder
from ampsm.system.paths import moved_beside
from ampsm.workflows.finishing.cleanup import note as cleanup_note
from ampsm.workflows.session import recover
from ampsm.workflows.session.create import finish_half_made, pending
from ampsm.workflows.session.held import held
from ampsm.workflows.status import wording
from ampsm.workflows.status.condition import Condition
from ampsm.workflows.status.facts import Facts
from ampsm.workflows.status.kind import Kind
from ampsm.workflows.upkeep.checkup.findings import INFO, WARNING, Checkup, Finding, Findings

#: The age, in seconds, at which an `index.lock` can no longer be that of a git that works quickly.
_OLD = 60.0


def check_workers(checkup: Checkup) -> Findings:
    """Iterations whose worker is dead, what runs on without it, and the locks of gits that were killed."""
    marked = programs.marked()
    for session in checkup.at_rest():
        last = session.last_iteration
        if checkup.store and (session.status == "running" or (last and last.status == "running")):
            yield Finding(
                "worker-dead", WARNING, session.id,
                "It says that an iteration is running, but its worker was killed. Nothing that the worker had read is "
                "lost; the next command that writes in the session sees to it.",
                "doctor --fix ends the iteration as interrupted; its changes stay in the worktree",
                partial(recover.settle, checkup.ctx, session),
            )  # fmt: skip
        # They may still write, and nobody can say whether that is wanted: so they are named, not ended.
        if pids := [pid for pid, marker in marked if marker.split("/")[0] == session.id]:
            facts = Facts(session, activity=Activity(orphans=left_running(pids)))
            condition = Condition(Kind.LEFT_RUNNING, facts)
            stop = condition.steps[-1].text  # the way on that begins nothing new
            yield Finding("processes-left", WARNING, session.id, wording.complaint(condition), stop)
        yield from _index_lock(checkup.ctx, session)


def check_creations(checkup: Checkup) -> Findings:
    """Creations that were killed before they were done, or before they could take back what they had made."""
    for session_id in pending(checkup.ctx):
        note = checkup.ctx.paths.creating_dir / f"{session_id}.json"
        if lock_holder(note.with_suffix(".lock")) is None and note.exists():  # else its `new` is at work
            yield Finding(
                "half-made-session", WARNING, session_id,
                "A `new` was killed while it made this session. The next `new` takes back what it has left.",
                "doctor --fix removes its worktree and branch, if they hold no work",
                partial(_finish_creation, checkup.ctx, note),
            )  # fmt: skip


def check_cleanups(checkup: Checkup) -> Findings:
    """Cleanups that were killed: the snapshot is whole, and what was being removed is half gone."""
    for session in checkup.at_rest():
        try:
            note = cleanup_note.note_file(checkup.ctx, session.id).load()
        except UserError:
            continue  # `check_records` has said so
        if note is not None:
            yield Finding(
                "cleanup-unfinished", WARNING, session.id,
                "A `cleanup` was killed while it removed worktree and branch. All of it is in the snapshot.",
                f"doctor --fix finishes it; then amp-sessions restore {session.id} brings it back",
                partial(_finish_cleanup, checkup.ctx, session),
            )  # fmt: skip


def check_removed(checkup: Checkup) -> Findings:
    """What a cleanup could not delete: files of another user. All of it is in a snapshot."""
    noted = {note.aside for session in checkup.sessions() if (note := _cleanup_note(checkup.ctx, session))}
    for root in checkup.repositories():
        for left in removal.left_aside(root):
            if str(left) not in noted:
                yield Finding(
                    "removed-left", WARNING, str(left),
                    "A `cleanup` could not delete this; it is what is left of a worktree, and is in its snapshot.",
                    f"sudo rm -rf {quoted(left)}",
                )  # fmt: skip


def _cleanup_note(ctx: Context, session: Session) -> cleanup_note.CleanupNote | None:
    try:
        return cleanup_note.note_file(ctx, session.id).load()
    except UserError:
        return None


def _finish_creation(ctx: Context, note: Path) -> None:
    left: dict[str, Exception] = {}
    finish_half_made(ctx, left.__setitem__)
    if note.exists():
        why = left.get(note.stem, "it may hold work, so all of it stays")
        files = str(why.details.get("worktree") or "") if isinstance(why, UserError) else None
        hint = f"{moved_beside(Path(files))} && amp-sessions doctor --fix" if files else f"cat {quoted(note)}"
        raise UserError("uncommitted-changes", str(why), hint=hint)


def _finish_cleanup(ctx: Context, session: Session) -> None:
    with held(ctx, session.id, "cleanup") as (session, _):
        cleanup_note.finish_killed(ctx, session, lambda note: None)


def _index_lock(ctx: Context, session: Session) -> Findings:
    worktree = Path(session.worktree)
    try:
        lock = repository.git_path(worktree, "index.lock") if (worktree / ".git").exists() else None
        found = lock.stat() if lock else None
    except (UserError, OSError):
        return
    if lock is None or found is None:
        return
    if time.time() - found.st_mtime < _OLD:
        message = f"{lock} is new, so git may be at work there. A minute after it was made, doctor --fix removes it."
        yield Finding("index-locked", INFO, session.id, message)
        return
    if pids := programs.at_work_in(Path(session.repo), "git"):
        message = f"{lock} exists; git is at work there (process {pids[0]})."
        yield Finding("index-locked", INFO, session.id, message)
        return
    yield Finding(
        "index-lock-stale", WARNING, session.id,
        f"A git that was killed left {lock}. While it is there, nothing can be committed in the worktree.",
        "doctor --fix removes this file, unless git is at work there",
        partial(_remove_lock, ctx, session, lock, found.st_mtime_ns),
    )  # fmt: skip


def _remove_lock(ctx: Context, session: Session, lock: Path, changed: int) -> bool:
    """Only the file that was looked at, only while nobody can need it for their work."""
    busy = recover.worker_lives(ctx, session.id) or programs.at_work_in(Path(session.repo), "git")
    if busy or lock.stat().st_mtime_ns != changed:
        return False
    lock.unlink()
    return True
