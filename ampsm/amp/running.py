"""Running the agent once: its output becomes events as it comes, and it ends when it should (SPEC section 5.5)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from ampsm.amp.output.reader import AgentOutput
from ampsm.journal.events import Event
from ampsm.journal.lines import LineSplitter, decode_line
from ampsm.model.record import record
from ampsm.system.child import Child
from ampsm.system.processes import descendants
from ampsm.system.secrecy.key_blocks import KeyBlocks
from ampsm.system.stopping import StopRequest
from ampsm.system.watching import Watch

#: Reasons to end Amp without asking it first: it waits for a login that nobody will give.
_AT_ONCE = frozenset({"not-logged-in"})


@record
class Limits:
    """How long the agent may take, in seconds: altogether, until its first line of structured output, and in silence
    after a message that broke off, with no tool at work: then the model has stalled (some releases hang)."""

    total: float
    first_line: float
    stalled: float = 60.0


@record
class AgentExit:
    """How the agent ended: exit code (-n after signal n); `reason` when it was ended by us: stopped, timed-out,
    no-answer, stalled or not-logged-in."""

    exit_code: int
    reason: str | None


class AgentRun:
    """One run of the agent. Each line of its output goes through `redact` before it is parsed; `emit` gets events.
    `tick` is called now and then, also while the agent is silent."""

    def __init__(
        self,
        output: AgentOutput,
        limits: Limits,
        *,
        redact: Callable[[str], str],
        emit: Callable[[Event], None],
        stop: StopRequest | None,
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        self._output = output
        self._limits = limits
        self._keys = {stream: KeyBlocks(redact) for stream in ("stdout", "stderr")}
        self._emit = emit
        self._stop = stop
        self._tick = tick
        self._splitters = {"stdout": LineSplitter(), "stderr": LineSplitter()}
        self._heard_at = time.monotonic()

    def run(
        self, argv: Sequence[str], *, cwd: str, env: Mapping[str, str], stdin: bytes, pass_fds: Sequence[int]
    ) -> AgentExit:
        """Runs the agent to its end; raises OSError when it cannot be started. What it left running in the background
        is the caller's to end."""
        child = Child(argv, cwd=cwd, env=env, stdin=stdin, pass_fds=pass_fds)
        watch = Watch(
            child,
            on_data=self._take,
            why_end=lambda seconds: self._why_end(child, seconds),
            stop=self._stop,
            at_once=_AT_ONCE,
        )
        code = watch.to_end()
        for stream, splitter in self._splitters.items():
            for line in splitter.finish():
                self._line(stream, line)
        return AgentExit(code, watch.reason)

    def _take(self, stream: str, data: bytes) -> None:
        self._heard_at = time.monotonic()
        for line in self._splitters[stream].feed(data):
            self._line(stream, line)

    def _line(self, stream: str, line: bytes) -> None:
        text = self._keys[stream].redact(decode_line(line))
        parse = self._output.stdout_line if stream == "stdout" else self._output.stderr_line
        for event in parse(text):
            self._emit(event)

    def _why_end(self, child: Child, seconds: float) -> str | None:
        output = self._output
        self._tick()
        if output.wants_login:
            return "not-logged-in"
        if seconds > self._limits.total:
            return "timed-out"
        if output.format == "stream-json":
            if not output.answered and seconds > self._limits.first_line:
                return "no-answer"
            silent = time.monotonic() - self._heard_at
            if output.awaits_model and silent > self._limits.stalled and not descendants(child.pid):
                return "stalled"
        return None
