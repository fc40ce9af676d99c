"""The agent's part of an iteration: find Amp, call it with the prompt, judge how it ended (SPEC section 5.5)."""

from __future__ import annotations

import shlex

from ampsm.amp import capabilities, command, failures, locate
from ampsm.amp.output.reader import AgentOutput
from ampsm.amp.running import AgentExit, AgentRun, Limits
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
        invocation, environment = _prepare(ctx, session, recorder)
    except UserError as error:
        return error
    limits = Limits(
        total=timeout or float(ctx.settings.get("iterationTimeoutSec")),
        first_line=float(ctx.settings.get("noAnswerTimeoutSec")),
    )
    output = AgentOutput(invocation.format)
    run = AgentRun(output, limits, redact=ctx.redactor.redact_line, emit=recorder.emit, stop=stop)
    prompt = recorder.prompt.rstrip("\n") + "\n"
    ended = run.run(
        invocation.argv,
        cwd=session.worktree,
        env=environment,
        stdin=prompt.encode("utf-8", "replace"),
        pass_fds=(lock.fd,),
    )
    return _judge(session, recorder, invocation, ended)


def _prepare(
    ctx: Context, session: Session, recorder: Recorder
) -> tuple[command.Invocation, dict[str, str]]:
    extra = {**ctx.settings.amp_environment(), MARKER: recorder.iteration.id, "AMP_SKIP_UPDATE_CHECK": "1"}
    environment = clean_environment(ctx.environ, extra)
    amp = locate.locate(ctx.settings, ctx.environ)
    able = capabilities.detect(amp, ctx.paths.cache_dir, environment)
    invocation = command.build(
        amp,
        able,
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
    return invocation, environment


def _judge(
    session: Session, recorder: Recorder, invocation: command.Invocation, ended: AgentExit
) -> UserError | None:
    if ended.reason == "stopped":
        return stopped(session)
    failure = failures.classify(
        format=invocation.format,
        agent=recorder.view.agent,
        exit_code=ended.exit_code,
        reason=ended.reason,
        spawn_error=ended.spawn_error,
        stdout_tail="\n".join(ended.stdout_tail),
        stderr_tail="\n".join(ended.stderr_tail),
        session_id=session.id,
    )
    if failure is None:
        return None
    return UserError(failure.code, failure.message, hint=failure.hint)
