"""Whether a session is ready to be merged, and what the merge would meet: changes nothing in git (SPEC section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository
from ampsm.journal.events import CheckDone, OnEvent
from ampsm.model.merge import CHECKS, FAIL, PreflightCheck
from ampsm.model.session import Session
from ampsm.store import iterations
from ampsm.system.locks import SessionLock
from ampsm.workflows.finishing.merge import checks as merge_checks
from ampsm.workflows.finishing.merge import target_lock, tests
from ampsm.workflows.finishing.merge.plan import MergePlan, merge_plan
from ampsm.workflows.finishing.merge.report import PreflightReport, Readiness, readiness
from ampsm.workflows.iteration.test_run import known_result
from ampsm.workflows.session import operations
from ampsm.workflows.session.branch_point import Target, branch_point_towards, branch_tip, target_of
from ampsm.workflows.session.held import held
from ampsm.workflows.session.open_merge import MergeOptions
from ampsm.workflows.session.worktree_of import local_changes, require_worktree


def preflight_session(
    ctx: Context, ref: str, options: MergeOptions, on_progress: OnEvent = lambda event: None
) -> Readiness:
    """Whether the merge that the same options would make can be made, and what it would meet.

    The test script runs when nothing else fails and no result for exactly this tree is known. Raises `busy`,
    `session-cleaned-up`, `worktree-missing`, `wrong-worktree`, `no-base-branch`, `no-such-branch`.
    """
    with held(ctx, ref, "preflight") as (session, lock):
        report = examine(ctx, session, options, on_progress)
        report = with_tests(ctx, report, options, lock, on_progress)
    return readiness(report)


def examine(
    ctx: Context, session: Session, options: MergeOptions, on_progress: OnEvent, *, merging: bool = False
) -> PreflightReport:
    """All checks but that of the tests, for a caller that holds the session. With `merging` expected conflicts only
    warn. Raises as `preflight`."""
    require_worktree(session)
    root, worktree = Path(session.repo), Path(session.worktree)
    target = target_of(session, options.onto)
    tip = branch_tip(session)
    plan = merge_plan(ctx, session, options, target, tip) if tip else None
    last = session.last_iteration
    local = local_changes(session)
    interrupted = last if last and last.left_work and local.paths else None
    found: list[PreflightCheck] = []
    for check in (
        merge_checks.worktree_clean(session, local, interrupted=interrupted is not None),
        merge_checks.commits(session, plan, target.name, pending=interrupted is not None),
        merge_checks.base_up_to_date(session, target.name),
        merge_checks.conflicts(session, plan, target.name, only_warn=merging),
        _free_target(ctx, session, target, plan),
        merge_checks.branch(session, repository.head(worktree), tip, recorded_tip(ctx, session, tip) if tip else None),
    ):
        on_progress(_done(check))
        found.append(check)
    point = branch_point_towards(ctx, session, tip, target.sha) if tip else None
    behind = repository.ahead_behind(root, tip, target.sha)[1] if tip else 0
    return PreflightReport(session, target, plan, point, behind, _in_order(found), interrupted)


def with_tests(
    ctx: Context,
    report: PreflightReport,
    options: MergeOptions,
    lock: SessionLock,
    on_progress: OnEvent,
    *,
    ask_again: bool = False,
) -> PreflightReport:
    """The report with what the test script says: the last result for exactly this tree, else it runs now.

    With `ask_again` a failure that is known already is no answer. It is not asked when another check failed: then the
    tree is not the one that would be merged, or nothing would be.
    """
    session, result, why_not = report.session, None, None
    if not session.script_command:
        why_not = "The session has no test script"
    elif not options.test:
        why_not = "The test script is left out, as asked for"
    elif [check for check in report.failed if check.id != "conflicts"] or report.plan is None:
        why_not = "The test script was not asked, since other checks failed"
    elif report.interrupted is None:
        result = known_result(ctx, session, report.plan.tip)
    if why_not is None and (result is None or (ask_again and not result.passed)):
        session, result = tests.run_for_merge(ctx, session, lock, on_progress, keep_status=False)
    check = merge_checks.tests(session, result, why_not)
    on_progress(_done(check))
    return replace(report, session=session, checks=_in_order([*report.checks, check]))


def recorded_tip(ctx: Context, session: Session, tip: str) -> str | None:
    """The last commit of the session's branch that was recorded: by an iteration that made some, or by what rewrote the
    branch since."""
    made = [i for i in iterations.iterations_of(ctx.store, session.id) if i.end_sha not in (None, i.start_sha)]
    last = made[-1] if made else None
    stack = operations.undo_stack(ctx, session.id, tip)
    if stack and (last is None or stack[0].at > (last.ended_at or last.started_at)):
        return stack[0].to_sha
    return last.end_sha if last else None


def _free_target(ctx: Context, session: Session, target: Target, plan: MergePlan | None) -> PreflightCheck:
    """Whether the target can be moved where it is checked out. Another merge that is moving it at this moment is no
    reason to refuse: it is waited for."""
    root = Path(session.repo)
    changed: Sequence[tuple[str, str]] = ()
    if plan is not None:
        changed = plan.prediction.changed or repository.changed_paths(root, plan.branch_point, plan.tip)
    check = merge_checks.target_checkout(session, target.name, changed)
    if check.status != FAIL:
        return check
    with target_lock.held(ctx, session, target.ref):
        return merge_checks.target_checkout(session, target.name, changed)


def _done(check: PreflightCheck) -> CheckDone:
    return CheckDone(id=check.id, status=check.status, message=check.message, hint=check.hint)


def _in_order(checks: Sequence[PreflightCheck]) -> tuple[PreflightCheck, ...]:
    return tuple(sorted(checks, key=lambda check: CHECKS.index(check.id)))
