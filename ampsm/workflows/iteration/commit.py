"""What an iteration commits: the agent's changes, or what a failed agent left (SPEC 5.6)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, refs, repository, worktrees
from ampsm.git.status import Status, worktree_status
from ampsm.journal.events import Commit
from ampsm.model.errors import UserError, quoted
from ampsm.model.naming import amp_message, amp_subject
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system.os_errors import FULL
from ampsm.system.processes import MARKER
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.iteration.recording import Recorder


@record
class Outcome:
    """How an iteration ended and what it changed. `needs_person` when something waits for a decision."""

    status: str
    error: UserError | None = None
    commit_sha: str | None = None
    end_sha: str | None = None
    changed_files: int | None = None
    insertions: int | None = None
    deletions: int | None = None
    hook_output: str | None = None
    needs_person: bool = False


def commit_changes(
    ctx: Context, session: Session, recorder: Recorder, failure: UserError | None, *, hooks: bool
) -> Outcome:
    """Commits whatever the agent changed. `failure` is why the agent failed; its work is kept as a partial commit.

    Raises `worktree-missing` or `wrong-worktree` when the worktree was taken away meanwhile, and GitError.
    """
    worktree, start = Path(session.worktree), recorder.iteration.start_sha
    found = worktrees.prove_worktree(worktree, Path(session.repo))
    moved = _branch_moved(session, start, found)
    if moved is not None:
        recorder.warn("branch-moved", moved.message)
        if found.sha:  # commits that the agent made elsewhere must outlive a `git gc`
            refs.keep(Path(session.repo), refs.iteration_ref(session.id, recorder.iteration.number, "end"), found.sha)
        return Outcome(status="failed", error=moved)
    head = found.sha or start
    own = _agents_commits(worktree, start, head, recorder)
    hook_output = None
    made: Commit | None = None
    changes = worktree_status(worktree)
    if failure is not None:
        made = commit_partial(
            session, recorder.iteration.number, recorder.view.thread_id, _reason(failure), changes
        )  # fmt: skip
    else:
        try:
            made = _commit_amp(session, recorder, hooks, changes)
        except commits.CommitRefused as refused:
            hook_output = ctx.redactor.redact(refused.output)
            failure = _refused(session, hook_output)
    if made:
        recorder.emit(made)
        head = made.sha
    for path in changes.nested:
        recorder.warn("nested-repository", f"The repository the agent made at {path} was not committed")
    refs.keep(Path(session.repo), refs.iteration_ref(session.id, recorder.iteration.number, "end"), head)
    files, insertions, deletions = commits.diff_stat(worktree, start, None if hook_output else head)
    return Outcome(
        status=status_of(failure), error=failure, commit_sha=made.sha if made else own, end_sha=head,
        changed_files=files, insertions=insertions, deletions=deletions, hook_output=hook_output,
        needs_person=bool(changes.nested),
    )  # fmt: skip


def cancelled(session: Session, outcome: Outcome) -> Outcome:
    """The outcome of an iteration whose test script was stopped: its commit stays."""
    return replace(outcome, status="cancelled", error=stopped(session))


def broken(error: UserError | OSError, recorder: Recorder) -> Outcome:
    """The outcome of an iteration that met an error of git, the disk or the place; what the agent did stays put, for
    the next one to commit. Before the agent there is nothing of its."""
    had_agent = recorder.view.phase not in (None, "context")
    return Outcome(status="failed", error=_in_words(error), end_sha=None if had_agent else recorder.iteration.start_sha)


def broken_off(outcome: Outcome, error: UserError | OSError) -> Outcome:
    """The outcome of one that met such an error after its commit, which stays."""
    return replace(outcome, status="failed", error=_in_words(error))


def stopped(session: Session) -> UserError:
    """Why an iteration ended that somebody stopped."""
    return UserError("cancelled", "Stopped by the user", hint=f"amp-sessions iterate {session.id}")


def _in_words(error: UserError | OSError) -> UserError:
    if isinstance(error, UserError):
        return error
    return UserError(
        "disk-full" if error.errno in FULL else "failed", f"The iteration could not go on: {error}", hint="df -h"
    )


def status_of(failure: UserError | None) -> str:
    """The status of an iteration whose agent failed so, or did not."""
    if failure is None:
        return "succeeded"
    return failure.code if failure.code in ("cancelled", "timed-out") else "failed"


def _reason(failure: UserError) -> str:
    return {"cancelled": "cancelled", "timed-out": "timed out"}.get(failure.code, failure.message)


def _commit_amp(session: Session, recorder: Recorder, hooks: bool, changes: Status) -> Commit | None:
    view = recorder.view
    subject = amp_subject(view.final_text)
    return _commit(session, recorder.iteration.number, view.thread_id, subject, "amp", hooks, changes)


def commit_partial(
    session: Session, number: int, thread_id: str | None, reason: str, changes: Status | None = None
) -> Commit | None:
    """Keeps unfinished work. Hooks do not run: nobody says that it passes, and none may hinder that it is kept."""
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
    """A hook may take its time: one that outlives a killed worker is found, and ended, as what an agent left is."""
    return {MARKER: f"{session.id}/{number}"}


def _agents_commits(worktree: Path, start: str, head: str, recorder: Recorder) -> str | None:
    """Records the commits that the agent made itself; returns the last one."""
    last = None
    for commit in commits.commits_between(worktree, start, head):
        recorder.emit(Commit(sha=commit.sha, kind="agent", subject=commit.subject))
        last = commit.sha
    return last


def _branch_moved(session: Session, start: str, head: repository.Head) -> UserError | None:
    """Whether the agent left the branch, rewound it or detached HEAD; nothing is moved then."""
    worktree = Path(session.worktree)
    hint = f"git -C {quoted(worktree)} switch {session.branch}"
    if head.branch != session.branch:
        where = f"on {head.branch}" if head.branch else "on no branch"
        return UserError("branch-moved", f"The agent left the branch {session.branch}: the worktree is {where}",
                         hint=hint, details={"expected": session.branch, "found": head.branch})  # fmt: skip
    if head.sha is None or (head.sha != start and not repository.is_ancestor(worktree, start, head.sha)):
        return UserError(
            "branch-moved", f"The agent rewound or rewrote {session.branch}: it no longer contains {start[:10]}",
            hint=f"git -C {quoted(worktree)} log --oneline --graph {session.branch} {start[:10]}",
            details={"expected": start, "found": head.sha},
        )  # fmt: skip
    return None


def _refused(session: Session, output: str) -> UserError:
    return UserError(
        "commit-refused", f"The commit was refused: {last_line(output)}",
        hint=f"amp-sessions iterate {session.id}",
        details={"output": output},
    )  # fmt: skip


def last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no reason was given"
