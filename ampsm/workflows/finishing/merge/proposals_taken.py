"""Saying which files a merge that goes on takes as the agent proposed them: nobody else has said that they count."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.git.rewrite import resolving
from ampsm.git.rewrite.rebase import stopped_step
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.model.phrases import few
from ampsm.model.session import Session
from ampsm.workflows.session.in_conflict.holding import as_proposed
from ampsm.workflows.session.in_conflict.record import agent_work


def tell_proposals(ctx: Context, session: Session, merge_id: str) -> None:
    """To be called before the rebase goes on; says nothing while something is left to be resolved. Raises GitError."""
    work = agent_work(ctx, session.id, merge_id, stopped_step(session.worktree))
    if work is None:
        return
    left, unstaged = resolving.left_and_unstaged(WorktreeSeen(session.worktree))
    if not left and (taken := as_proposed(session.worktree, work, unstaged)):
        one = len(taken) == 1
        ctx.on_note(f"{few(taken)} {'is' if one else 'are'} taken as the agent proposed {'it' if one else 'them'}")
