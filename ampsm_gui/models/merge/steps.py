"""The seven steps of a merge, three of which a rebase alone has too, each with a fact: what will be done, what is at
work, what came of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ampsm.model.conflicts import RebaseStep
from ampsm.model.merge import Judgement, MergeStatus, MergeStep, WaitsFor
from ampsm.workflows.finishing import MergeCourse, MergeOutlook
from ampsm.workflows.session import StepTaken
from ampsm_gui.look import figures
from ampsm_gui.models.merge.form import MergeForm
from ampsm_gui.models.merge.words import brief

NAMES = ("Check", "Squash", "Rebase", "Conflicts", "Tests", "Merge", "Push, clean up")
CHECK, SQUASH, REBASE, CONFLICTS, TESTS, MERGE, PUSH = range(7)

#: How a step stands: not begun, at work, waiting for a person, done, left out, or not as it should be.
TO_COME, NOW, RUNNING, NEEDS_YOU, DONE, SKIPPED, FAILED = (
    "to-come", "now", "running", "needs-you", "done", "skipped", "failed",
)  # fmt: skip

_PLACES = {
    MergeStep.PREFLIGHT: CHECK, MergeStep.SQUASH: SQUASH, MergeStep.REBASE: REBASE, MergeStep.TEST: TESTS,
    MergeStep.PATCH: TESTS, MergeStep.TARGET: MERGE, MergeStep.PUSH: PUSH, MergeStep.CLEANUP: PUSH,
}  # fmt: skip


#: What the squash says of itself: the commits, and what they are now.
_SQUASHED = re.compile(r"(\d+ commits?) (?:is|are) ([0-9a-f]{7})")


class StepLine(NamedTuple):
    """One row; `command` is what it ran, `tip` all that is known of it."""

    name: str
    fact: str
    state: str
    tip: str = ""
    command: str = ""


def before(form: MergeForm, outlook: MergeOutlook | None, judged: Judgement | None, script: str | None,
           expected: int) -> list[StepLine]:  # fmt: skip
    """What a merge with these options, or a rebase, will do."""
    target = outlook.target if outlook else form.target or "the base"
    squash = rebase = ""
    if outlook is not None:
        left, many = outlook.result_commits, outlook.commits
        squash = f"{figures.count(many, 'commit')} to {left}" if outlook.squashes else "left out"
        rebase = f"onto {target} {outlook.target_sha[:7]}" if outlook.rebases else "not needed"
    if not script:
        tests = "no test script"
    else:
        tests = script if form.test else "left out"
    conflicts = _predicted(expected, several=bool(outlook and outlook.result_commits > 1)) if judged else ""
    merge = _goes(target, pull_request=form.pull_request, merge_commit=form.merge_commit)
    facts = (brief(judged), squash, rebase, conflicts, tests, merge, _after(form))
    rows = [StepLine(name, fact, NOW if place == CHECK else TO_COME, fact)
            for place, (name, fact) in enumerate(zip(NAMES, facts, strict=True))]  # fmt: skip
    return _of(form.operation, rows)


def _predicted(expected: int, *, several: bool) -> str:
    """Git tells where the first of `several` commits stops, not what comes after that."""
    if not expected:
        return "none predicted"
    return f"{figures.count(expected, 'file')} predicted{' at first' if several else ''}"


def during(course: MergeCourse, left: int, total: int, stop: RebaseStep | None, *, at_work: bool,
           tests: tuple[str, str] | None = None) -> list[StepLine]:  # fmt: skip
    """How the open merge or rebase stands; `left` of `total` files have conflicts at this `stop`, `at_work`: a command
    goes on with it now, or the agent resolves them. `tests` is the fact and state of those after the last conflict."""
    current = CONFLICTS if course.waiting_for == WaitsFor.CONFLICTS else _PLACES.get(course.step or MergeStep.ABORT, -1)
    taken = _taken(course.steps)
    rows = []
    for place, name in enumerate(NAMES):
        steps = taken.get(place, ())
        fact, tip, state = _told(steps)
        if place == CHECK and current != CHECK:
            fact, state = figures.clock_time(course.started_at), DONE
        if place == CONFLICTS and current == CONFLICTS:
            fact = _at_stop(left, total, stop)
            state = DONE if tests else RUNNING if at_work else NEEDS_YOU
        elif place == TESTS and current == CONFLICTS and tests:
            fact, state = tests
        elif place == CONFLICTS and (current > CONFLICTS or total):
            fact, state = "resolved" if total else "none left", DONE if current > REBASE else TO_COME
        elif place == REBASE and (current == CONFLICTS or (steps and state == DONE and current > REBASE)):
            fact, state = f"onto {course.target} {course.onto[:7]}", DONE
        elif place == current:
            state = RUNNING if at_work else NEEDS_YOU
        elif place == MERGE < current and course.options and course.options.pr:
            fact, state = _will(place, course), SKIPPED
        elif place > current >= 0:
            fact, state = _will(place, course), TO_COME
        rows.append(StepLine(name, fact, state, tip or fact, _command(steps)))
    return _of(course.operation, rows)


def after(course: MergeCourse, *, cleaned_up: bool = False) -> list[StepLine]:
    """What came of one that is over, by itself or since."""
    taken = _taken(course.steps)
    commit = (course.commit or "")[:7]
    rows = []
    for place, name in enumerate(NAMES):
        fact, tip, state = _told(taken.get(place, ()))
        if place == CHECK:
            fact, state = figures.clock_time(course.started_at), DONE
        elif place == CONFLICTS:
            fact, state = "none left", DONE
        elif place == REBASE and state == DONE and taken.get(place):
            fact = f"onto {course.target} {course.onto[:7]}"
        elif place == MERGE:
            pull = course.status == MergeStatus.PULL_REQUEST
            fact, state = "pull request" if pull else f"merged at {commit}", DONE
        elif place == PUSH and course.warnings:
            fact, state = figures.count(len(course.warnings), "warning"), FAILED
        elif place == PUSH and (done := _done_after(course, cleaned_up=cleaned_up)):
            fact, state = done, DONE
        elif not fact:
            fact, state = "not needed" if place != PUSH else "not chosen", SKIPPED
        rows.append(StepLine(name, fact, state, tip or fact, _command(taken.get(place, ()))))
    return _of(course.operation, rows)


def _at_stop(left: int, total: int, stop: RebaseStep | None) -> str:
    """Short enough for its row, also where it is one of several commits that has conflicts."""
    if stop is None or stop.of < 2:
        return f"{left} of {figures.count(total, 'file')} left" if left else "all resolved"
    commit = f"commit {stop.n} of {stop.of}"
    return f"{left} of {total} left in {commit}" if left else f"{commit} resolved"


def _of(operation: str, rows: list[StepLine]) -> list[StepLine]:
    """All of them, so that each stands in its place whatever is open; what an operation leaves out says so."""
    if operation == "merge":
        return rows
    return [row if place in (CHECK, REBASE, CONFLICTS) else StepLine(row.name, "not in a rebase", SKIPPED)
            for place, row in enumerate(rows)]  # fmt: skip


def _taken(steps: Sequence[StepTaken]) -> dict[int, list[StepTaken]]:
    found: dict[int, list[StepTaken]] = {}
    for step in steps:
        found.setdefault(_PLACES.get(step.step, -1), []).append(step)
    return found


def _told(steps: Sequence[StepTaken]) -> tuple[str, str, str]:
    """The fact of a place, all that is said of it, and how it stands; the first of its steps counts."""
    if not steps:
        return "", "", DONE
    lines = [f"{figures.clock_time(step.at)} {step.message or step.status}" for step in steps]
    states = {"started": RUNNING, "done": DONE, "skipped": SKIPPED, "failed": FAILED}
    if (one := steps[0]).step == MergeStep.SQUASH and (made := _SQUASHED.match(one.message or "")):
        return f"{made[1]}, {made[2]}", "\n".join(lines), states.get(one.status, DONE)
    worst = next((step for step in steps if step.status in ("failed", "started")), steps[0])
    return worst.message or "", "\n".join(lines), states.get(worst.status, DONE)


def _command(steps: Sequence[StepTaken]) -> str:
    return next((step.command for step in steps if step.command), "") or ""


def _done_after(course: MergeCourse, *, cleaned_up: bool) -> str:
    """What was done when the target had moved, by the merge or since."""
    return ", ".join(what for what, done in (("pushed", course.pushed), ("cleaned up", cleaned_up)) if done)


def _will(place: int, course: MergeCourse) -> str:
    options = course.options
    if place == MERGE:
        pull, commit = (options.pr, options.no_ff) if options else (False, False)
        return _goes(course.target, pull_request=pull, merge_commit=commit)
    if place == PUSH and options:
        return _after(MergeForm(push=options.push, pull_request=options.pr, cleanup=options.cleanup))
    return "left out" if place == TESTS and options and not options.test else ""


def _goes(target: str, *, pull_request: bool, merge_commit: bool) -> str:
    """What becomes of the target."""
    if pull_request:
        return f"{target} stays"
    return f"merge commit in {target}" if merge_commit else f"{target} goes forward"


def _after(form: MergeForm) -> str:
    chosen = ["pull request"] if form.pull_request else ["push"] if form.push else []
    chosen += ["clean up"] if form.cleanup and not form.pull_request else []
    return ", ".join(chosen) or "not chosen"
