"""Whether a session is ready to be merged as asked for, and what the merge would meet: changes nothing in git (SPEC
section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.calls.conversion import NotConvertedError, why_not_read
from ampsm.git.command import GitError
from ampsm.git.github import require_gh
from ampsm.git.patch import require_place
from ampsm.git.pending import pending_tree
from ampsm.git.prediction import Pending
from ampsm.git.programs.planted import names_filter
from ampsm.git.push import require_remote
from ampsm.journal.events import CheckDone, OnEvent
from ampsm.model.errors import UserError
from ampsm.model.merge import FAIL, PreflightCheck
from ampsm.model.session import Session
from ampsm.model.telemetry import TestResult
from ampsm.system.locks import SessionLock
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.finishing.merge import checks, checks_of_content, signing, target_lock
from ampsm.workflows.finishing.merge.asked import Asked, Check
from ampsm.workflows.finishing.merge.contradictions import require_consistent
from ampsm.workflows.finishing.merge.plan import Distance, PreflightReport, Readiness, merge_plan
from ampsm.workflows.finishing.not_taken import NotTaken
from ampsm.workflows.iteration.test_run import known_result, run_for_merge
from ampsm.workflows.session import open_merge, unharmed, worktree_of
from ampsm.workflows.session.branch_point import Target, branch_point_towards, branch_tip, target_of
from ampsm.workflows.session.held import held
from ampsm.workflows.session.worktree_of import LocalChanges

#: Every check but that of the tests, in the order in which they are told. What is put in here holds for `preflight` and
#: for `merge` alike, and as it says for `squash` and `rebase` alone and for a merge that goes on.
CHECKS = (
    Check("worktree-clean", checks.worktree_clean),
    Check("commits", checks.commits),
    Check("base-up-to-date", checks.base_up_to_date),
    Check("conflicts", checks.conflicts),
    Check("target-checkout", checks.target_checkout, at_target=True),
    Check("branch", checks.branch),
    Check("worktree-free", checks.worktree_free, before_rebase=True),
    Check("signing", signing.signing, before_rebase=True),
    Check("nothing-open", checks.nothing_open),
    Check("repositories", checks_of_content.repositories, at_target=True),
    Check("content", checks_of_content.content),
)
#: The check after which the one of the tests is told.
_BEFORE_TESTS = "conflicts"


def preflight_session(
    ctx: Context, ref: str, options: open_merge.MergeOptions, on_progress: OnEvent = lambda event: None, *,
    recorded: bool = False,
) -> Readiness:  # fmt: skip
    """Whether the merge that the same options would make can be made, and what it would meet.

    The test script runs when nothing else fails and no result for exactly this tree is known; with `recorded` it never
    runs, a known result is said whatever else fails, and whoever wants to work in the session meanwhile waits for that
    moment. Raises `busy`, `session-cleaned-up`, `worktree-missing`, `wrong-worktree`, `no-base-branch`,
    `no-such-branch`.
    """
    require_consistent(options)
    with held(ctx, ref, "preflight", looks=recorded) as (session, lock):
        report = examine(ctx, session, options, on_progress)
        if recorded and options.test:
            report = with_recorded_tests(ctx, report, on_progress)
        else:
            report = with_tests(ctx, report, options, lock, on_progress)
    failed = tuple(check.message for check in report.failed)
    return Readiness(not failed, report.checks, failed, report.distance, report.conflicts)


def require_options(ctx: Context, session: Session, options: open_merge.MergeOptions) -> None:
    """Raises `usage`, `invalid-value` (exit 2), `no-such-branch` (3) or `gh-missing` (1) for what could not be done."""
    require_consistent(options)
    target = _target(ctx, session, options)
    if options.push or options.pr:
        require_remote(Path(session.repo), target.name, options.remote)
    if options.pr:
        require_gh(ctx.environ)
    if options.patch is not None:
        require_place(Path(options.patch))


def require_message(session: Session, options: open_merge.MergeOptions, commits: int) -> None:
    """Raises `usage` (exit 2) when the commits are to be squashed and there is no message for the result."""
    if options.squash and options.message is None and commits > 1:
        raise UserError(
            "usage", f"Session {session.id} has {commits} commits: squashing them needs a --message, or --no-squash to "
            "keep every one",
            hint=f"amp-sessions merge {session.id} --message 'feat: …'",
        )  # fmt: skip


def examine(
    ctx: Context, session: Session, options: open_merge.MergeOptions, on_progress: OnEvent, *, merging: bool = False
) -> PreflightReport:
    """All checks but that of the tests, for a caller that holds the session. With `merging` expected conflicts only
    warn. Raises as `preflight`."""
    worktree_of.require_worktree(session)
    asked = asking(ctx, session, options, merging=merging)
    found = tuple(_answer(check, asked, on_progress) for check in CHECKS)
    tip, plan, target = asked.tip, asked.plan, asked.target
    point = branch_point_towards(ctx, session, tip, target.sha) if tip else None
    behind = repository.ahead_behind(session.repo, tip, target.sha)[1] if tip else 0
    commits, amp = (len(plan.commits), plan.amp) if plan else (0, 0)
    distance = Distance(commits, behind, point, amp, commits - amp)
    return PreflightReport(session, target, plan, distance, found, asked.pending)


def asking(
    ctx: Context, session: Session, options: open_merge.MergeOptions, *, merging: bool, onto: Target | None = None
) -> Asked:
    """All that the checks look at, of a session whose place is proved; `onto` is what a rebase alone goes on top of.
    Raises `no-base-branch`, `no-such-branch`, GitError."""
    target, tip, left = onto or _target(ctx, session, options), branch_tip(session), session.left_behind
    local, refused = _local(session)
    if local is None or not local.paths:
        left = None
    pending = _committed_first(session, local, merging) if left and local and not local.status.unmerged else None
    plan = None
    if tip:
        try:
            plan = merge_plan(ctx, session, options, target, tip, pending=pending)
        except NotConvertedError as failure:
            if pending is None:
                raise
            refused, left = NotTaken(failure.reason, f"amp-sessions iterate {session.id}"), None
            plan = merge_plan(ctx, session, options, target, tip)
    return Asked(
        ctx, session, options, target, tip, plan, plan.written if plan else (), local,
        repository.Head(local.status.head, local.status.branch) if local else None, left, refused, merging,
        moves_target=onto is None,
    )  # fmt: skip


def _local(session: Session) -> tuple[LocalChanges | None, NotTaken | None]:
    """What is not committed; where git cannot read that for what is set for a file, why not."""
    try:
        return worktree_of.local_changes(session), None
    except GitError as failure:
        if reason := why_not_read(failure):
            return None, NotTaken(reason, failure.hint or "")
        raise


def _target(ctx: Context, session: Session, options: open_merge.MergeOptions) -> Target:
    with unharmed.hinting_at_deletion(ctx, session, options.onto or session.base_branch):
        return target_of(session, options.onto)


def _committed_first(session: Session, local: LocalChanges, merging: bool) -> Pending:
    """What the merge would commit before anything else. Who only asks runs no filter that came with the session."""

    def make(env: dict[str, str], scratch: Path) -> str:
        worktree, left = Path(session.worktree), unchanged_leftovers(session)
        run = merging or not names_filter(worktree)
        return pending_tree(worktree, local.status, env, scratch, leave_out=left, programs=run)

    return make


def refused_at_target(asked: Asked) -> PreflightCheck | None:
    """The first check that keeps a merge, whose commits are ready, from moving its target, for a caller that holds the
    target against other merges; None when nothing does."""
    return _first_failure(asked, [check for check in CHECKS if check.at_target])


def refused_before_rebase(ctx: Context, session: Session, onto: Target) -> PreflightCheck | None:
    """The first check by which a rebase alone is refused, as a merge that keeps every commit would be; None when all
    are fine. For a caller that has proved the place. Raises GitError."""
    asked = asking(ctx, session, open_merge.MergeOptions(squash=False), merging=True, onto=onto)
    return _first_failure(asked, [check for check in CHECKS if check.before_rebase])


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
    return _with_check_of_tests(report, session, result, why_not, on_progress)


def with_recorded_tests(ctx: Context, report: PreflightReport, on_progress: OnEvent) -> PreflightReport:
    """The report with what the test script said last of exactly this tree, however long ago that was."""
    session, result, why_not = report.session, None, "The test script has not judged this yet: the merge runs it"
    if not session.script_command:
        why_not = "The session has no test script"
    elif report.plan is not None and report.interrupted is None:
        result = known_result(ctx, session, report.plan.tip)
    return _with_check_of_tests(report, session, result, why_not, on_progress)


def _with_check_of_tests(
    report: PreflightReport, session: Session, result: TestResult | None, why_not: str | None, on_progress: OnEvent
) -> PreflightReport:
    check = _told(PreflightCheck("tests", *checks.tests(session, result, why_not)), on_progress)
    at = next(index for index, found in enumerate(report.checks, 1) if found.id == _BEFORE_TESTS)
    return replace(report, session=session, checks=(*report.checks[:at], check, *report.checks[at:]))


def _answer(check: Check, asked: Asked, on_progress: OnEvent) -> PreflightCheck:
    """What a check says. Another merge that is moving the target at this moment is no reason to refuse: it is waited
    for."""
    found = _ask(check, asked)
    if check.at_target and found.status == FAIL:
        with target_lock.held(asked.ctx, asked.session, asked.target.ref):
            found = _ask(check, asked)
    return _told(found, on_progress)


def _ask(check: Check, asked: Asked) -> PreflightCheck:
    try:
        return PreflightCheck(check.id, *check.ask(asked))
    except GitError as failure:
        if why_not_read(failure) is None:
            raise
        return PreflightCheck(check.id, FAIL, failure.message, failure.hint or "")


def _first_failure(asked: Asked, wanted: Sequence[Check]) -> PreflightCheck | None:
    answers = (_ask(check, asked) for check in wanted)
    return next((found for found in answers if found.status == FAIL), None)


def _told(check: PreflightCheck, on_progress: OnEvent) -> PreflightCheck:
    on_progress(CheckDone(id=check.id, status=check.status, message=check.message, hint=check.hint))
    return check
