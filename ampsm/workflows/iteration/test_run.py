"""Running a session's test script (SPEC section 5.7)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository, status
from ampsm.journal.lines import LineSplitter, decode_line
from ampsm.model.errors import STORE_OUTAGES, UserError
from ampsm.model.record import record
from ampsm.model.session import Session, utc_now
from ampsm.model.telemetry import TestResult
from ampsm.model.transitions import state_after_run
from ampsm.store import telemetry
from ampsm.system.child import Child
from ampsm.system.environment import clean_environment
from ampsm.system.key_blocks import KeyBlocks
from ampsm.system.locks import SessionLock
from ampsm.system.processes import MARKER, become_subreaper, elapsed_ms
from ampsm.system.stopping import StopRequest
from ampsm.system.test_leftovers import fingerprints, unchanged_leftovers
from ampsm.system.watching import Watch
from ampsm.workflows.session import recover, session_file
from ampsm.workflows.session.held import hold
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.process_tree import Household
from ampsm.workflows.session.worktree_of import prove


@record
class ScriptRun:
    """A test script that ended; `leftovers` are the untracked files that are now known to be its doing."""

    result: TestResult
    leftovers: dict[str, str]
    stopped: bool


def run_test_script(
    ctx: Context,
    ref: str,
    *,
    timeout: float | None = None,
    on_output: Callable[[str], None] = lambda line: None,
    stop: StopRequest | None = None,
) -> tuple[TestResult, str]:
    """Runs the session's test script by hand, records the result and returns it with its redacted output.

    Raises `no-test-script` (exit 2) without one, `cancelled` (exit 130) when stopped; then nothing is recorded.
    """
    session = require_session(ctx, ref)
    with hold(ctx, session, "test") as lock:
        become_subreaper()
        session = recover.settle_held(ctx, session)
        prove(session)
        if not session.script_command:
            raise UserError("no-test-script", f"Session {session.id} has no test script",
                            hint=f"amp-sessions set {session.id} --script 'make test'")  # fmt: skip
        output: list[str] = []

        def take(line: str) -> None:
            output.append(line)
            on_output(line)

        household = Household(f"{session.id}/test")
        run = run_script(ctx, session, timeout=timeout, iteration_id=f"{session.id}/test", lock=lock, on_output=take,
                         stop=stop)  # fmt: skip
        household.end()
        if run.stopped:  # which says nothing about the tests
            session_file.save_session(ctx, session, test_leftovers=run.leftovers)
            raise UserError("cancelled", "The test script was stopped", hint=f"amp-sessions run {session.id}")
        state = state_after_run(session, run.result)
        session = session_file.save_session(
            ctx, session, test_leftovers=run.leftovers, status=state.status, blocked_by_tests=state.blocked_by_tests
        )
        record_test(ctx, session, None, run.result)
    return run.result, "".join(line + "\n" for line in output)


def run_script(
    ctx: Context,
    session: Session,
    *,
    timeout: float | None,
    iteration_id: str,
    lock: SessionLock,
    on_output: Callable[[str], None],
    stop: StopRequest | None,
) -> ScriptRun:
    """Runs the script with `/bin/sh -c` in the worktree, standard input closed; each redacted line goes to `on_output`.

    After `timeout` seconds (setting `testTimeoutSec`), or when stopped, its process group is ended.
    """
    command = session.script_command or ""
    worktree = Path(session.worktree)
    # What earlier runs left, and this one writes again (a report, say), is the script's doing as well.
    known = unchanged_leftovers(session)
    before = {path for path in status.worktree_status(worktree).untracked if path not in known}
    environment = clean_environment(ctx.environ, {MARKER: iteration_id})
    child = Child(
        ["/bin/sh", "-c", command], cwd=session.worktree, env=environment, pass_fds=(lock.fd,), merge_output=True
    )
    limit = timeout or float(ctx.settings.get("testTimeoutSec"))
    splitter, keys = LineSplitter(), KeyBlocks(ctx.redactor.redact)

    def take(_stream: str, data: bytes) -> None:
        for line in splitter.feed(data):
            on_output(keys.redact(decode_line(line)))

    watch = Watch(child, on_data=take, why_end=lambda seconds: "timed-out" if seconds > limit else None, stop=stop)
    code = watch.to_end()
    for line in splitter.finish():
        on_output(keys.redact(decode_line(line)))
    exit_code, timed_out = (128 - code if code < 0 else code), watch.reason == "timed-out"
    result = TestResult(
        command=command, exit_code=exit_code, passed=exit_code == 0 and not timed_out,
        duration_ms=elapsed_ms(child.started), timed_out=timed_out,
    )  # fmt: skip
    left = [path for path in status.worktree_status(worktree).untracked if path not in before]
    return ScriptRun(result, fingerprints(worktree, left), watch.reason == "stopped")


def record_test(ctx: Context, session: Session, iteration_id: str | None, result: TestResult) -> None:
    """Stores a test result with the tree it speaks of (None while there are uncommitted changes)."""
    worktree = Path(session.worktree)
    dirty = [path for path in status.worktree_status(worktree).paths if path not in session.test_leftovers]
    tree = None if dirty else repository.tree_of(worktree, "HEAD")
    try:
        telemetry.insert_test_run(ctx.store, session.id, iteration_id, result, tree, utc_now())
    except UserError as error:
        if iteration_id is None or error.code not in STORE_OUTAGES:
            raise
