"""A rebase with which an agent has gone on by itself, though it was asked for a proposal (SPEC section 12): nobody has
chosen what it has committed, or left out, so whoever goes on is told that first."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git.rewrite.rebase import Rebase, become, stopped_step
from ampsm.model.errors import UserError, quoted
from ampsm.model.session import Session
from ampsm.workflows.finishing.rewrite import go_on_or_give_up
from ampsm.workflows.session.in_conflict.record import AgentWork, file
from ampsm.workflows.session.open_merge import OpenMerge


def require_not_gone_on(ctx: Context, session: Session, merge: OpenMerge) -> None:
    """Raises `branch-moved` (exit 5) once where an agent has committed at the stop of this merge, or brought its rebase
    further or to its end, and that is still so. Raises GitError."""
    work: AgentWork | None = None
    with suppress(UserError):
        work = file(ctx, session.id).load()
    if work is None or not work.gone_on or work.merge_id != merge.merge_id or _is_back(session, merge, work):
        return
    file(ctx, session.id).save(replace(work, gone_on=False))
    look = f"look at what it has committed: git -C {quoted(session.worktree)} log --patch {work.head[:12]}..HEAD"
    raise UserError(
        "branch-moved",
        f"The agent of iteration {work.iteration} has gone on with the rebase by itself; going on would take what it "
        "made of the conflicts, or left out",
        hint=go_on_or_give_up(session, look), details={"iteration": work.iteration, "expected": work.head},
    )  # fmt: skip


def _is_back(session: Session, merge: OpenMerge, work: AgentWork) -> bool:
    """Whether all is where it was before, or the rebase begins again."""
    stop = stopped_step(session.worktree)
    if stop is not None:
        return work.is_of(merge.merge_id, stop) and stop.now == (work.at or stop.now)
    found = become(Path(session.repo), session.worktree, session.branch, merge.tip, merge.onto)
    return found is not Rebase.FINISHED
