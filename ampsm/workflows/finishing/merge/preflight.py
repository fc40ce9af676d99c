"""Whether a session is ready to be merged as asked for, and what the merge would meet: changes nothing in git (SPEC
section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.github import require_gh
from ampsm.git.push import require_remote
from ampsm.journal.events import CheckDone, OnEvent
from ampsm.model.errors import UserError
from ampsm.model.merge import FAIL, PreflightCheck
from ampsm.model.session import Session
from ampsm.store import iterations
from ampsm.system.files import why_not_written
from ampsm.system.locks import SessionLock
from ampsm.workflows.finishing.merge import checks, target_lock
from ampsm.workflows.finishing.merge.plan import Distance, MergePlan, PreflightReport, Readiness, merge_plan
from ampsm.workflows.iteration.test_run import known_result, run_for_merge
from ampsm.workflows.session import open_merge, operations, worktree_of
from ampsm.workflows.session.branch_point import Target, branch_point_towards, branch_tip, target_of
from ampsm.workflows.session.held import held

#: The checks, in the order in which they are told.
_CHECKS = ("worktree-clean", "commits", "base-up-to-date", "conflicts", "tests", "target-checkout", "branch")


def preflight_session(
    ctx: Context, ref: str, options: open_merge.MergeOptions, on_progress: OnEvent = lambda event: None
) -> Readiness:
    """Whether the merge that the same options would make can be made, and what it would meet.

    The test script runs when nothing else fails and no result for exactly this tree is known. Raises `busy`,
    `session-cleaned-up`, `worktree-missing`, `wrong-worktree`, `no-base-branch`, `no-such-branch`.
    """
    with held(ctx, ref, "preflight") as (session, lock):
        report = examine(ctx, session, options, on_progress)
        report = with_tests(ctx, report, options, lock, on_progress)
    failed = tuple(check.message for check in report.failed)
    return Readiness(not failed, report.checks, failed, report.distance, report.conflicts)


def require_options(ctx: Context, session: Session, options: open_merge.MergeOptions) -> None:
    """Raises `usage`, `invalid-value` (exit 2), `no-such-branch` (3) or `gh-missing` (1) for what could not be done."""
    if options.pr and (options.no_ff or options.cleanup):
        raise UserError(
            "usage", f"--pr moves no branch, so --{'no-ff' if options.no_ff else 'cleanup'} makes no sense with it",
            hint="amp-sessions merge --help",
        )  # fmt: skip
    target = target_of(session, options.onto)
    if options.push or options.pr:
        require_remote(Path(session.repo), target.name, options.remote)
    if options.pr:
        require_gh(ctx.environ)
    if options.patch is not None and (wrong := why_not_written(Path(options.patch))):
        raise UserError("invalid-value", f"--export-patch: {wrong}", hint="give a file in a folder that exists",
                        details={"path": options.patch})  # fmt: skip


def require_message(session: Session, options: open_merge.MergeOptions, commits: int) -> None:
    """Raises `usage` (exit 2) when the commits are to be squashed and there is no message for the result."""
    if options.squash and options.message is None and commits > 1:
        raise UserError(
            "usage", f"Session {session.id} has {commits} commits: squashing them needs a --message",
            hint=f"amp-sessions merge {session.id} --message 'feat: …'  (or --no-squash to keep every commit)",
        )  # fmt: skip


def examine(
    ctx: Context, session: Session, options: open_merge.MergeOptions, on_progress: OnEvent, *, merging: bool = False
) -> PreflightReport:
    """All checks but that of the tests, for a caller that holds the session. With `merging` expected conflicts only
    warn. Raises as `preflight`."""
    worktree_of.require_worktree(session)
    target, tip, left = target_of(session, options.onto), branch_tip(session), session.left_behind
    plan = merge_plan(ctx, session, options, target, tip) if tip else None
    local = worktree_of.local_changes(session)
    pending = left is not None and bool(local.paths)
    recorded = _recorded_tip(ctx, session, tip) if tip else None
    found = {
        "worktree-clean": checks.worktree_clean(session, local if tip else None, interrupted=pending),
        "commits": checks.commits(session, plan, target.name, pending=pending),
        "base-up-to-date": checks.base_up_to_date(session, target.name),
        "conflicts": checks.conflicts(session, plan, target.name, only_warn=merging),
        "target-checkout": _free_target(ctx, session, target, plan),
        "branch": checks.branch(session, repository.head(session.worktree), tip, recorded),
    }
    done = [_told(name, check, on_progress) for name, check in found.items()]
    point = branch_point_towards(ctx, session, tip, target.sha) if tip else None
    behind = repository.ahead_behind(session.repo, tip, target.sha)[1] if tip else 0
    commits, amp = (len(plan.commits), plan.amp) if plan else (0, 0)
    distance = Distance(commits, behind, point, amp, commits - amp)
    return PreflightReport(session, target, plan, distance, tuple(done), left if pending else None)


def with_tests(
    ctx: Context, report: PreflightReport, options: open_merge.MergeOptions, lock: SessionLock, on_progress: OnEvent, *,
    ask_again: bool = False,
) -> PreflightReport:  # fmt: skip
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
        session, result = run_for_merge(ctx, session, lock, on_progress)
    check = _told("tests", checks.tests(session, result, why_not), on_progress)
    in_order = sorted([*report.checks, check], key=lambda found: _CHECKS.index(found.id))
    return replace(report, session=session, checks=tuple(in_order))


def _recorded_tip(ctx: Context, session: Session, tip: str) -> str | None:
    """The last commit of the session's branch that was recorded: by an iteration that made some, or by what rewrote the
    branch since."""
    made = [i for i in iterations.iterations_of(ctx.store, session.id) if i.end_sha not in (None, i.start_sha)]
    last = made[-1] if made else None
    stack = operations.undo_stack(ctx, session.id, tip)
    if stack and (last is None or stack[0].at > (last.ended_at or last.started_at)):
        return stack[0].to_sha
    return last.end_sha if last else None


def _free_target(ctx: Context, session: Session, target: Target, plan: MergePlan | None) -> checks.Verdict:
    """Whether the target can be moved where it is checked out. Another merge that is moving it at this moment is no
    reason to refuse: it is waited for."""
    changed: Sequence[tuple[str, str]] = ()
    if plan is not None:
        changed = plan.prediction.changed or repository.changed_paths(session.repo, plan.branch_point, plan.tip)
    found = checks.target_checkout(session, target.name, changed)
    if found[0] != FAIL:
        return found
    with target_lock.held(ctx, session, target.ref):
        return checks.target_checkout(session, target.name, changed)


def _told(name: str, found: checks.Verdict, on_progress: OnEvent) -> PreflightCheck:
    check = PreflightCheck(name, *found)
    on_progress(CheckDone(id=check.id, status=check.status, message=check.message, hint=check.hint))
    return check
