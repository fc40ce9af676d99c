"""The steps of an iteration: the one protocol that the foreground and a detached worker both run (SPEC section 5).

lock → settle what came before → prove the place → context files → agent → commit → test script → record → release
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, refs, repository
from ampsm.journal.events import IterationStarted, Model, Phase
from ampsm.journal.writer import JournalWriter
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session, utc_now
from ampsm.model.telemetry import TestResult
from ampsm.store import iterations
from ampsm.system.locks import SessionLock
from ampsm.system.processes import become_subreaper, elapsed_ms
from ampsm.system.stopping import StopRequest
from ampsm.workflows.iteration import agent, conflict_mode, prompts
from ampsm.workflows.iteration.commit import commit_changes
from ampsm.workflows.iteration.outcome import Outcome, broken, broken_off, cancelled, record_end, unrecorded
from ampsm.workflows.iteration.recording import OnEvent, Recorder
from ampsm.workflows.iteration.start import Start, commit_edits_before
from ampsm.workflows.iteration.test_run import run_tests
from ampsm.workflows.session import agent_context, recover, session_file
from ampsm.workflows.session.branch_point import branch_point_of
from ampsm.workflows.session.held import held
from ampsm.workflows.session.process_tree import ProcessTree
from ampsm.workflows.session.worktree_of import prove_tip


@record
class IterateOptions:
    """What one call of `iterate` asks for beyond the session's own settings; `timeout` in seconds; `hooks` None follows
    the setting `commitHooks`."""

    notes: str | None = None
    model: str | None = None
    new_thread: bool = False
    timeout: float | None = None
    run_tests: bool = True
    hooks: bool | None = None


@record
class Work:
    """What the steps of one iteration share."""

    ctx: Context
    recorder: Recorder
    options: IterateOptions
    start: Start
    processes: ProcessTree
    lock: SessionLock
    stop: StopRequest | None

    def end_rest(self) -> None:
        """Ends at once whatever still runs, so that it writes nothing into the next commit."""
        self.processes.end(patience=0.0)


def iterate_session(
    ctx: Context,
    ref: str,
    options: IterateOptions | None = None,
    *,
    on_event: OnEvent = lambda event, view: None,
    stop: StopRequest | None = None,
) -> tuple[Session, Iteration]:
    """Runs one iteration of the session named by `ref` to its end, in this process.

    `on_event` sees every event after it is recorded. Returns session and iteration as recorded; raises UserError when
    nothing was begun.
    """
    with held(ctx, ref, "iteration") as (session, lock):
        return execute(ctx, session, options or IterateOptions(), lock, on_event, stop)


def execute(
    ctx: Context,
    session: Session,
    options: IterateOptions,
    lock: SessionLock,
    on_event: OnEvent,
    stop: StopRequest | None,
) -> tuple[Session, Iteration]:
    """The protocol itself, for a caller that holds the lock and has settled what came before."""
    started = time.monotonic()
    in_conflict = conflict_mode.is_awaited(ctx, session)
    tip = repository.require_head(session.worktree) if in_conflict else prove_tip(session)
    commits.require_identity(session.worktree)
    become_subreaper()
    hooks = options.hooks if options.hooks is not None else ctx.settings.get("commitHooks") == "run"
    options = replace(options, hooks=hooks)
    earlier = iterations.iterations_of(ctx.store, session.id)
    number = recover.next_number(ctx, session, earlier)
    processes = ProcessTree(f"{session.id}/{number}")
    if in_conflict:
        conflict_mode.keep_worktree(session)
        options = replace(options, notes=conflict_mode.notes_with_task(options.notes))
        start = Start(tip)
    else:
        start = commit_edits_before(ctx, session, earlier, number, tip=tip, hooks=hooks)
    recorder, session = _begin(ctx, session, number, earlier, options, start, on_event)
    work = Work(ctx, recorder, options, start, processes, lock, stop)
    with recorder:
        lock.name_holder(recorder.iteration.id)
        for commit in start.commits:
            recorder.emit(commit)
        try:
            session, outcome, test = _in_conflict(work, session) if in_conflict else _usual(work, session)
        except (UserError, OSError) as error:
            work.end_rest()
            outcome, test = broken(error, recorder), None
        try:
            recorder.emit(Phase(name="record"))
            if left := processes.end():
                recorder.warn("processes-ended", f"Still running at the end, so ended: {'; '.join(left)}")
            return record_end(ctx, session, recorder, outcome, test, duration_ms=elapsed_ms(started))
        except (UserError, OSError) as error:
            work.end_rest()
            return unrecorded(session, recorder, error)


def _usual(work: Work, session: Session) -> tuple[Session, Outcome, TestResult | None]:
    """From the context files to the test script."""
    session, failure = _agents_part(work, session)
    work.recorder.emit(Phase(name="commit"))
    outcome = commit_changes(
        work.ctx, session, work.recorder, failure, hooks=work.options.hooks is not False
    )  # fmt: skip
    if outcome.status != "succeeded" or not (session.script_command and work.options.run_tests):
        return session, outcome, None
    try:
        work.recorder.emit(Phase(name="test"))
        session, test = run_tests(
            work.ctx, session, work.lock, on_event=work.recorder.emit, stop=work.stop,
            iteration_id=work.recorder.iteration.id,
        )  # fmt: skip
    except (UserError, OSError) as error:
        return session, broken_off(outcome, error), None
    return session, outcome if test else cancelled(session, outcome), test


def _in_conflict(work: Work, session: Session) -> tuple[Session, Outcome, TestResult | None]:
    """As `_usual` while a rebase waits for its conflicts: nothing is committed, and there is nothing to test yet."""
    session, failure = _agents_part(work, session)
    return session, conflict_mode.outcome_of(session, work.recorder, failure), None


def _begin(
    ctx: Context,
    session: Session,
    number: int,
    earlier: list[Iteration],
    options: IterateOptions,
    start: Start,
    on_event: OnEvent,
) -> tuple[Recorder, Session]:
    """Makes the iteration: journal first, then its row. The prompt is stored before it is sent."""
    thread_id = prompts.thread_to_continue(session, earlier, options.new_thread)
    model = options.model or session.model or ctx.settings.get("defaultModel")
    prompt = prompts.compose(session, earlier, notes=options.notes, continues=thread_id is not None, head=start.sha)
    iteration = Iteration(
        id=f"{session.id}/{number}", number=number, session_id=session.id, status="running", started_at=utc_now(),
        prompt=ctx.redactor.redact(prompt), start_sha=start.sha, model_requested=model, thread_id=thread_id,
    )  # fmt: skip
    refs.keep(Path(session.repo), refs.iteration_ref(session.id, number, "start"), start.sha)
    writer = JournalWriter(ctx.paths.journal(session.id, number), ctx.redactor)
    recorder = Recorder(ctx, iteration, prompt, writer, on_event)
    started = IterationStarted(
        number=number, prompt=iteration.prompt, start_sha=start.sha, thread_id=thread_id, model=model
    )
    session = recorder.begin(started, session)
    if model:
        recorder.emit(Model(requested=model))
    if session.thread_id and thread_id is None and not options.new_thread:
        recorder.warn("new-thread", f"Thread {session.thread_id} cannot go on; a new one starts with a summary")
    return recorder, session


def _agents_part(work: Work, session: Session) -> tuple[Session, UserError | None]:
    """Writes what the agent may read, runs it, and keeps its thread. A failed or stopped one leaves nothing running."""
    ctx, recorder = work.ctx, work.recorder
    recorder.emit(Phase(name="context"))
    agent_context.write_session_file(ctx, session)
    point = branch_point_of(ctx, session, work.start.sha)
    agent_context.write_diff_summary(ctx, session, point, work.start.status)
    recorder.emit(Phase(name="agent"))
    failure = agent.run_agent(
        ctx, session, recorder, timeout=work.options.timeout, lock=work.lock, stop=work.stop, between=work.end_rest
    )
    if failure is not None:
        work.end_rest()
    thread_id = recorder.view.thread_id
    if thread_id and thread_id != session.thread_id:
        session = session_file.save_if_it_can(ctx, session, thread_id=thread_id)
    return session, failure
