"""What comes after the target has moved: push and cleanup. What fails here is a warning, the merge stands (SPEC 6)."""

from __future__ import annotations

from ampsm.git.push import branch_on, push, require_remote
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStep
from ampsm.workflows.finishing.merge import pull_request, rebase_help
from ampsm.workflows.finishing.merge.machine import MergeOutcome, Merging
from ampsm.workflows.finishing.merge.steps import record_operation
from ampsm.workflows.session import open_merge


def to_the_end(merging: Merging) -> MergeOutcome:
    """Does what is left and forgets that the merge was open. Raises UserError when a pull request cannot be opened: the
    merge stays open then."""
    if merging.state.options.pr:
        return _pull_request(merging)
    if merging.state.step == MergeStep.PUSH:
        _push(merging)
    if merging.state.step == MergeStep.CLEANUP:
        _cleanup(merging)
    outcome = merging.outcome("merged")
    open_merge.clear(merging.ctx, merging.session.id)
    return outcome


def _pull_request(merging: Merging) -> MergeOutcome:
    merging.enter(MergeStep.PUSH)
    if merging.state.pull_request is None:
        url = pull_request.open_pull_request(merging)
        merging.save(pull_request=url, pushed=True)
    record_operation(merging)
    rebase_help.remove(merging.session)
    state = merging.state
    merging.save_session(status=state.status_before, blocked_by_tests=state.blocked_by_tests_before)
    merging.end(MergeStep.PUSH, f"pull request {state.pull_request}")
    outcome = merging.outcome("pull-request")
    open_merge.clear(merging.ctx, merging.session.id)
    return outcome


def _push(merging: Merging) -> None:
    state = merging.state
    if not state.options.push:
        merging.save(step=MergeStep.CLEANUP)
        return
    merging.enter(MergeStep.PUSH)
    try:
        remote = require_remote(merging.root, state.target_name, state.options.remote)
        push(merging.root, remote, state.target_to or state.onto, branch_on(merging.root, state.target_name, remote))
        merging.save(step=MergeStep.CLEANUP, pushed=True)
        merging.end(MergeStep.PUSH, f"{state.target_name} is on {remote}")
    except UserError as error:
        merging.warn(error)
        merging.save(step=MergeStep.CLEANUP)
        merging.end(MergeStep.PUSH, error.message, "failed")


def _cleanup(merging: Merging) -> None:
    if not merging.state.options.cleanup:
        return
    from ampsm.workflows.finishing.cleanup.cleanup import cleanup_held

    merging.enter(MergeStep.CLEANUP)
    try:
        cleanup_held(merging.ctx, merging.session)
        merging.end(MergeStep.CLEANUP, "worktree and branch are removed")
    except UserError as error:
        merging.warn(
            UserError(error.code, error.message, hint=f"amp-sessions cleanup {merging.session.id}",
                      details=error.details)
        )  # fmt: skip
        merging.end(MergeStep.CLEANUP, error.message, "failed")
