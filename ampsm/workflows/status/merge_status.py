"""The merge or rebase that is open in a session, and what has become of its rebase in the worktree."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.git.rewrite import resolving
from ampsm.git.rewrite.held_up import HeldUp, held_up
from ampsm.git.rewrite.rebase import Rebase, become, stop_seen
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.model.conflicts import RebaseStep
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStep, WaitsFor
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import open_merge
from ampsm.workflows.session.in_conflict.holding import as_proposed, notes_that_hold
from ampsm.workflows.session.in_conflict.record import agent_work


@record
class ObservedMerge:
    """What is open (`merge` of `status`). `onto` is the target's name; `conflicts` are those that are not resolved yet,
    as far as git was asked, else those that were recorded; while `rebasing` they wait to be resolved in the worktree.
    `unstaged` are those that count as resolved as they are there, which nobody has staged yet. `rebase` is None where
    git was not asked, or cannot tell; `held_up` is what else keeps a rebase that has stopped from going on, `stop`
    at which of its commits it is. `notes` say what the agent has changed there besides, and what became of that, as
    far as it still holds; `asked` are the files there that an agent at work was asked to resolve, `proposed` those
    `unstaged` ones that are as it proposes them."""

    internal = ("unstaged", "proposed", "rebase", "held_up", "stop", "asked")

    merge_id: str
    operation: str
    step: MergeStep
    waiting_for: WaitsFor | None
    onto: str
    started_at: str
    conflicts: tuple[str, ...]
    rebasing: bool
    unstaged: tuple[str, ...]
    rebase: Rebase | None
    held_up: HeldUp = HeldUp()
    stop: RebaseStep | None = None
    notes: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()


def merge_status(
    ctx: Context, session: Session, seen: WorktreeSeen | None = None, *, ask_git: bool = True
) -> ObservedMerge | None:
    """What is open in a session; None when nothing is. `seen` is its worktree, for whoever looked already."""
    merge = open_merge.load(ctx, session.id)
    if merge is None:
        return None
    rebase, conflicts, waits = None, merge.conflicts, merge.waiting_for == WaitsFor.CONFLICTS
    unstaged: tuple[str, ...] = ()
    asked, proposed = tuple[str, ...](), tuple[str, ...]()
    holding, stop = HeldUp(), None
    notes: tuple[str, ...] = ()
    if ask_git:
        try:
            seen = seen or WorktreeSeen(session.worktree)
            worktree = seen.worktree
            rebase = become(session.repo, worktree, session.branch, merge.tip, merge.onto)
            conflicts, unstaged = resolving.left_and_unstaged(seen) if waits else (conflicts, unstaged)
            if waits and rebase is Rebase.UNDER_WAY:
                at = stop_seen(seen)
                stop = RebaseStep(at.n, at.of) if at else None
                holding = held_up(seen, at, in_conflict=bool(conflicts))
                agent = agent_work(ctx, session.id, merge.merge_id, at)
                notes = notes_that_hold(worktree, agent) if agent else ()
                asked = agent.asked if agent is not None and agent.works else ()
                proposed = as_proposed(worktree, agent, unstaged)
        except (UserError, OSError):
            pass
    return ObservedMerge(
        merge.merge_id, merge.operation, merge.step, merge.waiting_for, merge.target_name, merge.started_at, conflicts,
        waits and rebase is Rebase.UNDER_WAY, unstaged, rebase, holding, stop, notes, asked,
        proposed,
    )  # fmt: skip
