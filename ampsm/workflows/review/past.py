"""The kinds of steps in a session's history."""

from __future__ import annotations

from ampsm.model.merge import Merge
from ampsm.model.record import record
from ampsm.model.session import Iteration
from ampsm.model.telemetry import TestResult
from ampsm.workflows.session.undo_stack import TargetMove
from ampsm.workflows.status.merge_status import ObservedMerge

#: How the subject begins under which an iteration commits a person's edits before the agent starts.
BEFORE_ITERATION = "manual: edits before iteration "


@record
class PastStep:
    """A step of a session; its `key` stays the same."""

    kind: str
    key: str
    at: str


@record
class PastCreation(PastStep):
    """Of kind `created`: the session was made from `base` (None: no branch) at the commit `sha`, out of work that was
    there already if `adopted`."""

    base: str | None
    sha: str
    adopted: bool


@record
class PastIteration(PastStep):
    """Of kind `iteration`."""

    iteration: Iteration


@record
class PastTest(PastStep):
    """A run of the test script between iterations, of kind `test`."""

    test: TestResult


@record
class PastCommit(PastStep):
    """A person's commit, of kind `commit`, with its size, None where git cannot tell it."""

    sha: str
    subject: str
    changed_files: int | None = None
    insertions: int | None = None
    deletions: int | None = None


@record
class PastMove(PastStep):
    """Of kind `squash`, `rebase`, `merge`, or `undo` `of` one of them: the branch went `from_` one commit `to` another,
    the target of a merge likewise. `undoable` is what `undo` would take back; `subject` that of a squashed commit."""

    n: int
    from_: str
    to: str
    target: TargetMove | None
    of: str | None = None
    undone: bool = False
    undoable: bool = False
    subject: str | None = None


@record
class AbortedStep(PastStep):
    """A merge or rebase that was given up, of kind `aborted`: branch and target are where they were."""

    merge: Merge


@record
class OpenStep(PastStep):
    """The merge or rebase that waits, as `status` has it; of kind `open`."""

    merge: ObservedMerge
