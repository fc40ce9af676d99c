"""Moving the target to what was tested, and recording that for `undo` (SPEC section 6)."""

from __future__ import annotations

from ampsm.git import refs, repository, target
from ampsm.git.checkouts import where_checked_out
from ampsm.model.errors import ExitCode, UserError
from ampsm.model.merge import FAIL, MergeStep, WaitsFor
from ampsm.model.session import utc_now
from ampsm.workflows.finishing.merge import checks, rebase_help
from ampsm.workflows.finishing.merge.merging import Merging
from ampsm.workflows.session import operations
from ampsm.workflows.session.operations import MovedTarget, Operation

#: How often a merge rebases again because others have moved the target meanwhile.
ATTEMPTS = 3


def move_target(merging: Merging) -> None:
    """Moves the target. When others have moved it meanwhile, the merge goes back to its rebase, a few times; then it
    waits. Raises as the other steps."""
    merging.enter()
    if _moved(merging):
        _record(merging)
    elif merging.state.attempts < ATTEMPTS:
        merging.begin_again(MergeStep.REBASE, attempts=merging.state.attempts + 1, target_to=None)
    else:
        merging.begin_again(MergeStep.REBASE, attempts=0, target_to=None)
        raise merging.halt(WaitsFor.TARGET, "target-moved", _moved_too_often(merging))


def merge_message(merging: Merging) -> str:
    """The message of a merge commit."""
    return f"Merge session '{' '.join(merging.session.name.split())}' ({merging.session.branch})\n"


def record_operation(merging: Merging) -> int:
    """Puts what the merge did on the stack of `undo`; the number it has there."""
    state, moved = merging.state, None
    if state.target_from and state.target_to and state.target_from != state.target_to:
        moved = MovedTarget(ref=state.target_ref, from_sha=state.target_from, to_sha=state.target_to)
    operation = Operation(
        n=0, operation="merge", at=utc_now(), from_sha=state.tip_before, to_sha=state.tip,
        backup_ref=state.backup_ref or "", status_before=state.status_before, merged_at_before=state.merged_at_before,
        blocked_by_tests_before=state.blocked_by_tests_before, target=moved, branch_point=state.branch_point,
    )  # fmt: skip
    return operations.push(merging.ctx, merging.session, operation).n


def _moved(merging: Merging) -> bool:
    """Whether the target is at what was tested, from now on or since before; False when others have moved it, and
    nothing was done."""
    state, now = merging.state, merging.target_tip()
    if state.target_to and repository.is_ancestor(merging.root, state.target_to, now):
        return True
    if now != state.onto:
        return False
    if merging.branch_tip() != state.tip:
        raise UserError(
            "branch-moved", f"{merging.session.branch} was moved while its merge is open",
            hint=f"amp-sessions continue-merge {merging.session.id}",
        )  # fmt: skip
    commit = state.tip
    if state.options.no_ff and commit != now:
        announced = state.target_to if state.target_from == now else None
        commit = announced or target.merge_commit(merging.root, now, commit, merge_message(merging))
    merging.save(target_from=now, target_to=commit)
    try:
        _require_target_free(merging, now, commit)
        if commit != now:
            where = where_checked_out(merging.root, state.target_name)
            reason = f"amp-sessions merge {merging.session.id}"
            target.advance(merging.root, state.target_ref, now, commit, where, reason=reason)
    except refs.RefMoved:
        return False
    except UserError as error:
        if error.exit_code != ExitCode.REFUSED:
            raise
        raise merging.halt(WaitsFor.TARGET, "refused", _in_the_way(merging, error)) from error
    return True


def _record(merging: Merging) -> None:
    number = record_operation(merging)
    rebase_help.remove(merging.session)
    merging.save_session(status="done", merged_at=utc_now(), blocked_by_tests=False)
    state = merging.state
    merging.advance(f"{state.target_name} is at {(state.target_to or state.onto)[:10]} now", recorded_as=number)


def _require_target_free(merging: Merging, old: str, new: str) -> None:
    """Where the target is checked out, nothing waits to be finished and nothing is in the way."""
    changed = repository.changed_paths(merging.root, old, new)
    check = checks.target_checkout(merging.session, merging.state.target_name, changed)
    if check.status == FAIL:
        raise UserError("uncommitted-changes", check.message, hint=check.hint)


def _in_the_way(merging: Merging, error: UserError) -> UserError:
    session_id = merging.session.id
    return UserError(
        error.code, error.message, details=error.details,
        hint=f"clear that, then: amp-sessions continue-merge {session_id}, or give up: amp-sessions abort-merge "
        f"{session_id}",
    )  # fmt: skip


def _moved_too_often(merging: Merging) -> UserError:
    return UserError(
        "target-moved", f"{merging.state.target_name} was moved by others {ATTEMPTS + 1} times while this was merged",
        hint=f"amp-sessions continue-merge {merging.session.id}",
    )  # fmt: skip
