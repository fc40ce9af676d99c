"""Making the commits of an iteration: subject, trailers, hooks (SPEC section 5.6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.git import commits
from ampsm.git.status import Status
from ampsm.journal.events import Commit
from ampsm.model.naming import amp_message, amp_subject
from ampsm.model.session import Session
from ampsm.system.processes import MARKER
from ampsm.system.test_leftovers import unchanged_leftovers


def commit_amp(
    session: Session, number: int, thread_id: str | None, final_text: str | None, changes: Status, *, hooks: bool
) -> Commit | None:
    """Commits what the agent changed; None when nothing did. Raises CommitRefused."""
    return _commit(session, number, thread_id, amp_subject(final_text), "amp", hooks, changes)


def commit_partial(
    session: Session, number: int, thread_id: str | None, reason: str, changes: Status | None = None
) -> Commit | None:
    """Keeps unfinished work. Hooks do not run: unfinished work need not pass them, and none may keep it from being
    saved."""
    return _commit(session, number, thread_id, amp_subject(reason, partial=True), "partial", False, changes)


def _commit(
    session: Session, number: int, thread_id: str | None, subject: str, kind: str, hooks: bool, changes: Status | None
) -> Commit | None:
    message = amp_message(subject, session.id, number, thread_id)
    made = commits.commit_changes(
        Path(session.worktree), message, changes=changes, leave_out=unchanged_leftovers(session), hooks=hooks,
        env=marked(session, number),
    )  # fmt: skip
    return Commit(sha=made.sha, kind=kind, subject=subject) if made.sha else None


def marked(session: Session, number: int) -> dict[str, str]:
    """A hook may take long: one that outlives a killed worker is found and ended, like anything that an agent left."""
    return {MARKER: f"{session.id}/{number}"}


def last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no reason was given"
