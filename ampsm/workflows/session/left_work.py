"""What lies in a worktree before an iteration: a person's edits, what an interrupted one left (SPEC 5.3, 5.6)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, refs, repository
from ampsm.git.status import Status, worktree_status
from ampsm.journal.events import Commit
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.store import iterations
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.iteration.commit import commit_partial, last_line, marked


@record
class Start:
    """What an iteration starts from: the commit its branch is at, the commits made just before, and the worktree's
    status where it is known."""

    sha: str
    commits: tuple[Commit, ...] = ()
    status: Status | None = None


def commit_edits_before(
    ctx: Context, session: Session, earlier: Sequence[Iteration], number: int, *, tip: str, hooks: bool
) -> Start:
    """Commits what lies in the worktree before the agent starts, so that nobody's work is mixed: what an interrupted
    iteration left as its partial commit, a person's edits as a manual one. What a refusing hook held back stays: the
    coming iteration is asked to mend and commits it. The branch is at `tip`."""
    last = earlier[-1] if earlier else None
    if last and has_work_left(last):
        left = commit_left_over(ctx, session, last)
        return Start(left[-1].sha if left else tip, tuple(left))
    if last and last.held_back(tip):
        return Start(tip)
    found = worktree_status(session.worktree)
    subject = f"manual: edits before iteration {number}"
    try:
        made = commits.commit_changes(
            Path(session.worktree), subject + "\n", changes=found, leave_out=unchanged_leftovers(session), hooks=hooks,
            env=marked(session, number),
        )  # fmt: skip
    except commits.CommitRefused as refused:
        raise UserError(
            "commit-refused",
            f"Your edits in the worktree cannot be committed before the iteration: {last_line(refused.output)}",
            hint=f"amp-sessions iterate {session.id} --no-verify",
            details={"output": refused.output},
        ) from None
    if made.sha is None:
        return Start(made.head, status=found)
    return Start(made.sha, (Commit(sha=made.sha, kind="manual", subject=subject),))


def has_work_left(last: Iteration) -> bool:
    """Whether what the agent of an ended iteration did may still lie in the worktree: it was interrupted, or git, the
    disk or the place failed it. One whose agent left the branch is a person's to look at."""
    if last.end_sha is not None or last.status not in ("interrupted", "failed"):
        return False
    return last.error is None or last.error["code"] != "branch-moved"


def commit_left_over(ctx: Context, session: Session, last: Iteration) -> list[Commit]:
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
