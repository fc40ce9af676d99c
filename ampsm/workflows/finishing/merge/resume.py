"""Going on with a merge or rebase that waits or was killed (SPEC section 6)."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.commits import message_of
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.journal.events import OnEvent
from ampsm.model.errors import UserError, quoted
from ampsm.model.merge import MergeStatus, MergeStep
from ampsm.model.session import Session
from ampsm.workflows.finishing import rebase
from ampsm.workflows.finishing.merge import merge, outcome
from ampsm.workflows.finishing.merge.going_on import require_not_forgotten
from ampsm.workflows.finishing.merge.gone_on import require_not_gone_on
from ampsm.workflows.finishing.merge.machine import RULES
from ampsm.workflows.finishing.merge.merging import Merging
from ampsm.workflows.finishing.rewrite import then
from ampsm.workflows.session import lookup, open_merge, worktree_of
from ampsm.workflows.session.held import held
from ampsm.workflows.session.in_conflict.record import file as agent_file
from ampsm.workflows.session.in_conflict.record import has_not_ended
from ampsm.workflows.session.in_conflict.words import FAILED, spared_sentence


def continue_merge(ctx: Context, ref: str, on_progress: OnEvent = lambda event: None) -> outcome.MergeOutcome:
    """Goes on with the open merge or rebase of a session, from the step at which it waits or was killed.

    Conflicts that are not resolved yet: status `conflict`. Raises `nothing-in-progress` (exit 1), `edited-outside`
    (exit 5) once, where a killed agent has left what may be its own and would be taken, `branch-moved` (exit 5) once,
    where an agent has gone on by itself, and what proving the place raises.
    """
    left_open = has_not_ended(ctx, lookup.require_session(ctx, ref).id)
    with held(ctx, ref, "merge") as (session, lock):
        state = require_going_on(ctx, session)
        if RULES[state.step].in_worktree:
            worktree_of.require_worktree(session)
        if state.step == MergeStep.REBASE:
            require_not_forgotten(session, Path(session.worktree), state.onto)
            require_not_gone_on(ctx, session, state)
        if left_open:
            _require_nothing_spared(ctx, session)
        merging = Merging(ctx, session, lock, state, on_progress)
        if state.step == MergeStep.PREFLIGHT:
            return merge.begin(ctx, merging.close(), state.options, lock, on_progress, ask_again=True)
        if state.operation == "rebase":
            with then(f"continue-merge {session.id}"):
                return _continue_rebase(merging)
        return merge.guarded(merging, lambda: _go_on(merging), forget=False)


def _require_nothing_spared(ctx: Context, session: Session) -> None:
    """Raises `edited-outside` (exit 5) where it was only just seen that a killed agent may have changed other files,
    or that these cannot be taken back: nobody could know that going on takes them."""
    work = agent_file(ctx, session.id).load()
    if work is None:
        return
    paths: tuple[str, ...] = ()
    if work.failed is not None and not work.ended and not work.failed.refused:
        agent_file(ctx, session.id).save(replace(work, failed=replace(work.failed, refused=True)))
        said = f"{FAILED} ({work.failed.why.rstrip('.')})"
    elif work.spared is not None and work.spared.iteration == work.iteration and work.spared.paths:
        said, paths = spared_sentence(work.spared), work.spared.paths
    else:
        return
    look = f"git -C {quoted(session.worktree)} status"
    raise UserError(
        "edited-outside", f"{said}; going on would take that into the commit",
        hint=f"look at it: {look}, then: amp-sessions continue-merge {session.id}",
        details={"paths": list(paths)[:100]},
    )  # fmt: skip


def require_open(ctx: Context, session: Session) -> open_merge.OpenMerge:
    """The open merge or rebase of a session. Raises `nothing-in-progress` (exit 1) when there is none."""
    state = open_merge.load(ctx, session.id)
    if state is None:
        raise nothing_in_progress(session, "nothing")
    return state


def require_going_on(ctx: Context, session: Session) -> open_merge.OpenMerge:
    """The same, which is not being given up. Raises `merge-in-progress` (exit 5) when it is."""
    state = require_open(ctx, session)
    if not RULES[state.step].goes_on:
        message = "This merge is being aborted, and that was cut off"
        raise session.error("abort-merge", "merge-in-progress", message)
    return state


def nothing_in_progress(session: Session, what: str) -> UserError:
    """The error; an operation of git that waits in the worktree all the same is a person's, or was opened by a merge of
    which the record is lost: then it says how that is finished."""
    error = session.error("status", "nothing-in-progress", f"Session {session.id} has {what} to continue or abort")
    if waiting := worktree_of.waits_for_a_person(session):
        error.message += f", but {waiting.sentence[0].lower()}{waiting.sentence[1:]}"
        error.hint = waiting.hint
    return error


def _go_on(merging: Merging) -> outcome.MergeOutcome:
    """Goes on with a merge. Commits that were added while it waited are taken into it: it begins again with all of
    them, squashed as was asked for. What a person finished or gave up by hand is seen where it matters."""
    root, state = merging.root, merging.state
    waits = MergeStep.SQUASH in RULES[state.step].back_to and state.target_to is None
    if waits and git_rebase.in_progress(merging.worktree) is None:
        worktree_of.prove(merging.session)
        tip = merging.branch_tip()
        added = tip not in (state.tip, state.pending) and repository.is_ancestor(root, state.tip, tip)
        rebased = state.step == MergeStep.REBASE and repository.is_ancestor(root, state.onto, tip)
        if added and not rebased:
            options = state.options
            if options.squash and options.message is None:
                options = replace(options, message=message_of(root, state.tip))
            merging.begin_again(MergeStep.SQUASH, tip=tip, pending=None, options=options)
    return merge.run(merging)


def _continue_rebase(merging: Merging) -> outcome.MergeOutcome:
    """Goes on with a rebase that is no part of a merge; one that was finished or given up by hand is taken as that."""
    state = merging.state
    if conflicts := _go_on_with_git(merging):
        return outcome.told(merging, "conflict", rebase.stop_at(merging, conflicts))
    worktree_of.prove(merging.session)
    tip = merging.branch_tip()
    if tip == state.tip_before and state.waiting_for:
        merging.close(MergeStatus.ABORTED)
        raise nothing_in_progress(merging.session, "nothing (the rebase was aborted by hand)")
    merging.require_rebased(tip)
    merging.require_no_markers(tip)
    merging.save(tip=tip)
    rebase.finish(merging)
    merging.tell("done", f"on top of {state.target_name} at {state.onto[:10]}: {tip[:10]}")
    return outcome.told(merging, MergeStatus.REBASED)


def _go_on_with_git(merging: Merging) -> list[str]:
    """The paths at which the rebase stops next; none when it is done, or not under way."""
    state = merging.state
    if git_rebase.in_progress(merging.worktree) is not None:
        if conflicts := merging.resume_rebase():
            return conflicts
    elif state.waiting_for is not None:
        return []
    if merging.branch_tip() == state.tip_before:
        return git_rebase.start(merging.worktree, state.onto, state.branch_point)
    return []
