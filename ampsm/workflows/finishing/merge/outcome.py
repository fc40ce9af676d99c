"""How a merge command ended: what it answers and its exit code (SPEC section 3)."""

from __future__ import annotations

from collections.abc import Sequence

from ampsm.git.commits import message_of
from ampsm.git.rewrite.rebase import where_they_belong
from ampsm.model.errors import ExitCode, UserError
from ampsm.model.merge import PreflightCheck
from ampsm.model.record import document, record
from ampsm.workflows.finishing.merge.merging import Merging
from ampsm.workflows.finishing.merge.plan import PreflightReport

#: What a refused merge is called by the check that failed.
_CODES = {
    "worktree-clean": "uncommitted-changes", "commits": "nothing-to-merge", "branch": "branch-moved",
    "nothing-open": "merge-in-progress", "worktree-free": "files-in-the-way",
}  # fmt: skip


@record
class MergeOutcome:
    """`status` is merged, rebased, pull-request, conflict, target-moved, tests-failed or refused; None when a step
    broke and the merge stays open. `conflicts` are named as they were predicted; the details of the `error` name the
    files in the worktree. `error` is what is wrong, of a merge that is done the first of its `warnings`."""

    status: str | None
    operation: str
    session_id: str
    merge_id: str | None
    branch: str
    onto: str
    commit: str | None = None
    message: str | None = None
    patch: str | None = None
    pushed: bool = False
    pull_request: str | None = None
    conflicts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    exit_code: ExitCode = ExitCode.DONE
    error: UserError | None = None

    internal = ("exit_code", "error")


def told(merging: Merging, status: str | None, error: UserError | None = None) -> MergeOutcome:
    """One that waits or that a step broke, by the `error`; else one that ended well, or with warnings."""
    state, session, late = merging.state, merging.session, merging.late_errors
    exit_code = error.exit_code if error else ExitCode.DONE
    if error is None and (late or state.warnings):
        error = late[0] if late else session.error("status", "push-failed", state.warnings[0])
        exit_code = ExitCode.FAILED
    made = {"merged": state.target_to or state.onto, "pull-request": state.tip, "rebased": state.tip}
    commit = made.get(status or "")
    message = message_of(merging.root, commit) if commit else state.options.message
    return MergeOutcome(
        status, state.operation, session.id, state.merge_id, session.branch, state.target_name, commit,
        message and merging.ctx.redactor.redact(message), state.options.patch, state.pushed,
        state.pull_request, where_they_belong(state.conflicts), state.warnings, exit_code, error,
    )  # fmt: skip


def refused(report: PreflightReport) -> MergeOutcome:
    """One that did not begin, since a check failed."""
    session = report.session
    return MergeOutcome(
        "refused", "merge", session.id, None, session.branch, report.target.name, conflicts=report.conflicts,
        exit_code=ExitCode.REFUSED, error=refusal(report.failed),
    )  # fmt: skip


def refusal(failed: Sequence[PreflightCheck]) -> UserError:
    """The error (exit 5) for checks that failed, by the first of them."""
    first, more = failed[0], f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return UserError(
        _CODES.get(first.id, "not-ready"), first.message + more, hint=first.hint,
        details={"checks": document(list(failed))},
    )  # fmt: skip
