"""What is at work in a session, in words that begin a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from ampsm.model.merge import MergeStep
from ampsm.model.phrases import counted
from ampsm.system.activity import Activity
from ampsm.workflows.status.merge_status import ObservedMerge

#: What an open merge or rebase does at each of its steps.
_STEPS: Mapping[MergeStep, str] = {
    MergeStep.PREFLIGHT: "is checking the session",
    MergeStep.SQUASH: "is squashing the commits",
    MergeStep.REBASE: "is putting the commits on top of {onto}",
    MergeStep.TEST: "is running the tests",
    MergeStep.PATCH: "is writing the patch",
    MergeStep.TARGET: "is moving {onto}",
    MergeStep.PUSH: "is pushing",
    MergeStep.CLEANUP: "is cleaning up",
    MergeStep.ABORT: "is being given up",
}
#: What commands do that hold a session while nothing is open, by what its lock is held for.
_COMMANDS = {
    "merge": "A merge is at work",
    "rebase": "A rebase is at work",
    "squash": "The commits are being squashed",
    "commit": "A commit is being made",
    "undo": "An undo is at work",
    "cleanup": "The session is being cleaned up",
    "restore": "The session is being restored",
}


def iteration_words(number: int, merge: ObservedMerge | None) -> str:
    """What an iteration does that is at work: `The agent is resolving 2 files`."""
    if merge is not None and merge.asked:
        return f"The agent is resolving {counted(len(merge.asked), 'file')}"
    return f"Iteration {number} is running"


def command_words(at_work: Activity, merge: ObservedMerge | None, to_target: str) -> str:
    """What another command does; `to_target` is where the open merge or rebase leads."""
    if merge is None or at_work.doing not in ("merge", "rebase"):
        return _COMMANDS.get(at_work.doing or "", "A command is at work in this session")
    if merge.waiting_for is not None:
        return f"A command is at work in the open {merge.operation}"
    return f"The {merge.operation} {to_target} {_STEPS[merge.step].format(onto=merge.onto)}"
