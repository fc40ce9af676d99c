"""The steps of an iteration: the one protocol that the foreground and a detached worker both run (SPEC section 5).

lock → settle what came before → prove the place → context files → agent → commit → test script → record → release
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, refs, repository
from ampsm.journal.events import IterationStarted, Model, Phase, TestFinished, TestOutput, TestStarted
from ampsm.journal.writer import JournalWriter
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session, utc_now
from ampsm.model.telemetry import TestResult
from ampsm.store import iterations
from ampsm.system.locks import SessionLock
from ampsm.system.processes import become_subreaper, elapsed_ms
from ampsm.system.stopping import StopRequest
from ampsm.workflows import (
    agent_context,
    agent_step,
    checks,
    commit_step,
    conflict_iteration,
    facts,
    prompts,
    record_step,
    recover,
)  # fmt: skip
from ampsm.workflows.holding import hold
from ampsm.workflows.leftover_processes import Household
from ampsm.workflows.place import branch_point_of, prove
from ampsm.workflows.recording import OnEvent, Recorder
from ampsm.workflows.sessions import require_session


@record
class Wishes:
    """What one call of `iterate` asks for beyond the session's own settings; `timeout` in seconds; `hooks` None follows
    the setting `commitHooks`."""

    notes: str | None = None
    model: str | None = None
    new_thread: bool = False
    timeout: float | None = None
    run_tests: bool = True
    hooks: bool | None = None


def iterate(
    ctx: Context,
    ref: str,
    *,
    notes: str | None = None,
    model: str | None = None,
    new_thread: bool = False,
    timeout: float | None = None,
    run_tests: bool = True,
    hooks: bool | None = None,
    on_event: OnEvent = lambda event, view: None,
    stop: StopRequest | None = None,
) -> tuple[Session, Iteration]:
    """Runs one iteration of the session named by `ref` to its end, in this process.

    `timeout` (seconds) bounds the agent; `hooks` None follows the setting `commitHooks`. `on_event` sees every event
    after it is recorded. Returns session and iteration as recorded; raises UserError when nothing was begun.
    """
    session = require_session(ctx, ref)
    with hold(ctx, session, "iteration", end_orphans=True) as lock:
        wishes = Wishes(notes, model, new_thread, timeout, run_tests, hooks)
        return execute(ctx, recover.settle_held(ctx, session), wishes, lock, on_event, stop)


def execute(
    ctx: Context, session: Session, wishes: Wishes, lock: SessionLock, on_event: OnEvent, stop: StopRequest | None
) -> tuple[Session, Iteration]:
    """The protocol itself, for a caller that holds the lock and has settled what came before."""
    started = time.monotonic()
    in_conflict = conflict_iteration.is_awaited(ctx, session)
    if not in_conflict:
        prove(session)
    commits.require_identity(session.worktree)
    become_subreaper()
    hooks = wishes.hooks if wishes.hooks is not None else ctx.settings.get("commitHooks") == "run"
    earlier = iterations.iterations_of(ctx.store, session.id)
    number = recover.next_number(ctx, session, earlier)
    household = Household(f"{session.id}/{number}")
    if in_conflict:
        conflict_iteration.keep_worktree(session)
        wishes = replace(wishes, notes=conflict_iteration.notes_with_task(wishes.notes))
        before = []
    else:
        before = commit_step.commit_edits_before(ctx, session, earlier, number, hooks=hooks)
    recorder, session = _begin(ctx, session, number, earlier, wishes, on_event)
    with recorder:
        lock.name_holder(recorder.iteration.id)
        for commit in before:
            recorder.emit(commit)
        try:
            work = _work_in_conflict if in_conflict else _work
            session, outcome, test = work(ctx, session, recorder, replace(wishes, hooks=hooks), household, lock, stop)
        except (UserError, OSError) as error:
            household.end(patience=0.0)
            outcome, test = commit_step.broken(error, recorder), None
        try:
            recorder.emit(Phase(name="record"))
            if left := household.end():
                recorder.warn("processes-ended", f"Still running at the end, so ended: {'; '.join(left)}")
            return record_step.record(ctx, session, recorder, outcome, test, duration_ms=elapsed_ms(started))
        except (UserError, OSError) as error:
            household.end(patience=0.0)
            return record_step.unrecorded(session, recorder, error)


def _work(
    ctx: Context,
    session: Session,
    recorder: Recorder,
    wishes: Wishes,
    household: Household,
    lock: SessionLock,
    stop: StopRequest | None,
) -> tuple[Session, commit_step.Outcome, TestResult | None]:
    """From the context files to the test script."""
    _context_files(ctx, session, recorder)
    failure = _agent(ctx, session, recorder, wishes, household, lock, stop)
    session = _keep_thread(ctx, session, recorder)
    recorder.emit(Phase(name="commit"))
    outcome = commit_step.commit_changes(ctx, session, recorder, failure, hooks=wishes.hooks is not False)
    if outcome.status != "succeeded" or not (session.script_command and wishes.run_tests):
        return session, outcome, None
    try:
        session, test = _test(ctx, session, recorder, session.script_command, lock, stop)
    except (UserError, OSError) as error:
        return session, commit_step.broken_off(outcome, error), None
    return session, outcome if test else commit_step.cancelled(session, outcome), test


def _work_in_conflict(
    ctx: Context,
    session: Session,
    recorder: Recorder,
    wishes: Wishes,
    household: Household,
    lock: SessionLock,
    stop: StopRequest | None,
) -> tuple[Session, commit_step.Outcome, TestResult | None]:
    """As `_work` while a rebase waits for its conflicts: nothing is committed, and there is nothing to test yet."""
    _context_files(ctx, session, recorder)
    failure = _agent(ctx, session, recorder, wishes, household, lock, stop)
    session = _keep_thread(ctx, session, recorder)
    return session, conflict_iteration.outcome(session, recorder, failure), None


def _begin(
    ctx: Context, session: Session, number: int, earlier: list[Iteration], wishes: Wishes, on_event: OnEvent
) -> tuple[Recorder, Session]:
    """Makes the iteration: journal first, then its row. The prompt is stored before it is sent."""
    thread_id = prompts.thread_to_continue(session, earlier, wishes.new_thread)
    start_sha = repository.require_head(Path(session.worktree))
    model = wishes.model or session.model or ctx.settings.get("defaultModel")
    prompt = prompts.compose(session, earlier, notes=wishes.notes, continues=thread_id is not None, head=start_sha)
    iteration = Iteration(
        id=f"{session.id}/{number}", number=number, session_id=session.id, status="running", started_at=utc_now(),
        prompt=ctx.redactor.redact(prompt), start_sha=start_sha, model_requested=model, thread_id=thread_id,
    )  # fmt: skip
    refs.keep(Path(session.repo), refs.iteration_ref(session.id, number, "start"), start_sha)
    writer = JournalWriter(ctx.paths.journal(session.id, number), ctx.redactor)
    recorder = Recorder(ctx, iteration, prompt, writer, on_event)
    started = IterationStarted(
        number=number, prompt=iteration.prompt, start_sha=start_sha, thread_id=thread_id, model=model
    )
    session = recorder.begin(started, session)
    if model:
        recorder.emit(Model(requested=model))
    if session.thread_id and thread_id is None and not wishes.new_thread:
        recorder.warn("new-thread", f"Thread {session.thread_id} cannot go on; a new one starts with a summary")
    return recorder, session


def _context_files(ctx: Context, session: Session, recorder: Recorder) -> None:
    recorder.emit(Phase(name="context"))
    agent_context.write_session_file(ctx, session)
    agent_context.write_diff_summary(ctx, session, branch_point_of(ctx, session, recorder.iteration.start_sha))


def _agent(
    ctx: Context,
    session: Session,
    recorder: Recorder,
    wishes: Wishes,
    household: Household,
    lock: SessionLock,
    stop: StopRequest | None,
) -> UserError | None:
    """Runs the agent. A failed or stopped one leaves nothing running that could write into what is committed next."""
    recorder.emit(Phase(name="agent"))

    def end_rest() -> None:
        household.end(patience=0.0)

    failure = agent_step.run_agent(
        ctx, session, recorder, timeout=wishes.timeout, lock=lock, stop=stop, between=end_rest
    )
    if failure is not None:
        end_rest()
    return failure


def _keep_thread(ctx: Context, session: Session, recorder: Recorder) -> Session:
    thread_id = recorder.view.thread_id
    if thread_id and thread_id != session.thread_id:
        return facts.save_if_it_can(ctx, session, thread_id=thread_id)
    return session


def _test(
    ctx: Context, session: Session, recorder: Recorder, command: str, lock: SessionLock, stop: StopRequest | None
) -> tuple[Session, TestResult | None]:
    """Runs the test script; no result when it was stopped."""
    recorder.emit(Phase(name="test"))
    recorder.emit(TestStarted(command=command))
    run = checks.run_script(
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
    session = facts.save_if_it_can(ctx, session, test_leftovers=run.leftovers)
    if run.stopped:
        return session, None
    checks.record_test(ctx, session, recorder.iteration.id, result)
    return session, result
