"""The test script as a merge asks it: about exactly what is merged (SPEC section 6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git import repository
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.model.telemetry import TestResult
from ampsm.model.transitions import state_after_run
from ampsm.store.telemetry import last_test_of_tree
from ampsm.system.locks import SessionLock
from ampsm.system.processes import become_subreaper
from ampsm.system.stopping import stop_on_signals
from ampsm.workflows.iteration import test_run
from ampsm.workflows.session import session_file
from ampsm.workflows.session.process_tree import Household

#: Sees what a preflight or merge does, as the events of its `--stream-json`.
Tell = Callable[[dict[str, Any]], None]


def known_result(ctx: Context, session: Session, tip: str) -> TestResult | None:
    """How the session's test script last judged exactly the tree of `tip`; None when it never did."""
    if not session.script_command:
        return None
    return last_test_of_tree(ctx.store, session.id, repository.tree_of(Path(session.repo), tip), session.script_command)


def run_tests(
    ctx: Context, session: Session, lock: SessionLock, tell: Tell, *, keep_status: bool
) -> tuple[Session, TestResult]:
    """Runs the test script in the worktree and records its result; returns the session as it is then.

    With `keep_status` the session's status is left to the caller. Raises `cancelled` (exit 130) when stopped.
    """
    become_subreaper()
    marker = f"{session.id}/test"
    lock.name_holder(marker)
    household = Household(marker)
    tell({"type": "test_started", "command": session.script_command})
    try:
        with stop_on_signals() as stop:
            run = test_run.run_script(
                ctx, session, timeout=None, iteration_id=marker, lock=lock,
                on_output=lambda line: tell({"type": "test_output", "text": line}), stop=stop,
            )  # fmt: skip
    finally:
        household.end()
        lock.name_holder()
    tell({"type": "test_finished", **run.result.document()})
    changes: dict[str, Any] = {"test_leftovers": run.leftovers}
    if not keep_status and not run.stopped:
        state = state_after_run(session, run.result)
        changes |= {"status": state.status, "blocked_by_tests": state.blocked_by_tests}
    session = session_file.save_session(ctx, session, **changes)
    if run.stopped:
        raise UserError("cancelled", "The test script was stopped", hint=f"amp-sessions status {session.id}")
    test_run.record_test(ctx, session, None, run.result)
    return session, run.result


def failed(session: Session, result: TestResult) -> UserError:
    """What is said of a merge that failing tests keep from going on (exit 8)."""
    how = "timed out" if result.timed_out else f"failed with exit code {result.exit_code}"
    return UserError(
        "tests-failed", f"The test script {how}: {result.command}", hint=after_failure(session),
        details={"exitCode": result.exit_code, "timedOut": result.timed_out},
    )  # fmt: skip


def after_failure(session: Session) -> str:
    """What to do then."""
    return (
        f"mend it and commit in {session.worktree}, then: amp-sessions continue-merge {session.id}, or give up: "
        f"amp-sessions abort-merge {session.id}"
    )
