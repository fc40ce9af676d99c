"""Why a session's status is what it is, in two or three words for a list: `tests fail`, `3 conflicts`, `into main`."""

from __future__ import annotations

from typing import Any

from ampsm.context import Context
from ampsm.model.session import Iteration, Session

_FAILURES = {
    "not-installed": "Amp not found",
    "broken-install": "Amp is broken",
    "bad-arguments": "wrong arguments",
    "provider-unavailable": "provider down",
    "thread-gone": "thread is gone",
    "agent-failed": "agent error",
    "crashed": "agent crashed",
    "no-answer": "Amp gave no answer",
    "auth-command-failed": "login failed",
    "cancelled": "stopped",
    "timed-out": "timed out",
    "failed": "failed",
}
_ENDINGS = {"timed-out": "timed out", "cancelled": "stopped", "interrupted": "interrupted", "failed": "failed"}


def status_reason(ctx: Context, session: Session) -> str:
    """The reason; empty when the word of the status says it all. Reads a file only of sessions that wait."""
    if session.cleaned_up_at:
        return "cleaned up"
    last = session.last_iteration
    match session.status:
        case "running":
            return f"iteration {last.number}" if last and last.status == "running" else "test script"
        case "done":
            return _merged_into(session)
        case "awaiting-input":
            return _open_merge(ctx, session) or _tests(session, last) or _ending(last)
        case "error":
            return _ending(last)
    if last is None:
        return "not started"
    if not session.script_command:
        return "no test script"
    return "tests pass" if last.test and last.test.passed else _tests(session, last) or "tests not run"


def _merged_into(session: Session) -> str:
    return f"into {session.base_branch}" if session.base_branch else ""


def _open_merge(ctx: Context, session: Session) -> str:
    from ampsm.workflows.status.merge_status import merge_document

    merge: dict[str, Any] | None = merge_document(ctx, session)
    if merge is None:
        return ""
    conflicts = merge.get("conflicts") or ()
    if conflicts:
        return "1 conflict" if len(conflicts) == 1 else f"{len(conflicts)} conflicts"
    return f"{merge.get('operation', 'merge')} open"


def _tests(session: Session, last: Iteration | None) -> str:
    if last is not None and last.test is not None and not last.test.passed:
        return "tests timed out" if last.test.timed_out else "tests fail"
    return "tests fail" if session.blocked_by_tests else ""


def _ending(last: Iteration | None) -> str:
    if last is None:
        return ""
    code = last.error["code"] if last.error else ""
    return _FAILURES.get(code) or code.replace("-", " ") or _ENDINGS.get(last.status, "")
