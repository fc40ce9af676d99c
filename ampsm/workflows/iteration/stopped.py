"""An iteration that was stopped while git or something that git started was at work: what it leaves (SPEC 5.6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.git import commits, refs, repository
from ampsm.journal.events import Commit
from ampsm.model.errors import Stopped, UserError
from ampsm.model.session import Session
from ampsm.workflows.iteration.outcome import Outcome, stopped
from ampsm.workflows.iteration.recording import Recorder


def stopped_outcome(session: Session, recorder: Recorder, *, in_conflict: bool) -> Outcome:
    """The outcome of an iteration that was stopped between its first step and its last. A commit that was made is its
    own; what is not committed stays as it is, and the next command that writes commits it as the iteration's. With
    `in_conflict` it is part of the rebase that waits."""
    iteration, error = recorder.iteration, stopped(session)
    if in_conflict or recorder.view.phase in (None, "context"):  # in the latter nothing was done yet
        return Outcome(status="cancelled", error=error, end_sha=iteration.start_sha)
    try:
        return _with_its_commits(session, recorder, error)
    except (UserError, OSError, Stopped):
        return Outcome(status="cancelled", error=error)


def _with_its_commits(session: Session, recorder: Recorder, error: UserError) -> Outcome:
    worktree, root, iteration = Path(session.worktree), Path(session.repo), recorder.iteration
    start, found = iteration.start_sha, repository.head(worktree)
    if found.branch != session.branch or not found.sha or found.sha == start:
        return Outcome(status="cancelled", error=error)
    made = commits.commits_between(worktree, start, found.sha)
    if not made:
        return Outcome(status="cancelled", error=error)
    known = {sha for sha, _ in recorder.view.commits}
    ours = made[-1].trailers.get("Ampsm-Iteration") == str(iteration.number)
    for commit in made:
        if commit.sha not in known:
            kind = "amp" if ours and commit is made[-1] else "agent"
            recorder.emit(Commit(sha=commit.sha, kind=kind, subject=commit.subject))
    if not ours:
        return Outcome(status="cancelled", error=error, commit_sha=found.sha)
    refs.keep(root, refs.iteration_ref(session.id, iteration.number, "end"), found.sha)
    files, insertions, deletions = commits.diff_stat(worktree, start, found.sha)
    return Outcome(
        status="cancelled", error=error, commit_sha=found.sha, end_sha=found.sha, changed_files=files,
        insertions=insertions, deletions=deletions,
    )  # fmt: skip
