"""The steps of a merge from the moving of its target on: target, push or pull request, cleanup (SPEC section 6).

The target is moved to what was tested, and that is recorded for `undo`. What fails after that is a warning, the merge
stands. Steps raise as those in `steps`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampsm.git import refs, repository, target
from ampsm.git.checkouts import where_checked_out
from ampsm.git.push import branch_on, require_remote
from ampsm.git.push import push as push_to
from ampsm.journal.events import Warned
from ampsm.model.errors import ExitCode, UserError
from ampsm.model.merge import MergeStatus, MergeStep, WaitsFor
from ampsm.model.session import utc_now
from ampsm.workflows.finishing.merge import commands, outcome, preflight, pull_request, rebase_help, signing
from ampsm.workflows.finishing.merge.asked import Asked
from ampsm.workflows.finishing.merge.merging import Merging
from ampsm.workflows.finishing.rewrite import go_on_or_give_up
from ampsm.workflows.session import merge_records
from ampsm.workflows.session.branch_point import Target

if TYPE_CHECKING:
    from ampsm.workflows.finishing.cleanup.cleanup import CleanedUp

#: How often a merge rebases again because others have moved the target meanwhile.
ATTEMPTS = 3


def move_target(merging: Merging) -> None:
    """Moves the target. When others have moved it meanwhile, the merge goes back to its rebase, a few times; then it
    waits."""
    merging.enter()
    attempts, name = merging.state.attempts, merging.state.target_name
    if _moved(merging):
        number = merging.record_operation()
        rebase_help.remove(merging.session)
        merging.save_session(status="done", merged_at=utc_now(), blocked_by_tests=False)
        state = merging.state
        at = (state.target_to or state.onto)[:10]
        moved = state.target_to != state.target_from
        merging.advance(f"{name} is at {at} now" if moved else f"{name} stays at {at}", recorded_as=number)
    elif attempts < ATTEMPTS:
        merging.begin_again(MergeStep.REBASE, attempts=attempts + 1, target_to=None)
    else:
        merging.begin_again(MergeStep.REBASE, attempts=0, target_to=None)
        message = f"{name} was moved by others {ATTEMPTS + 1} times while this was merged"
        error = merging.session.error("continue-merge", "target-moved", message)
        raise merging.halt(WaitsFor.TARGET, "target-moved", error)


def push(merging: Merging) -> None:
    """Pushes the target where that is wanted; or opens a pull request, and raises UserError when it cannot."""
    state = merging.state
    if state.options.pr:
        _pull_request(merging)
        return
    if not state.options.push:
        merging.advance(None)
        return
    merging.enter()
    try:
        remote = require_remote(merging.root, state.target_name, state.options.remote)
        commit, ref = state.target_to or state.onto, branch_on(merging.root, state.target_name, remote)
        merging.announce(commands.pushing(remote, commit, ref))
        push_to(merging.root, remote, commit, ref)
    except UserError as error:
        merging.warn(error)
        merging.advance(error.message, "failed")
    else:
        merging.advance(f"{state.target_name} is on {remote}", pushed=True)


def cleanup(merging: Merging) -> None:
    """Removes worktree and branch, where that is wanted."""
    if not merging.state.options.cleanup:
        merging.advance(None)
        return
    from ampsm.workflows.finishing.cleanup.cleanup import cleanup_held

    merging.enter()
    try:
        done = cleanup_held(
            merging.ctx, merging.session, on_note=lambda note: merging.on_progress(Warned(code="cleanup", message=note))
        )
    except UserError as error:
        again = f"amp-sessions cleanup {merging.session.id}"
        error.hint = f"{again}, after: {error.hint}" if error.hint else again
        merging.warn(error)
        merging.advance(error.message, "failed")
    else:
        merging.advance(_what_went(done))


def _what_went(done: CleanedUp) -> str:
    """What a cleanup has removed, and what was gone before or stays: as the command alone says it."""
    parts = []
    for what, name in (("worktree", done.removed.worktree), ("branch", done.removed.branch)):
        ending = "is removed" if name else "was gone already" if what in done.already_gone else "stays"
        parts.append(f"the {what} {ending}")
    kept = f"; a snapshot is kept as {done.snapshot_ref}" if done.snapshot_ref else ""
    return " and ".join(parts) + kept


def end(merging: Merging) -> outcome.MergeOutcome:
    """Records that the merge is over and forgets that it was open."""
    status = MergeStatus.PULL_REQUEST if merging.state.options.pr else MergeStatus.MERGED
    found = outcome.told(merging, status)
    merge_records.end_merge(merging.ctx, merging.session.id, merging.state, status)
    return found


def _moved(merging: Merging) -> bool:
    """Whether the target is at what was tested, from now on or since before; False when others have moved it, and
    nothing was done."""
    root, state, now = merging.root, merging.state, merging.target_tip()
    if state.target_to and repository.is_ancestor(root, state.target_to, now):
        return True
    if now != state.onto:
        return False
    if merging.branch_tip() != state.tip:
        message = f"{merging.session.branch} was moved while its merge is open"
        raise merging.session.error("continue-merge", "branch-moved", message)
    merging.require_no_markers(state.tip)
    commit = state.tip
    if state.options.no_ff and commit != now:
        announced = state.target_to if state.target_from == now else None
        message = f"Merge session '{' '.join(merging.session.name.split())}' ({merging.session.branch})\n"
        commit = announced or target.merge_commit(root, now, commit, message)
    merging.save(target_from=now, target_to=commit)
    try:
        changed = repository.changed_paths(root, now, commit)
        to = Target(state.target_ref, state.target_name, now)
        if refused := preflight.refused_at_target(
            Asked(merging.ctx, merging.session, state.options, to, tip=commit, changed=changed, merging=True)
        ):
            raise UserError("uncommitted-changes", refused.message, hint=refused.hint)
        if commit != now:
            where = where_checked_out(root, state.target_name)
            signing.require_trusted(where or root, state.target_name, commit)
            merging.announce(commands.moving(state.target_ref, now, commit, where))
            target.advance(
                root, state.target_ref, now, commit, where, reason=f"amp-sessions merge {merging.session.id}"
            )
    except refs.RefMoved:
        return False
    except UserError as error:
        if error.exit_code != ExitCode.REFUSED:
            raise
        error.hint = go_on_or_give_up(merging.session, error.hint or "clear that")
        raise merging.halt(WaitsFor.TARGET, "refused", error) from error
    return True


def _pull_request(merging: Merging) -> None:
    merging.enter()
    if merging.state.pull_request is None:
        merging.save(pull_request=pull_request.open_pull_request(merging), pushed=True)
    number = merging.record_operation()
    rebase_help.remove(merging.session)
    state = merging.state
    merging.save_session(status=state.status_before, blocked_by_tests=state.blocked_by_tests_before)
    merging.advance(f"pull request {state.pull_request}", recorded_as=number)
