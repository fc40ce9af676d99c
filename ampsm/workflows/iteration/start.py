"""What an iteration starts from: a person's edits and what an interrupted one left are committed first (SPEC 5.3)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits
from ampsm.git.status import Status, worktree_status
from ampsm.journal.events import Commit
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.session.agent_commit import last_line, marked
from ampsm.workflows.session.left_work import commit_left_work, has_work_left
from ampsm.workflows.session.manual_commit import require_merged


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
    coming iteration is asked to mend and commits it. The branch is at `tip`.

    Raises `uncommitted-changes` (exit 5) while files have unresolved conflicts, and `commit-refused`.
    """
    last = earlier[-1] if earlier else None
    if last and has_work_left(last):
        left = commit_left_work(ctx, session, last)
        return Start(left[-1].sha if left else tip, tuple(left))
    if last and last.held_back(tip):
        return Start(tip)
    found = worktree_status(session.worktree)
    require_merged(session, found)
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
