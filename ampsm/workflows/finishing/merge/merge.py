"""Merging a session back: preflight, squash, rebase, tests, patch, target, push, cleanup (SPEC section 6).

A state machine kept in `merge.json`: each step is stored before it is done. Killed anywhere, `continue-merge` goes on
and `abort-merge` brings back what was before.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, repository
from ampsm.git import rebase as git_rebase
from ampsm.git.push import require_remote
from ampsm.model.errors import ExitCode, UserError
from ampsm.model.merge import FAIL, MergeOptions, PreflightCheck
from ampsm.model.session import Session
from ampsm.system.locks import SessionLock
from ampsm.workflows.finishing import rewrite
from ampsm.workflows.finishing.merge import preflight, pull_request, tests
from ampsm.workflows.finishing.merge.ending import to_the_end
from ampsm.workflows.finishing.merge.machine import Halted, MergeOutcome, Merging
from ampsm.workflows.finishing.merge.plan import require_message
from ampsm.workflows.finishing.merge.preflight import PreflightReport
from ampsm.workflows.finishing.merge.steps import up_to_target
from ampsm.workflows.finishing.merge.tests import Tell
from ampsm.workflows.session import left_work, open_merge, recover, session_file
from ampsm.workflows.session.branch_point import target_of
from ampsm.workflows.session.held import held
from ampsm.workflows.session.open_merge import MergeState, new_state

#: What a refused merge is called by the check that failed.
_CODES = {"worktree-clean": "uncommitted-changes", "commits": "nothing-to-merge", "branch": "branch-moved"}


def merge_session(ctx: Context, ref: str, options: MergeOptions, tell: Tell = lambda event: None) -> MergeOutcome:
    """Merges a session as `options` say. The outcome's document has a `status` for everything that a merge can meet;
    raises UserError for what keeps it from beginning (a wrong option, a busy session, a merge that is open already) and
    for what breaks a step: then it is still open, unless nothing had changed yet."""
    with held(ctx, ref, "merge") as (session, lock):
        found = open_merge.load(ctx, session.id)
        if found is not None and (found.operation, found.step) != ("merge", "preflight"):
            rewrite.require_nothing_open(ctx, session)
        require_options(ctx, session, options)
        if found is not None:
            session = close(ctx, session, found)
        return begin(ctx, session, options, lock, tell)


def require_options(ctx: Context, session: Session, options: MergeOptions) -> None:
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
        pull_request.require_gh(ctx)
    if options.patch is not None:
        _require_writable(Path(options.patch))


def begin(
    ctx: Context, session: Session, options: MergeOptions, lock: SessionLock, tell: Tell, *, ask_again: bool = False
) -> MergeOutcome:
    """A merge from its first step, for a caller that holds the session. With `ask_again` a failure of the test script
    that is known already does not count: it runs again."""
    report = preflight.examine(ctx, session, options, tell, merging=True)
    plan = report.plan
    if report.failed or plan is None:
        return _refused(report)
    commits.require_identity(session.worktree)
    require_message(session, options, len(plan.commits) + (report.interrupted is not None))
    if report.interrupted is not None:
        left_work.commit_left_work(ctx, session, report.interrupted)
        session = recover.settle_held(ctx, session)
        report = preflight.examine(ctx, session, options, lambda event: None, merging=True)
        plan = report.plan
        if report.failed or plan is None:
            return _refused(report)
    target = report.target
    state = new_state(
        session, "merge", step="preflight", options=options, target_ref=target.ref,
        target_name=target.name, onto=target.sha, first_branch_point=plan.branch_point,
        branch_point=plan.branch_point, tip_before=plan.tip, tip=plan.tip,
    )  # fmt: skip
    merging = Merging(ctx, session, lock, open_merge.save(ctx, session.id, state), tell)
    return guarded(merging, lambda: _from_tests(merging, report, ask_again))


def _from_tests(merging: Merging, report: PreflightReport, ask_again: bool) -> MergeOutcome:
    report = preflight.with_tests(
        merging.ctx, report, merging.state.options, merging.lock, merging.tell, ask_again=ask_again
    )
    merging.session = report.session
    if failing := [check for check in report.checks if check.id == "tests" and check.status == FAIL]:
        raise merging.halt("tests", "tests-failed", _tests_failed(merging.session, failing[0]))
    merging.save(step="squash", backup_ref=rewrite.back_up(merging.ctx, merging.session, merging.state.tip))
    return run(merging)


def guarded(merging: Merging, work: Callable[[], MergeOutcome], *, forget: bool = True) -> MergeOutcome:
    """Does the work of an open merge; what breaks it is part of the outcome, and it stays open.

    With `forget`, a merge that is broken off before it has changed anything is closed, and what broke it is raised, as
    is what asks this process to stop.
    """
    try:
        return work()
    except Halted as halted:
        return MergeOutcome(merging.document(halted.status), halted.error.exit_code, halted.error.document())
    except UserError as error:
        if forget and forget_if_untouched(merging):
            raise
        carry_on = f"amp-sessions continue-merge {merging.session.id}"
        hint = carry_on if not error.hint or carry_on in error.hint else f"{error.hint}; then: {carry_on}"
        return MergeOutcome(merging.document(None), error.exit_code, {**error.document(), "hint": hint})
    except BaseException:
        if forget:
            forget_if_untouched(merging)
        raise


def run(merging: Merging) -> MergeOutcome:
    """Goes on with an open merge from the step that is stored. Raises Halted, or UserError when a step broke."""
    up_to_target(merging)
    return to_the_end(merging)


def forget_if_untouched(merging: Merging) -> bool:
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


def close(ctx: Context, session: Session, state: MergeState) -> Session:
    """Forgets an open merge; the session's facts are what they were before it."""
    session = session_file.save_session(
        ctx, session, status=state.status_before, merged_at=state.merged_at_before,
        blocked_by_tests=state.blocked_by_tests_before,
    )  # fmt: skip
    open_merge.clear(ctx, session.id)
    return session


def _refused(report: PreflightReport) -> MergeOutcome:
    """A merge that did not begin, since a check failed."""
    failed = report.failed
    first = failed[0]
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    error = UserError(
        _CODES.get(first.id, "not-ready"), first.message + more, hint=first.hint,
        details={"checks": [check.document() for check in failed]},
    )  # fmt: skip
    conflicts = report.document()["conflicts"]
    document = {
        "status": "refused", "operation": "merge", "sessionId": report.session.id, "mergeId": None,
        "branch": report.session.branch, "onto": report.target.name, "commit": None, "message": None, "patch": None,
        "pushed": False, "pullRequest": None, "conflicts": conflicts, "warnings": [],
    }  # fmt: skip
    return MergeOutcome(document, ExitCode.REFUSED, error.document())


def _tests_failed(session: Session, check: PreflightCheck) -> UserError:
    return UserError("tests-failed", check.message, hint=tests.after_failure(session))


def _require_writable(path: Path) -> None:
    """The folder is there and the file can be written, as far as can be told before."""
    folder = path.parent
    wrong = None
    if path.is_dir():
        wrong = f"{path} is a folder"
    elif not folder.is_dir():
        wrong = f"the folder {folder} does not exist"
    elif not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        wrong = f"{path} cannot be written"
    if wrong:
        raise UserError("invalid-value", f"--export-patch: {wrong}", hint="give a file in a folder that exists",
                        details={"path": str(path)})  # fmt: skip
