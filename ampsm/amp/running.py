"""Running the agent once: its output becomes events as it comes, and it ends when it should (SPEC section 5.5)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ampsm.amp import failures
from ampsm.amp.output.reader import AgentOutput
from ampsm.journal.events import Event
from ampsm.journal.lines import LineSplitter, decode_line
from ampsm.system.child import Child
from ampsm.system.stopping import StopRequest
from ampsm.system.watching import Watch

_TAIL_LINES = 40
_TAIL_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the agent may take, in seconds: altogether, and until its first line."""

    total: float
    first_line: float


@dataclass(slots=True)
class AgentExit:
    """How the agent ended. `reason` is why we ended it: stopped, timed-out, no-answer or not-logged-in."""

    exit_code: int | None = None
    reason: str | None = None
    spawn_error: OSError | None = None
    stdout_tail: deque[str] = field(default_factory=lambda: deque(maxlen=_TAIL_LINES))
    stderr_tail: deque[str] = field(default_factory=lambda: deque(maxlen=_TAIL_LINES))


class AgentRun:
    """One run of the agent. `emit` gets each event after `redact` has been over the line it was made from."""

    def __init__(
        self,
        output: AgentOutput,
        limits: Limits,
        *,
        redact: Callable[[str], str],
        emit: Callable[[Event], None],
        stop: StopRequest | None,
    ) -> None:
        self._output = output
        self._limits = limits
        self._redact = redact
        self._emit = emit
        self._stop = stop
        self._exit = AgentExit()
        self._splitters = {"stdout": LineSplitter(), "stderr": LineSplitter()}
        self._answered = False
        self._logged_out = False

    def run(
        self, argv: Sequence[str], *, cwd: str, env: Mapping[str, str], stdin: bytes, pass_fds: Sequence[int]
    ) -> AgentExit:
        """Runs the agent to its end. What it left running in the background is the caller's to end."""
        try:
            child = Child(argv, cwd=cwd, env=env, stdin=stdin, pass_fds=pass_fds)
        except OSError as error:
            self._exit.spawn_error = error
            return self._exit
        watch = Watch(
            child, on_data=self._take, why_end=self._why_end, stop=self._stop, at_once=frozenset({"not-logged-in"})
        )
        self._exit.exit_code = watch.to_end()
        self._exit.reason = watch.reason
        for stream, splitter in self._splitters.items():
            for line in splitter.finish():
                self._line(stream, line)
        for event in self._output.finish():
            self._emit(event)
        return self._exit

    def _take(self, stream: str, data: bytes) -> None:
        for line in self._splitters[stream].feed(data):
            self._line(stream, line)

    def _line(self, stream: str, line: bytes) -> None:
        text = self._redact(decode_line(line))
        if stream == "stdout":
            self._answered = True
            self._exit.stdout_tail.append(text[-_TAIL_LENGTH:])
            events = self._output.stdout_line(text)
        else:
            self._exit.stderr_tail.append(text[-_TAIL_LENGTH:])
            events = self._output.stderr_line(text)
        for event in events:
            self._emit(event)
        self._logged_out = self._logged_out or failures.login_prompt(text)

    def _why_end(self, seconds: float) -> str | None:
        if self._logged_out:
            return "not-logged-in"
        if seconds > self._limits.total:
            return "timed-out"
        if not self._answered and self._output.answers_at_once and seconds > self._limits.first_line:
            return "no-answer"
        return None
