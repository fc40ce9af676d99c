"""What dead workers left: iterations that still say `running`, processes that nobody hears, locks of git."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from ampsm.git import repository
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.system import programs
from ampsm.workflows.session import recover
from ampsm.workflows.status import wording
from ampsm.workflows.status.activity import Activity, left_running
from ampsm.workflows.status.condition import Condition
from ampsm.workflows.status.facts import Facts
from ampsm.workflows.status.kind import Kind
from ampsm.workflows.status.observed import Observed
from ampsm.workflows.status.step import Step
from ampsm.workflows.upkeep.checkup.findings import INFO, WARNING, Checkup, Finding, Findings

#: The age, in seconds, at which an `index.lock` can no longer be that of a git that works quickly.
_OLD = 60.0


def check(checkup: Checkup) -> Findings:
    marked = programs.marked()
    for session in checkup.at_rest():
        yield from _says_running(checkup, session)
        yield from _left_running(session, [pid for pid, marker in marked if marker.split("/")[0] == session.id])
        yield from _index_lock(checkup, session)


def _says_running(checkup: Checkup, session: Session) -> Findings:
    last = session.last_iteration
    if checkup.store is None or (session.status != "running" and not (last and last.status == "running")):
        return
    yield Finding(
        "worker-dead", WARNING, session.id,
        "It says that an iteration is running, but its worker was killed. Nothing that the worker had read is lost; "
        "the next command that writes in the session sees to it.",
        "doctor --fix ends the iteration as interrupted; its changes stay in the worktree",
        lambda: recover.settle(checkup.ctx, session),
    )  # fmt: skip


def _left_running(session: Session, pids: list[int]) -> Findings:
    """They may still write, and nobody can say whether that is wanted: so they are named, not ended."""
    if pids:
        observed = Observed(session, activity=Activity(orphans=left_running(pids)))
        condition = Condition(Kind.LEFT_RUNNING, Facts(observed))
        yield Finding(
            "processes-left", WARNING, session.id, wording.complaint(condition), Step("stop", (session.id,)).text
        )


def _index_lock(checkup: Checkup, session: Session) -> Findings:
    lock = _lock_of(Path(session.worktree))
    try:
        found = lock.stat() if lock else None
    except OSError:
        found = None
    if lock is None or found is None or time.time() - found.st_mtime < _OLD:
        return
    if pids := programs.at_work_in(Path(session.repo), "git"):
        yield Finding(
            "index-locked", INFO, session.id, f"{lock} exists; git is at work there (process {pids[0]}).",
        )  # fmt: skip
        return
    yield Finding(
        "index-lock-stale", WARNING, session.id,
        f"A git that was killed left {lock}. While it is there, nothing can be committed in the worktree.",
        "doctor --fix removes this file, unless git is at work there",
        _removal(checkup, session, lock, found.st_mtime_ns),
    )  # fmt: skip


def _removal(checkup: Checkup, session: Session, lock: Path, changed: int) -> Callable[[], bool]:
    def remove() -> bool:
        """Only the file that was looked at, only while nobody can need it for their work."""
        busy = recover.worker_lives(checkup.ctx, session.id) or programs.at_work_in(Path(session.repo), "git")
        if busy or lock.stat().st_mtime_ns != changed:
            return False
        lock.unlink()
        return True

    return remove


def _lock_of(worktree: Path) -> Path | None:
    if not (worktree / ".git").exists():
        return None
    try:
        return repository.git_path(worktree, "index.lock")
    except (UserError, OSError):
        return None
