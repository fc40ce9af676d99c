"""What an iteration commits: the agent's changes, or what a failed agent left (SPEC 5.6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, refs, repository
from ampsm.git.status import worktree_status
from ampsm.git.worktree import proof
from ampsm.journal.events import Commit
from ampsm.model.errors import UserError, quoted
from ampsm.model.session import Session
from ampsm.workflows.iteration.outcome import Outcome, status_of
from ampsm.workflows.iteration.recording import Recorder
from ampsm.workflows.session.agent_commit import commit_amp, commit_partial, last_line


def commit_changes(
    ctx: Context, session: Session, recorder: Recorder, failure: UserError | None, *, hooks: bool
) -> Outcome:
    """Commits whatever the agent changed. `failure` is why the agent failed; its work is kept as a partial commit.

    Raises `worktree-missing` or `wrong-worktree` when the worktree was taken away meanwhile, and GitError.
    """
    worktree, start = Path(session.worktree), recorder.iteration.start_sha
    found = proof.prove_worktree(worktree, Path(session.repo))
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
            view = recorder.view
            made = commit_amp(session, view.number, view.thread_id, view.final_text, changes, hooks=hooks)
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


def _reason(failure: UserError) -> str:
    return {"cancelled": "cancelled", "timed-out": "timed out"}.get(failure.code, failure.message)


def _agents_commits(worktree: Path, start: str, head: str, recorder: Recorder) -> str | None:
    """Records the commits that the agent made itself; returns the last one."""
    last = None
    for commit in commits.commits_between(worktree, start, head):
        recorder.emit(Commit(sha=commit.sha, kind="agent", subject=commit.subject))
        last = commit.sha
    return last


def _branch_moved(session: Session, start: str, head: repository.Head) -> UserError | None:
    """Whether the agent left the branch, rewound it or detached HEAD: then nothing is moved."""
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
