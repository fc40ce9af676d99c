"""Running a session's test script: one function, whoever asks (an iteration, `run`, a preflight, a merge; SPEC 5.7)."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository, status
from ampsm.journal.events import Event, OnEvent, TestFinished, TestOutput, TestStarted, Warned
from ampsm.journal.lines import LineSplitter, decode_line
from ampsm.model.errors import DespiteOutages, UserError
from ampsm.model.session import Session, utc_now
from ampsm.model.telemetry import TestResult
from ampsm.model.transitions import state_after_run
from ampsm.store import telemetry
from ampsm.system.child import Child
from ampsm.system.environment import clean_environment
from ampsm.system.locks import SessionLock
from ampsm.system.process_tree import ProcessTree
from ampsm.system.processes import MARKER, become_subreaper, elapsed_ms
from ampsm.system.secrecy.key_blocks import KeyBlocks
from ampsm.system.stopping import StopRequest, stop_on_signals
from ampsm.system.test_leftovers import fingerprints, unchanged_leftovers
from ampsm.system.watching import Watch
from ampsm.workflows.iteration import surroundings
from ampsm.workflows.iteration.resolved_stop import is_resolved_stop, tree_of_stop
from ampsm.workflows.session import open_merge, session_file, worktree_of
from ampsm.workflows.session.held import held

_ONLY_DIGITS = str.maketrans("", "", "-:.TZ")

#: Code and message of the error of a command whose test script was stopped.
_STOPPED = ("cancelled", "The test script was stopped")


def run_test_script(
    ctx: Context, ref: str, *, timeout: float | None = None, on_event: OnEvent = lambda event: None,
    stop: StopRequest | None = None,
) -> tuple[TestResult, str]:  # fmt: skip
    """Runs the session's test script by hand, records the result and returns it with its redacted output. Also where
    the program's own rebase waits with all conflicts resolved: it goes on waiting, whatever the tests say.

    Raises `no-test-script` (exit 2) without one, `cancelled` (exit 130) when stopped; then nothing is recorded.
    """
    with held(ctx, ref, "test") as (session, lock):
        at_stop = is_resolved_stop(ctx, session)
        if not at_stop:
            worktree_of.prove(session)
        if not session.script_command:
            raise UserError("no-test-script", f"Session {session.id} has no test script",
                            hint=f"amp-sessions set {session.id} --script 'make test'")  # fmt: skip
        output: list[str] = []

        def take(event: Event) -> None:
            if isinstance(event, TestOutput):
                output.append(event.text + "\n")
            on_event(event)

        session, result = run_tests(
            ctx, session, lock, on_event=take, stop=stop, timeout=timeout, must_record=True, at_stop=at_stop,
            merge_waits=open_merge.keeps_waiting(ctx, session.id),
        )  # fmt: skip
        if result is None:
            raise session.error("run", *_STOPPED, sessionId=session.id)
    return result, "".join(output)


def run_tests(
    ctx: Context, session: Session, lock: SessionLock, *, on_event: OnEvent, stop: StopRequest | None,
    timeout: float | None = None, iteration_id: str | None = None, sets_status: bool = True, must_record: bool = False,
    at_stop: bool = False, merge_waits: bool = False,
) -> tuple[Session, TestResult | None]:  # fmt: skip
    """Runs the test script of a session that is held, and records what came of it: the result, the untracked files it
    left, and with `sets_status` what that makes of the session's status.

    `at_stop`: a rebase waits there, and the session's status is of that. `merge_waits`: a merge is open, so that the
    status stays when they pass. `timeout` is in seconds (None: the setting `testTimeoutSec`).
    `iteration_id` is given by an iteration, which looks after its processes and its status itself. A store that cannot
    be written ends only what `must_record`. Returns the session as it is then; no result when the script was stopped,
    which says nothing about the tests.
    """
    marker, processes, seen = iteration_id or f"{session.id}/test", None, None
    if iteration_id is None:  # what the script starts is found again by its marker, and this process has to end it
        become_subreaper()
        lock.name_holder(marker, "test")  # whoever asked for it, also a merge: it can be stopped meanwhile
        processes, seen = ProcessTree(marker, stop), surroundings.see(ctx, session)
    on_event(TestStarted(command=session.script_command or ""))
    try:
        result, leftovers, stopped = _run_script(
            ctx, session, lock, marker, on_event, stop, timeout or float(ctx.settings.get("testTimeoutSec"))
        )
    finally:
        if processes is not None:
            processes.end()
            surroundings.tell_changes(
                ctx, seen, session, f"test-{utc_now().translate(_ONLY_DIGITS)}",
                lambda code, message: on_event(Warned(code=code, message=ctx.redactor.redact(message))),
            )  # fmt: skip
            lock.name_holder()
    on_event(TestFinished(**asdict(result)))
    save = session_file.save_session if must_record else session_file.save_if_it_can
    save = partial(save, ctx, session, test_leftovers=leftovers)
    if stopped:
        return save(), None
    if sets_status and iteration_id is None and not at_stop:
        state = state_after_run(session, result)
        status = session.status if merge_waits and result.passed else state.status
        save = partial(save, status=status, blocked_by_tests=state.blocked_by_tests)
    session = save()
    # The tree that the result speaks of: none while there are uncommitted changes.
    if at_stop:
        tree = tree_of_stop(session)
    else:
        tree = None if worktree_of.local_changes(session).paths else repository.tree_of(session.worktree, "HEAD")
    with nullcontext() if must_record else DespiteOutages():
        telemetry.insert_test_run(ctx.store, session.id, iteration_id, result, tree, utc_now())
    return session, result


def run_for_merge(
    ctx: Context, session: Session, lock: SessionLock, on_event: OnEvent, *, sets_status: bool = True
) -> tuple[Session, TestResult]:
    """As `run_tests`, for a preflight or merge that a signal may stop: raises `cancelled` (exit 130) then."""
    with stop_on_signals() as stop:
        session, result = run_tests(ctx, session, lock, on_event=on_event, stop=stop, sets_status=sets_status)
    if result is None:
        raise session.error("status", *_STOPPED, sessionId=session.id)
    return session, result


def known_result(ctx: Context, session: Session, tip: str) -> TestResult | None:
    """How the session's test script last judged exactly the tree of `tip`; None when it never did."""
    if not session.script_command:
        return None
    tree = repository.tree_of(Path(session.repo), tip)
    return telemetry.last_test_of_tree(ctx.store, session.id, tree, session.script_command)


def how_it_failed(result: TestResult) -> str:
    """What is said of a test script that did not pass."""
    how = "timed out" if result.timed_out else f"failed with exit code {result.exit_code}"
    return f"The test script {how}: {result.command}"


def _run_script(
    ctx: Context, session: Session, lock: SessionLock, marker: str, on_event: OnEvent, stop: StopRequest | None,
    limit: float,
) -> tuple[TestResult, dict[str, str], bool]:  # fmt: skip
    """Runs the script with `/bin/sh -c` in the worktree, standard input closed; each line is redacted, then told.

    After `limit` seconds, or when stopped, its process group is ended. Returns the result, the untracked files that are
    now known to be its doing, and whether it was stopped.
    """
    command = session.script_command or ""
    worktree = Path(session.worktree)
    # What earlier runs left, and this one writes again (a report, say), is the script's doing as well.
    known = unchanged_leftovers(session)
    before = {path for path in status.worktree_status(worktree).untracked if path not in known}
    child = Child(
        ["/bin/sh", "-c", command], cwd=session.worktree, env=clean_environment(ctx.environ, {MARKER: marker}),
        pass_fds=(lock.fd,), merge_output=True,
    )  # fmt: skip
    splitter, keys = LineSplitter(), KeyBlocks(ctx.redactor.redact)

    def take(_stream: str, data: bytes) -> None:
        for line in splitter.feed(data):
            on_event(TestOutput(text=keys.redact(decode_line(line))))

    watch = Watch(child, on_data=take, why_end=lambda seconds: "timed-out" if seconds > limit else None, stop=stop)
    code = watch.to_end()
    for line in splitter.finish():
        on_event(TestOutput(text=keys.redact(decode_line(line))))
    exit_code, timed_out = (128 - code if code < 0 else code), watch.reason == "timed-out"
    result = TestResult(
        command=command, exit_code=exit_code, passed=exit_code == 0 and not timed_out,
        duration_ms=elapsed_ms(child.started), timed_out=timed_out,
    )  # fmt: skip
    left = [path for path in status.worktree_status(worktree).untracked if path not in before]
    return result, fingerprints(worktree, left), watch.reason == "stopped"
