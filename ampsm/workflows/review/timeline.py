"""What happened to a session, step by step in time order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from ampsm.context import Context
from ampsm.git.command import answer_or
from ampsm.git.commits import commits_between, subjects
from ampsm.git.repository import is_ancestor
from ampsm.git.shortstat import Shortstat, commit_sizes
from ampsm.model.merge import Merge, MergeStatus
from ampsm.model.session import Iteration, Session, utc_text
from ampsm.store.iterations import iterations_of
from ampsm.store.telemetry import test_runs_between_iterations
from ampsm.workflows.review.past import (
    BEFORE_ITERATION,
    AbortedStep,
    OpenStep,
    PastCommit,
    PastCreation,
    PastIteration,
    PastMove,
    PastStep,
    PastTest,
)
from ampsm.workflows.session import commit_origin, merge_records, operations, undo_stack
from ampsm.workflows.session.branch_point import branch_point_of, branch_tip
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.undo_stack import target_back
from ampsm.workflows.status.merge_status import merge_status


def session_history(ctx: Context, ref: str) -> list[PastStep]:
    """Every step of a session, oldest first: its creation, iterations, runs of the test script, manual commits, what
    moved its branch, what was given up, what is open. Where git cannot tell, its steps are missing."""
    session = require_session(ctx, ref)
    steps: list[PastStep] = [
        PastCreation("created", "created", session.created_at, session.base_branch, session.base_sha, session.adopted)
    ]
    steps += [
        PastIteration("iteration", f"iteration {found.number}", found.started_at, found)
        for found in iterations_of(ctx.store, session.id)
    ]
    steps += [
        PastTest("test", f"test {number}", at, result)
        for number, at, result in test_runs_between_iterations(ctx.store, session.id)
    ]
    aborted = [found for found in merge_records.recorded_merges(ctx, session.id) if found.status == MergeStatus.ABORTED]
    steps += [
        AbortedStep("aborted", f"aborted {found.id}", found.ended_at or found.started_at, found) for found in aborted
    ]
    steps += _operation_steps(ctx, session)
    steps += answer_or([], _manual_commits, ctx, session)
    steps.sort(key=_whens(session, steps))
    if found := merge_status(ctx, session):
        steps.append(OpenStep("open", f"open {found.merge_id}", found.started_at, found))
    return steps


def steps_between(steps: Sequence[PastStep]) -> dict[int, list[PastStep]]:
    """The steps that are no iterations, by the number of the iteration before them, 0 for none. What an iteration
    committed of a person's edits before it began is told in its journal."""
    found: dict[int, list[PastStep]] = {}
    number = 0
    for step in steps:
        if isinstance(step, PastIteration):
            number = step.iteration.number
        elif not (isinstance(step, PastCommit) and step.subject.startswith(BEFORE_ITERATION)):
            found.setdefault(number, []).append(step)
    return found


def _whens(session: Session, steps: list[PastStep]) -> Callable[[PastStep], tuple[str, int]]:
    """The sort key of steps. A commit knows its time to the second only: it counts as made at the end of that
    second, but before the first step in it that began at a tip which has the commit."""
    began: dict[str, list[tuple[str, str]]] = {}
    for step in steps:
        match step:
            case (
                PastIteration(iteration=Iteration(start_sha=tip))
                | PastMove(of=None, from_=tip)
                | AbortedStep(merge=Merge(from_sha=tip))
            ):
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
    recorded = operations.load(ctx, session.id)
    given_up = {found.n for found in recorded.merges if found.status == MergeStatus.ABORTED}
    done = [found for found in recorded.operations if found.n not in given_up]
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
    if not manual:
        return []
    made = [found for found in commits_between(session.repo, point, tip) if found.sha in manual]
    nothing: dict[str, Shortstat] = {}
    sizes = answer_or(nothing, commit_sizes, session.repo, tuple(found.sha for found in made))
    return [
        PastCommit(
            "commit",
            f"commit {found.sha}",
            _utc(found.authored_at),
            found.sha,
            found.subject,
            *_size(sizes.get(found.sha)),
        )
        for found in made
    ]


def _size(found: Shortstat | None) -> tuple[int | None, int | None, int | None]:
    return (found.files, found.insertions, found.deletions) if found else (None, None, None)


def _utc(at: str) -> str:
    try:
        return utc_text(datetime.fromisoformat(at))
    except (ValueError, OverflowError):  # a date that some other program has put into the commit
        return "1970-01-01T00:00:00.000Z"
