"""What an ended iteration or test script makes of its session, and the exit code (the table in SPEC section 3)."""

from __future__ import annotations

from ampsm.model.errors import EXIT_CODES, ExitCode
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import TestResult

#: Failures of an iteration that wait for a person's decision rather than for a better agent.
_WAITING = frozenset({
    "permission-needed", "branch-moved", "commit-refused", "wrong-worktree", "worktree-missing", "unfinished-operation",
})  # fmt: skip


@record
class StatusChange:
    """A session's status, and whether failing tests are all that makes it awaiting-input."""

    status: str
    blocked_by_tests: bool = False


def state_after_iteration(
    status: str, *, error_code: str | None, test: TestResult | None, needs_person: bool = False
) -> StatusChange:
    """The session's state after an iteration that ended with `status`; `needs_person` when something it left waits
    for a decision, e.g. a nested repository."""
    if status == "succeeded":
        tests_failed = test is not None and not test.passed
        waits = tests_failed or needs_person
        return StatusChange("awaiting-input" if waits else "idle", tests_failed and not needs_person)
    if needs_person or status in ("cancelled", "interrupted") or error_code in _WAITING:
        return StatusChange("awaiting-input")
    return StatusChange("error")


def state_after_run(session: Session, result: TestResult) -> StatusChange:
    """The session's state after `run`: awaiting-input if they fail. If only tests blocked it and they pass, what it
    would be without them: idle, or error where its agent failed."""
    if result.passed:
        if session.blocked_by_tests:
            return StatusChange("error" if _agent_failed(session) else "idle")
        return StatusChange(session.status, session.blocked_by_tests)
    return StatusChange("awaiting-input", session.blocked_by_tests or session.status != "awaiting-input")


def _agent_failed(session: Session) -> bool:
    """Whether the last iteration left the session in error, and it was not merged since."""
    last = session.last_iteration
    if last is None or last.status not in ("failed", "timed-out") or last.error_code in _WAITING:
        return False
    return session.merged_at is None or session.merged_at < last.started_at


def iteration_exit_code(iteration: Iteration) -> ExitCode:
    """The exit code of `iterate` for an iteration that ended."""
    if iteration.status == "succeeded":
        return ExitCode.TESTS_FAILED if iteration.test and not iteration.test.passed else ExitCode.DONE
    if iteration.status in ("cancelled", "interrupted"):
        return ExitCode.STOPPED
    return EXIT_CODES[iteration.error_code] if iteration.error_code else ExitCode.AGENT
