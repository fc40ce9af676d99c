"""What comes after the target has moved, or instead of that: push, pull request, cleanup, and the merge's end.

What fails after the target has moved is a warning, the merge stands (SPEC section 6).
"""

from __future__ import annotations

from ampsm.git.push import branch_on, require_remote
from ampsm.git.push import push as push_to
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStatus
from ampsm.workflows.finishing.merge import outcome, pull_request, rebase_help
from ampsm.workflows.finishing.merge.merging import Merging
from ampsm.workflows.finishing.merge.outcome import MergeOutcome
from ampsm.workflows.finishing.merge.target_step import record_operation
from ampsm.workflows.session import merge_records


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
        push_to(merging.root, remote, state.target_to or state.onto, branch_on(merging.root, state.target_name, remote))
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
        cleanup_held(merging.ctx, merging.session)
    except UserError as error:
        merging.warn(
            UserError(error.code, error.message, hint=f"amp-sessions cleanup {merging.session.id}",
                      details=error.details)
        )  # fmt: skip
        merging.advance(error.message, "failed")
    else:
        merging.advance("worktree and branch are removed")


def end(merging: Merging) -> MergeOutcome:
    """Records that the merge is over and forgets that it was open."""
    status = MergeStatus.PULL_REQUEST if merging.state.options.pr else MergeStatus.MERGED
    found = outcome.ended(merging, status)
    merge_records.end_merge(merging.ctx, merging.session.id, merging.state, status)
    return found


def _pull_request(merging: Merging) -> None:
    merging.enter()
    if merging.state.pull_request is None:
        merging.save(pull_request=pull_request.open_pull_request(merging), pushed=True)
    number = record_operation(merging)
    rebase_help.remove(merging.session)
    state = merging.state
    merging.save_session(status=state.status_before, blocked_by_tests=state.blocked_by_tests_before)
    merging.advance(f"pull request {state.pull_request}", recorded_as=number)
