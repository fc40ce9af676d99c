"""The test script as a merge asks it: about exactly what is merged (SPEC section 6)."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.journal.events import OnEvent
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.model.telemetry import TestResult
from ampsm.system.locks import SessionLock
from ampsm.system.stopping import stop_on_signals
from ampsm.workflows.iteration.test_run import how_it_failed, run_tests, stopped_test


def run_for_merge(
    ctx: Context, session: Session, lock: SessionLock, on_progress: OnEvent, *, keep_status: bool
) -> tuple[Session, TestResult]:
    """Runs the test script of a session that is held; with `keep_status` its status is left to the caller. Returns the
    session as it is then. Raises `cancelled` (exit 130) when stopped."""
    with stop_on_signals() as stop:
        session, result = run_tests(ctx, session, lock, on_event=on_progress, stop=stop, sets_status=not keep_status)
    if result is None:
        raise stopped_test(session, hint=f"amp-sessions status {session.id}")
    return session, result


def failed(session: Session, result: TestResult) -> UserError:
    """What is said of a merge that failing tests keep from going on (exit 8)."""
    return UserError(
        "tests-failed", how_it_failed(result), hint=after_failure(session),
        details={"exitCode": result.exit_code, "timedOut": result.timed_out},
    )  # fmt: skip


def after_failure(session: Session) -> str:
    """What to do then."""
    return (
        f"mend it and commit in {session.worktree}, then: amp-sessions continue-merge {session.id}, or give up: "
        f"amp-sessions abort-merge {session.id}"
    )
