"""The steps of an iteration: the one protocol that the foreground and a detached worker both run (SPEC section 5).

lock → settle what came before → prove the place → context files → agent → commit → test script → record → release
"""

from __future__ import annotations

import time
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import commits, refs, repository
from ampsm.journal.events import Model, Phase
from ampsm.model.errors import Stopped, UserError, quoted
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session, utc_now
from ampsm.model.telemetry import TestResult
from ampsm.store import iterations
from ampsm.system.locks import SessionLock
from ampsm.system.process_tree import ProcessTree
from ampsm.system.processes import become_subreaper, elapsed_ms
from ampsm.system.stopping import StopRequest
from ampsm.workflows.iteration import conflict_mode, prompts, surroundings
from ampsm.workflows.iteration.agent import run_agent
from ampsm.workflows.iteration.commit import Start, commit_changes, commit_edits_before
from ampsm.workflows.iteration.outcome import Outcome, broken, in_words, record_end, stopped, unrecorded
from ampsm.workflows.iteration.recording import OnRecorded, Recorder
from ampsm.workflows.iteration.stopped import stopped_outcome
from ampsm.workflows.iteration.test_run import run_tests
from ampsm.workflows.session import agent_context, branch_point, recover, session_file, worktree_of
from ampsm.workflows.session.held import held
from ampsm.workflows.session.in_conflict import taking_back
from ampsm.workflows.session.names import checked_model


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


def iterate_session(
    ctx: Context, ref: str, options: IterateOptions | None = None, *,
    on_event: OnRecorded = lambda event, view: None, stop: StopRequest | None = None,
) -> tuple[Session, Iteration]:  # fmt: skip
    """Runs one iteration of the session named by `ref` to its end, in this process.

    `on_event` sees every event after it is recorded. Returns session and iteration as recorded; raises UserError when
    nothing was begun, `cancelled` (exit 130) when `stop` was made before.
    """
    options = options or IterateOptions()
    if options.hooks is None:
        options = replace(options, hooks=ctx.settings.get("commitHooks") == "run")
    try:
        return _iterate(ctx, ref, options, on_event, stop)
    except Stopped as ending:
        raise UserError(
            "cancelled", "Stopped by the user before the iteration began; nothing was done",
            hint=f"amp-sessions iterate {quoted(ref)}", details={"signal": ending.signal_name},
        ) from ending  # fmt: skip


def _iterate(
    ctx: Context, ref: str, options: IterateOptions, on_event: OnRecorded, stop: StopRequest | None
) -> tuple[Session, Iteration]:
    """As `iterate_session`; raises Stopped when it is stopped before there is an iteration."""
    with held(ctx, ref, "iteration") as (session, lock):
        started = time.monotonic()
        command = f"{'iterate' if options.model else 'set'} {session.id}"
        model = checked_model(ctx, options.model or session.model, command)
        in_conflict = conflict_mode.is_awaited(ctx, session)
        tip = repository.require_head(session.worktree) if in_conflict else worktree_of.prove_tip(session)
        commits.require_identity(session.worktree)
        become_subreaper()
        earlier = iterations.iterations_of(ctx.store, session.id)
        number = recover.next_number(ctx, session, earlier)
        processes = ProcessTree(f"{session.id}/{number}", stop)
        if in_conflict:
            start = Start(tip)
        else:
            start = commit_edits_before(ctx, session, earlier, number, tip=tip, hooks=bool(options.hooks))
            earlier = iterations.iterations_of(ctx.store, session.id)  # the last may be held back now
        seen = surroundings.see(ctx, session)
        if stop is not None and stop.requested:
            raise Stopped(stop.signal_name or "")
        if in_conflict:
            begun = taking_back.begin(ctx, session, number)
            asked = conflict_mode.task(begun.asked if begun else ())
            options = replace(options, notes=f"{asked}\n\n{options.notes or ''}")
        recorder, session = _begin(ctx, session, number, earlier, replace(options, model=model), start, on_event)
        work = _Work(session, recorder, options, start, processes, lock, stop)
        with closing(recorder):
            lock.name_holder(recorder.iteration.id)
            for commit in start.commits:
                recorder.emit(commit)
            try:
                outcome, test = work.in_conflict() if in_conflict else work.as_usual()
            except (UserError, OSError) as error:
                work.end_rest()
                outcome, test = broken(error, recorder, work.session), None
            except Stopped:
                work.end_rest()
                outcome, test = stopped_outcome(work.session, recorder, in_conflict=in_conflict), None
            try:
                recorder.emit(Phase(name="record"))
                if left := processes.end():
                    recorder.warn("processes-ended", f"Still running at the end, so ended: {'; '.join(left)}")
                if in_conflict:
                    with suppress(Stopped):  # the next command that holds the session does it
                        conflict_mode.take_back(ctx, session, recorder.warn)
                with suppress(Stopped):  # `doctor` finds what is not told
                    surroundings.tell_changes(ctx, seen, session, str(recorder.iteration.number), recorder.warn)
                return record_end(work.session, recorder, outcome, test, duration_ms=elapsed_ms(started))
            except (UserError, OSError) as error:
                work.end_rest()
                return unrecorded(work.session, recorder, error)


def _begin(
    ctx: Context, session: Session, number: int, earlier: list[Iteration], options: IterateOptions, start: Start,
    on_event: OnRecorded,
) -> tuple[Recorder, Session]:  # fmt: skip
    """Makes the iteration: journal first, then its row. The prompt is stored before it is sent."""
    thread_id = prompts.thread_to_continue(session, earlier, options.new_thread)
    prompt = prompts.compose(session, earlier, notes=options.notes, continues=thread_id is not None, head=start.sha)
    iteration = Iteration(
        id=f"{session.id}/{number}", number=number, session_id=session.id, status="running", started_at=utc_now(),
        prompt=ctx.redactor.redact(prompt), start_sha=start.sha, model_requested=options.model, thread_id=thread_id,
    )  # fmt: skip
    refs.keep(Path(session.repo), refs.iteration_ref(session.id, number, "start"), start.sha)
    recorder = Recorder(ctx, iteration, prompt, on_event)
    session = recorder.begin(session)
    if options.model:
        recorder.emit(Model(requested=options.model))
    if session.thread_id and thread_id is None and not options.new_thread:
        recorder.warn("new-thread", f"Thread {session.thread_id} cannot go on; a new one starts with a summary")
    return recorder, session


@dataclass(slots=True)
class _Work:
    """An iteration that has begun: what its steps share, and the session as they leave it."""

    session: Session
    recorder: Recorder
    options: IterateOptions
    start: Start
    processes: ProcessTree
    lock: SessionLock
    stop: StopRequest | None

    def as_usual(self) -> tuple[Outcome, TestResult | None]:
        """From the context files to the test script."""
        recorder, failure = self.recorder, self._agents_part()
        recorder.emit(Phase(name="commit"))
        outcome = commit_changes(self.session, recorder, failure, hooks=bool(self.options.hooks))
        if outcome.status == "succeeded" and self.stop is not None and self.stop.requested:
            return replace(outcome, status="cancelled", error=stopped(self.session)), None
        if outcome.status != "succeeded" or not (self.session.script_command and self.options.run_tests):
            return outcome, None
        try:
            recorder.emit(Phase(name="test"))
            self.session, test = run_tests(
                recorder.ctx, self.session, self.lock, on_event=recorder.emit, stop=self.stop,
                iteration_id=recorder.iteration.id,
            )  # fmt: skip
        except (UserError, OSError) as error:
            return replace(outcome, status="failed", error=in_words(error)), None  # its commit stays
        except Stopped:
            return replace(outcome, status="cancelled", error=stopped(self.session)), None
        return outcome if test else replace(outcome, status="cancelled", error=stopped(self.session)), test

    def in_conflict(self) -> tuple[Outcome, None]:
        """The same while a rebase waits for its conflicts: nothing is committed, and there is nothing to test yet."""
        failure = self._agents_part()
        return conflict_mode.outcome_of(self.session, self.recorder, failure), None

    def end_rest(self) -> None:
        """Ends at once whatever still runs, so that it writes nothing into the next commit."""
        self.processes.end(patience=0.0)

    def _agents_part(self) -> UserError | None:
        """Writes what the agent may read, runs it, and keeps its thread. A failed or stopped one leaves nothing
        running."""
        ctx, recorder = self.recorder.ctx, self.recorder
        recorder.emit(Phase(name="context"))
        agent_context.write_session_file(ctx, self.session)
        point = branch_point.branch_point_of(ctx, self.session, self.start.sha)
        agent_context.write_diff_summary(ctx, self.session, point, self.start.status)
        recorder.emit(Phase(name="agent"))
        failure = run_agent(
            self.session, recorder, timeout=self.options.timeout, lock=self.lock, stop=self.stop, between=self.end_rest
        )
        if failure is not None:
            self.end_rest()
        thread_id = recorder.view.thread_id
        if thread_id and thread_id != self.session.thread_id:
            self.session = session_file.save_if_it_can(ctx, self.session, thread_id=thread_id)
        return failure
