"""What happened to a session, step by step in time order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ampsm.context import Context
from ampsm.git.command import answer_or
from ampsm.git.commits import commits_between, subjects
from ampsm.git.repository import is_ancestor
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session, utc_text
from ampsm.model.telemetry import TestResult
from ampsm.store.iterations import iterations_of
from ampsm.store.telemetry import test_runs_between_iterations
from ampsm.workflows.session import commit_origin, operations, undo_stack
from ampsm.workflows.session.branch_point import branch_point_of, branch_tip
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.undo_stack import TargetMove, target_back
from ampsm.workflows.status.merge_status import ObservedMerge, merge_status


@record
class PastStep:
    """A step of a session; its `key` stays the same."""

    kind: str
    key: str
    at: str


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
    """A person's commit, of kind `commit`."""

    sha: str
    subject: str


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
class OpenStep(PastStep):
    """The merge or rebase that waits, as `status` has it; of kind `open`."""

    merge: ObservedMerge


def session_history(ctx: Context, ref: str) -> list[PastStep]:
    """Every step of a session, oldest first. Where git cannot tell, its steps are missing."""
    session = require_session(ctx, ref)
    steps: list[PastStep] = [
        PastIteration("iteration", f"iteration {found.number}", found.started_at, found)
        for found in iterations_of(ctx.store, session.id)
    ]
    steps += [
        PastTest("test", f"test {number}", at, result)
        for number, at, result in test_runs_between_iterations(ctx.store, session.id)
    ]
    steps += _operation_steps(ctx, session)
    steps += answer_or([], _manual_commits, ctx, session)
    steps.sort(key=_whens(session, steps))
    if found := merge_status(ctx, session):
        steps.append(OpenStep("open", f"open {found.merge_id}", found.started_at, found))
    return steps


def _whens(session: Session, steps: list[PastStep]) -> Callable[[PastStep], tuple[str, int]]:
    """The sort key of steps. A commit knows its time to the second only: it counts as made at the end of that
    second, but before the first step in it that began at a tip which has the commit."""
    began: dict[str, list[tuple[str, str]]] = {}
    for step in steps:
        match step:
            case PastIteration(iteration=Iteration(start_sha=tip)) | PastMove(of=None, from_=tip):
                began.setdefault(step.at[:19], []).append((step.at, tip))

    def when(step: PastStep) -> tuple[str, int]:
        if not isinstance(step, PastCommit):
            return step.at, 1
        second = step.at[:19]
        for at, tip in sorted(began.get(second, [])):
            if answer_or(False, is_ancestor, session.repo, step.sha, tip):
                return at, 0
        return f"{second}.999Z", 1

    return when


def _operation_steps(ctx: Context, session: Session) -> list[PastStep]:
    stack = answer_or(None, undo_stack.undo_list, ctx, session.id)
    # Of those that can be undone one after the other only the last one can be now.
    first = stack[0].n if stack and stack[0].undoable else None
    standing = None if stack is None else {found.n for found in stack}
    steps: list[PastStep] = []
    done = operations.operations(ctx, session.id)
    squashed = {found.to_sha for found in done if found.operation == "squash"}
    words: dict[str, str] = answer_or({}, subjects, session.repo, squashed)
    for found in done:
        if not found.undone and standing is not None and found.n not in standing:
            continue  # it was cut off before it moved the branch
        back = target_back(found)
        target = back and replace(back, from_=back.to, to=back.from_)
        steps.append(PastMove(
            found.operation, f"operation {found.n}", found.at, found.n, found.from_sha, found.to_sha, target,
            undone=found.undone, undoable=found.n == first, subject=words.get(found.to_sha),
        ))  # fmt: skip
        if found.undone_at:
            steps.append(PastMove(
                "undo", f"undo {found.n}", found.undone_at, found.n, found.to_sha, found.from_sha, target,
                of=found.operation,
            ))  # fmt: skip
    return steps


def _manual_commits(ctx: Context, session: Session) -> list[PastStep]:
    tip = branch_tip(session)
    if tip is None:
        return []
    point = branch_point_of(ctx, session, tip)
    manual = {found.sha for found in commit_origin.classify(ctx, session, point, tip) if not found.amp}
    return [
        PastCommit("commit", f"commit {found.sha}", _utc(found.authored_at), found.sha, found.subject)
        for found in (commits_between(session.repo, point, tip) if manual else ())
        if found.sha in manual
    ]


def _utc(at: str) -> str:
    try:
        return utc_text(datetime.fromisoformat(at))
    except (ValueError, OverflowError):  # a date that some other program has put into the commit
        return "1970-01-01T00:00:00.000Z"
