"""Merging a session back: preflight, squash, rebase, tests, patch, target, push, cleanup (SPEC section 6).

This is the driver. What follows what is the table in `machine`, what is done is in `steps` and `ending`. Each step is
stored before it is done: killed anywhere, `continue-merge` goes on and `abort-merge` brings back what was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.journal.events import OnEvent, Waiting
from ampsm.model.errors import UserError
from ampsm.model.merge import FAIL, MergeStep
from ampsm.model.session import Session
from ampsm.system.locks import SessionLock
from ampsm.workflows.finishing import rewrite
from ampsm.workflows.finishing.merge import ending, outcome, preflight, steps, target_lock
from ampsm.workflows.finishing.merge.machine import RULES
from ampsm.workflows.finishing.merge.merging import Halted, Merging, opened
from ampsm.workflows.finishing.merge.plan import PreflightReport
from ampsm.workflows.session import commit, known_tip, open_merge, recover
from ampsm.workflows.session.held import held

#: What does each step of a merge that has passed its preflight.
WORK: Mapping[MergeStep, Callable[[Merging], None]] = {
    MergeStep.SQUASH: steps.squash,
    MergeStep.REBASE: steps.rebase,
    MergeStep.TEST: steps.test,
    MergeStep.PATCH: steps.patch,
    MergeStep.TARGET: ending.move_target,
    MergeStep.PUSH: ending.push,
    MergeStep.CLEANUP: ending.cleanup,
}


def merge_session(
    ctx: Context, ref: str, options: open_merge.MergeOptions, on_progress: OnEvent = lambda event: None
) -> outcome.MergeOutcome:
    """Merges a session as `options` say. The outcome has a `status` for everything that a merge can meet; raises
    UserError for what keeps it from beginning (a wrong option, a busy session, a merge that is open already) and for
    what breaks a step before anything has changed."""
    with held(ctx, ref, "merge") as (session, lock):
        found = open_merge.load(ctx, session.id)
        if found is not None and (found.operation, found.step) != ("merge", MergeStep.PREFLIGHT):
            rewrite.require_nothing_open(ctx, session)
        preflight.require_options(ctx, session, options)
        if found is not None:
            session = Merging(ctx, session, lock, found, on_progress).close()
        return begin(ctx, session, options, lock, on_progress)


def begin(
    ctx: Context, session: Session, options: open_merge.MergeOptions, lock: SessionLock, on_progress: OnEvent,
    *, ask_again: bool = False,
) -> outcome.MergeOutcome:  # fmt: skip
    """A merge from its first step, for a caller that holds the session. With `ask_again` a failure of the test script
    that is known already does not count: it runs again."""
    report = preflight.examine(ctx, session, options, on_progress, merging=True)
    plan = report.plan
    if report.failed or plan is None:
        return outcome.refused(report)
    preflight.require_message(session, options, len(plan.commits) + (report.interrupted is not None))
    if report.interrupted is not None:
        commit.commit_left_work(ctx, session, report.interrupted)
        session = recover.settle_held(ctx, session)
        report = preflight.examine(ctx, session, options, lambda event: None, merging=True)
        plan = report.plan
        if report.failed or plan is None:
            return outcome.refused(report)
    known_tip.note_if_it_can(ctx, session, by_others=True)
    merging = opened(
        ctx, session, lock, on_progress, "merge", MergeStep.PREFLIGHT, report.target, plan.branch_point, plan.tip,
        options=options,
    )  # fmt: skip
    return guarded(merging, lambda: _from_tests(merging, report, ask_again))


def run(merging: Merging) -> outcome.MergeOutcome:
    """Goes on with an open merge from the step that is stored, to its end. Raises Halted, or UserError when a step
    broke."""

    def tell_waiting() -> None:
        name = merging.state.target_name
        merging.on_progress(Waiting(message=f"Another merge into {name} is at work; waiting for it"))

    _work(merging, holding_target=False)
    if RULES[merging.state.step].holds_target:
        with target_lock.held(merging.ctx, merging.session, merging.state.target_ref, tell_waiting):
            state = merging.state
            if state.step in (MergeStep.TEST, MergeStep.PATCH) and merging.target_tip() != state.onto:
                merging.begin_again(MergeStep.REBASE)  # others have moved the target while the merge waited
            _work(merging, holding_target=True)
        _work(merging, holding_target=False)
    return ending.end(merging)


def guarded(merging: Merging, work: Callable[[], outcome.MergeOutcome], *, forget: bool = True) -> outcome.MergeOutcome:
    """Does the work of an open merge; what breaks it is part of the outcome, and it stays open.

    With `forget`, a merge that is broken off before it has changed anything is closed, and what broke it is raised, as
    is what asks this process to stop.
    """
    try:
        return work()
    except Halted as halted:
        return outcome.told(merging, halted.status, halted.error)
    except UserError as error:
        if forget and _forget_if_untouched(merging):
            if "abort-merge" in (error.hint or ""):  # there is none to give up any more
                error.hint = "amp-sessions doctor"
            raise
        carry_on = f"amp-sessions continue-merge {merging.session.id}"
        if not error.hint:
            error.hint = f"to try again: {carry_on}, or give up: amp-sessions abort-merge {merging.session.id}"
        elif carry_on not in error.hint and "abort-merge" not in error.hint:  # after that there is none to go on with
            error.hint = f"{error.hint}; then: {carry_on}"
        merging.broke(error)
        return outcome.told(merging, None, error)
    except BaseException:
        if forget:
            _forget_if_untouched(merging)
        raise


def _from_tests(merging: Merging, report: PreflightReport, ask_again: bool) -> outcome.MergeOutcome:
    report = preflight.with_tests(
        merging.ctx, report, merging.state.options, merging.lock, merging.on_progress, ask_again=ask_again
    )
    merging.session = report.session
    if failing := [check for check in report.checks if check.id == "tests" and check.status == FAIL]:
        raise merging.halt_for_tests(failing[0].message)
    # Tests that pass now do not hold up the session any more either, whatever becomes of the merge.
    merging.advance(
        None, backup_ref=merging.back_up(merging.state.tip), status_before=merging.session.status,
        blocked_by_tests_before=merging.session.blocked_by_tests,
    )  # fmt: skip
    return run(merging)


def _work(merging: Merging, *, holding_target: bool) -> None:
    """Does the steps that come next, up to the first one that needs the target held, or no longer does."""
    while not merging.over and RULES[merging.state.step].holds_target == holding_target:
        WORK[merging.state.step](merging)


def _forget_if_untouched(merging: Merging) -> bool:
    """Closes a merge that broke off before it had changed anything; whether it did."""
    state = merging.state
    try:
        head = repository.head(merging.worktree)
        untouched = head == repository.Head(state.tip_before, merging.session.branch)
        if not untouched or state.target_to or state.waiting_for or git_rebase.in_progress(merging.worktree):
            return False
        merging.close()
    except (UserError, OSError):
        return False  # it stays open, which loses nothing
    return True
