"""Merging a session back: preflight, squash, rebase, tests, patch, target, push, cleanup (SPEC section 6).

This is the driver. What follows what is the table in `machine`, what is done is in `steps`, `target_step` and `ending`.
Each step is stored before it is done: killed anywhere, `continue-merge` goes on and `abort-merge` brings back what was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ampsm.context import Context
from ampsm.git import commits, repository
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.journal.events import OnEvent, Waiting
from ampsm.model.errors import UserError
from ampsm.model.merge import FAIL, MergeStatus, MergeStep, WaitsFor
from ampsm.model.session import Session
from ampsm.system.locks import SessionLock
from ampsm.workflows.finishing import rewrite
from ampsm.workflows.finishing.merge import ending, outcome, preflight, steps, target_lock, tests
from ampsm.workflows.finishing.merge.machine import RULES
from ampsm.workflows.finishing.merge.merging import Halted, Merging
from ampsm.workflows.finishing.merge.options import require_message, require_options
from ampsm.workflows.finishing.merge.outcome import MergeOutcome
from ampsm.workflows.finishing.merge.report import PreflightReport
from ampsm.workflows.finishing.merge.target_step import move_target
from ampsm.workflows.session import commit, merge_records, open_merge, recover, session_file
from ampsm.workflows.session.held import held
from ampsm.workflows.session.open_merge import MergeOptions, OpenMerge, new_merge

#: What does each step of a merge that has passed its preflight.
WORK: Mapping[MergeStep, Callable[[Merging], None]] = {
    MergeStep.SQUASH: steps.squash,
    MergeStep.REBASE: steps.rebase,
    MergeStep.TEST: steps.test,
    MergeStep.PATCH: steps.patch,
    MergeStep.TARGET: move_target,
    MergeStep.PUSH: ending.push,
    MergeStep.CLEANUP: ending.cleanup,
}


def merge_session(
    ctx: Context, ref: str, options: MergeOptions, on_progress: OnEvent = lambda event: None
) -> MergeOutcome:
    """Merges a session as `options` say. The outcome has a `status` for everything that a merge can meet; raises
    UserError for what keeps it from beginning (a wrong option, a busy session, a merge that is open already) and for
    what breaks a step before anything has changed."""
    with held(ctx, ref, "merge") as (session, lock):
        found = open_merge.load(ctx, session.id)
        if found is not None and (found.operation, found.step) != ("merge", MergeStep.PREFLIGHT):
            rewrite.require_nothing_open(ctx, session)
        require_options(ctx, session, options)
        if found is not None:
            session = close(ctx, session, found)
        return begin(ctx, session, options, lock, on_progress)


def begin(
    ctx: Context, session: Session, options: MergeOptions, lock: SessionLock, on_progress: OnEvent,
    *, ask_again: bool = False,
) -> MergeOutcome:  # fmt: skip
    """A merge from its first step, for a caller that holds the session. With `ask_again` a failure of the test script
    that is known already does not count: it runs again."""
    report = preflight.examine(ctx, session, options, on_progress, merging=True)
    plan = report.plan
    if report.failed or plan is None:
        return outcome.refused(report)
    commits.require_identity(session.worktree)
    require_message(session, options, len(plan.commits) + (report.interrupted is not None))
    if report.interrupted is not None:
        commit.commit_left_work(ctx, session, report.interrupted)
        session = recover.settle_held(ctx, session)
        report = preflight.examine(ctx, session, options, lambda event: None, merging=True)
        plan = report.plan
        if report.failed or plan is None:
            return outcome.refused(report)
    target = report.target
    state = new_merge(
        session, "merge", step=MergeStep.PREFLIGHT, options=options, target_ref=target.ref,
        target_name=target.name, onto=target.sha, first_branch_point=plan.branch_point,
        branch_point=plan.branch_point, tip_before=plan.tip, tip=plan.tip,
    )  # fmt: skip
    merging = Merging(ctx, session, lock, open_merge.save(ctx, session.id, state), on_progress)
    merge_records.index_merges(ctx, session.id)
    return guarded(merging, lambda: _from_tests(merging, report, ask_again))


def run(merging: Merging) -> MergeOutcome:
    """Goes on with an open merge from the step that is stored, to its end. Raises Halted, or UserError when a step
    broke."""
    _work(merging, holding_target=False)
    if RULES[merging.state.step].holds_target:
        with target_lock.held(
            merging.ctx, merging.session, merging.state.target_ref, on_wait=lambda: _tell_waiting(merging)
        ):
            _begin_again_if_moved(merging)
            _work(merging, holding_target=True)
        _work(merging, holding_target=False)
    return ending.end(merging)


def guarded(merging: Merging, work: Callable[[], MergeOutcome], *, forget: bool = True) -> MergeOutcome:
    """Does the work of an open merge; what breaks it is part of the outcome, and it stays open.

    With `forget`, a merge that is broken off before it has changed anything is closed, and what broke it is raised, as
    is what asks this process to stop.
    """
    try:
        return work()
    except Halted as halted:
        return outcome.still_open(merging, halted.status, halted.error)
    except UserError as error:
        if forget and _forget_if_untouched(merging):
            raise
        carry_on = f"amp-sessions continue-merge {merging.session.id}"
        hint = carry_on if not error.hint or carry_on in error.hint else f"{error.hint}; then: {carry_on}"
        return outcome.still_open(merging, None, UserError(error.code, error.message, hint=hint, details=error.details))
    except BaseException:
        if forget:
            _forget_if_untouched(merging)
        raise


def close(ctx: Context, session: Session, state: OpenMerge, status: MergeStatus | None = None) -> Session:
    """Forgets an open merge or rebase; the session's facts are what they were before it. Without a `status` for the
    records it has changed nothing."""
    session = session_file.save_if_it_can(
        ctx, session, status=state.status_before, merged_at=state.merged_at_before,
        blocked_by_tests=state.blocked_by_tests_before,
    )  # fmt: skip
    if status is None:
        merge_records.forget_merge(ctx, session.id)
    else:
        merge_records.end_merge(ctx, session.id, state, status)
    return session


def _from_tests(merging: Merging, report: PreflightReport, ask_again: bool) -> MergeOutcome:
    report = preflight.with_tests(
        merging.ctx, report, merging.state.options, merging.lock, merging.on_progress, ask_again=ask_again
    )
    merging.session = report.session
    if failing := [check for check in report.checks if check.id == "tests" and check.status == FAIL]:
        error = UserError("tests-failed", failing[0].message, hint=tests.after_failure(merging.session))
        raise merging.halt(WaitsFor.TESTS, "tests-failed", error)
    merging.advance(None, backup_ref=rewrite.back_up(merging.ctx, merging.session, merging.state.tip))
    return run(merging)


def _work(merging: Merging, *, holding_target: bool) -> None:
    """Does the steps that come next, up to the first one that needs the target held, or no longer does."""
    while not merging.over and RULES[merging.state.step].holds_target == holding_target:
        WORK[merging.state.step](merging)


def _tell_waiting(merging: Merging) -> None:
    name = merging.state.target_name
    merging.on_progress(Waiting(message=f"Another merge into {name} is at work; waiting for it"))


def _begin_again_if_moved(merging: Merging) -> None:
    """Rebases again before tests and patch when others have moved the target while the merge waited."""
    if merging.state.step in (MergeStep.TEST, MergeStep.PATCH) and merging.target_tip() != merging.state.onto:
        merging.begin_again(MergeStep.REBASE)


def _forget_if_untouched(merging: Merging) -> bool:
    """Closes a merge that broke off before it had changed anything; whether it did."""
    state = merging.state
    try:
        head = repository.head(merging.worktree)
        if head != repository.Head(state.tip_before, merging.session.branch) or state.target_to or state.waiting_for:
            return False
        if git_rebase.in_progress(merging.worktree) is not None:
            return False
        close(merging.ctx, merging.session, state)
    except (UserError, OSError):
        return False  # it stays open, which loses nothing
    return True
