"""The agent's part of an iteration: find Amp, call it with the prompt, judge how it ended (SPEC section 5.5)."""

from __future__ import annotations

import shlex

from ampsm.amp import capabilities, command, failures, locate, threads
from ampsm.amp.authentication import KEY as AUTH_COMMAND
from ampsm.amp.authentication import authenticate
from ampsm.amp.output.reader import AgentOutput
from ampsm.amp.running import AgentRun, Limits
from ampsm.context import Context
from ampsm.journal.events import Model, Thread
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.system.environment import clean_environment
from ampsm.system.locks import SessionLock
from ampsm.system.processes import MARKER
from ampsm.system.stopping import StopRequest
from ampsm.workflows.commit_step import stopped
from ampsm.workflows.recording import Recorder


def run_agent(
    ctx: Context,
    session: Session,
    recorder: Recorder,
    *,
    timeout: float | None,
    lock: SessionLock,
    stop: StopRequest | None,
) -> UserError | None:
    """Runs the agent in the session's worktree. Returns why it failed, None when it is fine; raises nothing that the
    agent can cause."""
    try:
        amp = locate.locate(ctx.settings, ctx.environ)
        environment = _environment(ctx, recorder)
        if not amp.is_demo:
            authenticate(ctx.settings.get(AUTH_COMMAND), environment, stop=stop)
        known = capabilities.detect(amp, ctx.paths.cache_dir, environment)
        invocation = _invocation(ctx, session, recorder, amp, known, environment, stop)
    except UserError as error:
        return error
    if stop is not None and stop.requested:
        return stopped(session)
    output = AgentOutput(invocation.format)
    limits = Limits(
        total=timeout or float(ctx.settings.get("iterationTimeoutSec")),
        first_line=float(ctx.settings.get("noAnswerTimeoutSec")),
    )
    run = AgentRun(output, limits, redact=ctx.redactor.redact_line, emit=recorder.emit, stop=stop)
    try:
        ended = run.run(
            invocation.argv,
            cwd=session.worktree,
            env=environment,
            stdin=command.prompt_bytes(recorder.prompt),
            pass_fds=(lock.fd,),
        )
    except OSError as error:
        return locate.start_error(amp, error)
    if ended.reason == "stopped":
        return stopped(session)
    failure = failures.classify(
        format=invocation.format,
        agent=output.agent,
        exit_code=ended.exit_code,
        stderr_tail=output.stderr_tail,
        stdout_tail=output.stdout_tail,
        ended_by=ended.reason,
        session_id=session.id,
    )
    if failure and failure.code == "bad-arguments":
        capabilities.forget(amp, ctx.paths.cache_dir)
    if known.threads_export and recorder.view.usage() and _is_mode(recorder.view.model, known, invocation):
        _record_model(session, recorder, amp, environment, stop)
    return failure.error() if failure else None


def _environment(ctx: Context, recorder: Recorder) -> dict[str, str]:
    marked = {**ctx.settings.amp_environment(), MARKER: recorder.iteration.id}
    return command.agent_environment(clean_environment(ctx.environ, marked))


def _invocation(
    ctx: Context,
    session: Session,
    recorder: Recorder,
    amp: locate.AmpCommand,
    known: capabilities.Capabilities,
    environment: dict[str, str],
    stop: StopRequest | None,
) -> command.Invocation:
    """How this Amp is called for this iteration; what it cannot express is said."""

    def build(thread_id: str | None) -> command.Invocation:
        return command.build(
            amp,
            known,
            thread_id=thread_id,
            model=recorder.iteration.model_requested,
            permissions=ctx.settings.get("ampPermissions"),
            extra_args=shlex.split(ctx.settings.get("ampArgs") or ""),
            json_logs=bool(ctx.settings.get("enableJSONLogs")),
        )

    thread_id = recorder.iteration.thread_id
    invocation = build(thread_id)
    if invocation.format == command.TEXT and not thread_id and known.threads_new and known.threads_continue:
        thread_id = threads.new_thread(amp, cwd=session.worktree, env=environment, stop=stop)
        if thread_id:
            recorder.emit(Thread(thread_id=thread_id))
            invocation = build(thread_id)
    for code, message in invocation.notes:
        recorder.warn(code, message)
    if invocation.model_used:
        recorder.emit(Model(requested=recorder.iteration.model_requested, used=invocation.model_used))
    return invocation


def _is_mode(name: str | None, known: capabilities.Capabilities, invocation: command.Invocation) -> bool:
    """Whether the model is still to be found out: what is known of it is nothing, a mode, or what was asked for."""
    return name is None or name in known.modes or name == invocation.model_used


def _record_model(
    session: Session, recorder: Recorder, amp: locate.AmpCommand, environment: dict[str, str], stop: StopRequest | None
) -> None:
    if recorder.view.thread_id is None:
        return
    used = threads.exported_model(amp, recorder.view.thread_id, cwd=session.worktree, env=environment, stop=stop)
    if used:
        recorder.emit(Model(requested=recorder.iteration.model_requested, used=used))
