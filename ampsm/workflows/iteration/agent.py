"""The agent's part of an iteration: find Amp, call it with the prompt, judge how it ended, and call it again after what
waiting can cure (SPEC section 5.5, setting `ampRetries`)."""

from __future__ import annotations

import select
import shlex
import signal
import time
from collections.abc import Callable

from ampsm.amp import capabilities, command, failures, locate, threads
from ampsm.amp.authentication import KEY as AUTH_COMMAND
from ampsm.amp.authentication import authenticate
from ampsm.amp.output.reader import AgentOutput
from ampsm.amp.running import AgentExit, AgentRun, Limits
from ampsm.journal.events import Model, Thread
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.system.environment import clean_environment
from ampsm.system.locks import SessionLock
from ampsm.system.processes import MARKER
from ampsm.system.stopping import StopRequest
from ampsm.workflows.iteration import prompts
from ampsm.workflows.iteration.outcome import stopped
from ampsm.workflows.iteration.recording import Recorder

#: Seconds before the second, third, … attempt; the last one before every further.
WAITS = (1.5, 5.0, 15.0, 30.0, 60.0)

#: When a machine shuts down, the agent may hear it this long before its worker.
_SHUTDOWN_SECONDS = 0.5
_ASKED_TO_END = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


def run_agent(
    session: Session, recorder: Recorder, *, timeout: float | None, lock: SessionLock, stop: StopRequest | None,
    between: Callable[[], None],
) -> UserError | None:  # fmt: skip
    """Runs the agent in the session's worktree, again after failures that waiting can cure: `between` ends what the
    failed one left running. Returns why it failed, None when it is fine; raises nothing that the agent can cause."""
    try:
        agent = _Agent(session, recorder, lock, stop)
        invocation = agent.first_invocation()
    except UserError as error:
        return error
    limit = timeout or float(recorder.ctx.settings.get("iterationTimeoutSec"))
    attempts = _Attempts(recorder, limit, stop)
    prompt, worked = recorder.prompt, False
    while True:
        if stop is not None and stop.requested:
            return stopped(session)
        output = AgentOutput(invocation.format, attempts.number)
        try:
            ended = agent.call(invocation, prompt, output, seconds=attempts.seconds_left)
        except OSError as error:
            return locate.start_error(agent.amp, error)
        if ended.reason == "stopped":
            return stopped(session)
        failure = agent.judge(output, ended, limit=limit)
        if failure is None:
            break
        if stop is not None and stop.comes_within(_SHUTDOWN_SECONDS if -ended.exit_code in _ASKED_TO_END else 0.0):
            return stopped(session)
        between()
        if not attempts.again(failure):
            break
        worked = worked or output.worked
        thread_id = recorder.view.thread_id if failure.can_retry and agent.known.threads_continue else None
        prompt = prompts.CONTINUE if thread_id and worked else recorder.prompt
        invocation = agent.invocation(thread_id)
    if failure and failure.code == "bad-arguments":
        capabilities.forget(agent.amp, recorder.ctx.paths.cache_dir)
    agent.record_model(invocation)
    return failure.error() if failure else None


class _Agent:
    """Amp as this iteration calls it. Making one raises UserError when Amp cannot be found, asked or logged in."""

    def __init__(self, session: Session, recorder: Recorder, lock: SessionLock, stop: StopRequest | None) -> None:
        ctx = recorder.ctx
        self.amp = locate.locate(ctx.settings, ctx.environ)
        self._settings = ctx.settings
        self._session = session
        self._recorder = recorder
        self._lock = lock
        self._stop = stop
        marked = {**ctx.settings.amp_environment(), MARKER: recorder.iteration.id}
        self._environment = command.agent_environment(clean_environment(ctx.environ, marked))
        if not self.amp.is_demo:
            authenticate(ctx.settings.get(AUTH_COMMAND), self._environment, stop=stop)
        self.known = capabilities.detect(self.amp, ctx.paths.cache_dir, self._environment)

    def first_invocation(self) -> command.Invocation:
        """How this Amp is called for this iteration; what it cannot express is said."""
        recorder, known = self._recorder, self.known
        thread_id = recorder.iteration.thread_id
        invocation = self.invocation(thread_id)
        if invocation.format == command.TEXT and not thread_id and known.threads_new and known.threads_continue:
            thread_id = threads.new_thread(self.amp, cwd=self._session.worktree, env=self._environment, stop=self._stop)
            if thread_id:
                recorder.emit(Thread(thread_id=thread_id))
                invocation = self.invocation(thread_id)
        for code, message in invocation.notes:
            recorder.warn(code, message)
        if invocation.model_used:
            recorder.emit(Model(requested=recorder.iteration.model_requested, used=invocation.model_used))
        return invocation

    def invocation(self, thread_id: str | None) -> command.Invocation:
        """How it is called to continue this thread, or to begin one."""
        return command.build(
            self.amp, self.known, thread_id=thread_id, model=self._recorder.iteration.model_requested,
            permissions=self._settings.get("ampPermissions"),
            extra_args=shlex.split(self._settings.get("ampArgs") or ""),
            json_logs=bool(self._settings.get("enableJSONLogs")),
        )  # fmt: skip

    def call(self, invocation: command.Invocation, prompt: str, output: AgentOutput, *, seconds: float) -> AgentExit:
        """Runs it once, for so many seconds at most; raises OSError when it cannot be started."""
        recorder = self._recorder
        run = AgentRun(
            output, Limits(total=seconds, first_line=float(self._settings.get("noAnswerTimeoutSec"))),
            redact=recorder.ctx.redactor.redact_line, emit=recorder.emit, stop=self._stop,
            tick=recorder.store_what_waits,
        )  # fmt: skip
        return run.run(
            invocation.argv, cwd=self._session.worktree, env=self._environment, stdin=command.prompt_bytes(prompt),
            pass_fds=(self._lock.fd,),
        )  # fmt: skip

    def judge(self, output: AgentOutput, ended: AgentExit, *, limit: float) -> failures.Failure | None:
        """Why the run failed. The hints name this Amp and double the time limit."""
        return failures.classify(
            format=output.format, agent=output.agent, exit_code=ended.exit_code, stderr_tail=output.stderr_tail,
            stdout_tail=output.stdout_tail, ended_by=ended.reason, session_id=self._session.id, limit=limit,
            amp=shlex.join(self.amp.argv) if self._settings.get("ampPath") else "amp",
        )  # fmt: skip

    def record_model(self, invocation: command.Invocation) -> None:
        """Finds out which model a mode stood for, where this Amp can tell."""
        view = self._recorder.view
        name = view.model
        is_open = name is None or name in self.known.modes or name == invocation.model_used
        if not (self.known.threads_export and is_open and view.thread_id and view.usage()):
            return
        used = threads.exported_model(
            self.amp, view.thread_id, cwd=self._session.worktree, env=self._environment, stop=self._stop
        )
        if used:
            self._recorder.emit(Model(requested=self._recorder.iteration.model_requested, used=used))


class _Attempts:
    """The attempts of one iteration: at most `ampRetries` after the first, all together within `seconds`.

    A failure that waiting can cure allows another one. So does a thread that a retry finds gone although this iteration
    began it: it never reached the server, and the next attempt starts over.
    """

    def __init__(self, recorder: Recorder, seconds: float, stop: StopRequest | None) -> None:
        self.number = 1
        self._recorder = recorder
        self._most = 1 + int(recorder.ctx.settings.get("ampRetries"))
        self._deadline = time.monotonic() + seconds
        self._stop = stop

    @property
    def seconds_left(self) -> float:
        """How long the attempt that starts now may take."""
        return max(0.0, self._deadline - time.monotonic())

    def again(self, failure: failures.Failure) -> bool:
        """Waits until it is time for the next attempt; False when there is none. A requested stop ends the wait: the
        caller looks for it."""
        wait = self._wait_for(failure)
        if self.number >= self._most or wait is None or self.seconds_left <= wait:
            return False
        self.number += 1
        when = f"in {wait:g} s" if wait else "now"
        self._recorder.warn(
            "retrying", f"{failure.message}: trying again {when}, attempt {self.number} of {self._most}"
        )
        select.select([self._stop.fd] if self._stop else [], [], [], wait)
        return True

    def _wait_for(self, failure: failures.Failure) -> float | None:
        if failure.can_retry:
            return WAITS[min(self.number, len(WAITS)) - 1]
        began_here = self._recorder.view.thread_id != self._recorder.iteration.thread_id
        return 0.0 if failure.code == "thread-gone" and self.number > 1 and began_here else None
