"""The agent's part of an iteration: find Amp, call it with the prompt, judge how it ended (SPEC section 5.5)."""

from __future__ import annotations

import shlex

from ampsm.amp import capabilities, command, failures, locate
from ampsm.amp.output.reader import AgentOutput
from ampsm.amp.running import AgentRun, Limits
from ampsm.context import Context
from ampsm.journal.events import Model
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
        invocation = _invocation(ctx, recorder, amp, environment)
    except UserError as error:
        return error
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
    return failure.error() if failure else None


def _environment(ctx: Context, recorder: Recorder) -> dict[str, str]:
    marked = {**ctx.settings.amp_environment(), MARKER: recorder.iteration.id}
    return command.agent_environment(clean_environment(ctx.environ, marked))


def _invocation(
    ctx: Context, recorder: Recorder, amp: locate.AmpCommand, environment: dict[str, str]
) -> command.Invocation:
    """How this Amp is called for this iteration; what it cannot express is said."""
    invocation = command.build(
        amp,
        capabilities.detect(amp, ctx.paths.cache_dir, environment),
        thread_id=recorder.iteration.thread_id,
        model=recorder.iteration.model_requested,
        permissions=ctx.settings.get("ampPermissions"),
        extra_args=shlex.split(ctx.settings.get("ampArgs") or ""),
        json_logs=bool(ctx.settings.get("enableJSONLogs")),
    )
    for code, message in invocation.notes:
        recorder.warn(code, message)
    if invocation.model_used:
        recorder.emit(Model(requested=recorder.iteration.model_requested, used=invocation.model_used))
    return invocation
