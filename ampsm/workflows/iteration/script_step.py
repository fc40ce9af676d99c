"""The test script's part of an iteration (SPEC section 5.7)."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.journal.events import Phase, TestFinished, TestOutput, TestStarted
from ampsm.model.session import Session
from ampsm.model.telemetry import TestResult
from ampsm.system.locks import SessionLock
from ampsm.system.stopping import StopRequest
from ampsm.workflows.iteration import test_run
from ampsm.workflows.iteration.recording import Recorder
from ampsm.workflows.session import session_file


def run_tests(
    ctx: Context, session: Session, recorder: Recorder, command: str, *, lock: SessionLock, stop: StopRequest | None
) -> tuple[Session, TestResult | None]:
    """Runs the test script; no result when it was stopped."""
    recorder.emit(Phase(name="test"))
    recorder.emit(TestStarted(command=command))
    run = test_run.run_script(
        ctx, session, timeout=None, iteration_id=recorder.iteration.id, lock=lock,
        on_output=lambda line: recorder.emit(TestOutput(text=line)), stop=stop,
    )  # fmt: skip
    result = run.result
    recorder.emit(
        TestFinished(
            command=result.command, exit_code=result.exit_code, passed=result.passed,
            duration_ms=result.duration_ms, timed_out=result.timed_out,
        )
    )  # fmt: skip
    session = session_file.save_if_it_can(ctx, session, test_leftovers=run.leftovers)
    if run.stopped:
        return session, None
    test_run.record_test(ctx, session, recorder.iteration.id, result)
    return session, result
