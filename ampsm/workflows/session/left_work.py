"""What a dead worker or a failed agent left in a worktree, and its commit (SPEC section 5.6)."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, refs, repository
from ampsm.journal.events import Commit
from ampsm.model.session import Iteration, Session
from ampsm.store import iterations
from ampsm.workflows.session.agent_commit import commit_partial


def has_work_left(last: Iteration) -> bool:
    """Whether what the agent of an ended iteration did may still lie in the worktree: it was interrupted, or git, the
    disk or the place failed it. One whose agent left the branch is a person's to look at."""
    if last.end_sha is not None or last.status not in ("interrupted", "failed"):
        return False
    return last.error is None or last.error["code"] != "branch-moved"


def commit_left_work(ctx: Context, session: Session, last: Iteration) -> list[Commit]:
    """Commits what such an iteration left, once, as `amp: partial: interrupted` (or what stopped it) with its
    trailers."""
    worktree = Path(session.worktree)
    reason = str(last.error["code"]).replace("-", " ") if last.error else "interrupted"
    made = commit_partial(session, last.number, last.thread_id, reason)
    head = repository.require_head(worktree)
    refs.keep(Path(session.repo), refs.iteration_ref(session.id, last.number, "end"), head)
    files, insertions, deletions = commits.diff_stat(worktree, last.start_sha, head)
    own = head if head != last.start_sha else None
    iterations.update_iteration(
        ctx.store, last.id, end_sha=head, commit_sha=made.sha if made else last.commit_sha or own,
        changed_files=files, insertions=insertions, deletions=deletions,
    )  # fmt: skip
    return [made] if made else []
