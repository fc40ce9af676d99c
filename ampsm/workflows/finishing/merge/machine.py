"""The state machine of a merge: which step follows which, what each may wait for, what going on and giving up need.

The state is kept by `merging`, which checks every change against this table before it reaches the disk.
"""

from __future__ import annotations

from collections.abc import Mapping

from ampsm.model.merge import MergeStep, WaitsFor
from ampsm.model.record import record
from ampsm.workflows.session.open_merge import OpenMerge

_S, _W = MergeStep, WaitsFor

#: The steps of each operation, in order.
MERGE = (_S.PREFLIGHT, _S.SQUASH, _S.REBASE, _S.TEST, _S.PATCH, _S.TARGET, _S.PUSH, _S.CLEANUP)
PULL_REQUEST = (_S.PREFLIGHT, _S.SQUASH, _S.REBASE, _S.TEST, _S.PATCH, _S.PUSH)
REBASE = (_S.REBASE,)


@record
class Rules:
    """What holds at a step. At every one the next step of the operation may follow, and the operation may be aborted.

    `waits_for` is what may keep the merge open there. It may begin again at `back_to`: at `squash` with commits that
    were added while it waited, at `rebase` when others have moved the target. `holds_target`: other merges wait
    meanwhile. `goes_on`: `continue-merge` may take it up, and needs the session's worktree when `in_worktree`.
    `moves_target`: the target may have moved already, and `abort-merge` has to take it back.
    """

    waits_for: tuple[WaitsFor, ...] = ()
    back_to: tuple[MergeStep, ...] = ()
    holds_target: bool = False
    goes_on: bool = True
    in_worktree: bool = True
    moves_target: bool = False


RULES: Mapping[MergeStep, Rules] = {
    _S.PREFLIGHT: Rules(waits_for=(_W.TESTS,)),
    _S.SQUASH: Rules(back_to=(_S.SQUASH,)),
    _S.REBASE: Rules(waits_for=(_W.CONFLICTS, _W.TARGET), back_to=(_S.SQUASH,), holds_target=True),
    _S.TEST: Rules(waits_for=(_W.TESTS,), back_to=(_S.SQUASH, _S.REBASE), holds_target=True),
    _S.PATCH: Rules(back_to=(_S.SQUASH, _S.REBASE), holds_target=True),
    _S.TARGET: Rules(waits_for=(_W.TARGET,), back_to=(_S.SQUASH, _S.REBASE), holds_target=True, moves_target=True),
    _S.PUSH: Rules(in_worktree=False, moves_target=True),
    _S.CLEANUP: Rules(in_worktree=False, moves_target=True),
    _S.ABORT: Rules(goes_on=False, moves_target=True),
}


def next_step(merge: OpenMerge) -> MergeStep | None:
    """The step after the one at work; None when that is the last one, or the merge is being given up."""
    steps = REBASE if merge.operation == "rebase" else PULL_REQUEST if merge.options.pr else MERGE
    following = steps[steps.index(merge.step) + 1 :] if merge.step in steps else ()
    return following[0] if following else None


def require_allowed(before: OpenMerge, after: OpenMerge) -> None:
    """Raises AssertionError for a change that the table does not have: a mistake of the program, which must not reach
    the disk."""
    allowed = {before.step, *RULES[before.step].back_to, MergeStep.ABORT}
    if after.step not in allowed and after.step != next_step(before):
        raise AssertionError(f"a merge does not go from {before.step} to {after.step}")
    if after.waiting_for and after.waiting_for not in RULES[after.step].waits_for:
        raise AssertionError(f"a merge does not wait for {after.waiting_for} at {after.step}")
