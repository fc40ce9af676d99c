"""What the agent writes, line by line, becomes events; the format chooses the parser (SPEC section 7)."""

from __future__ import annotations

from ampsm.amp.failures import login_prompt
from ampsm.amp.output.stream_json import StreamJson
from ampsm.amp.terminal import strip_escapes
from ampsm.journal.events import AgentFinished, AssistantText, Event, Output
from ampsm.journal.writer import SAME_LINE

_TAIL_LENGTH = 8_192
_ANSWER_LENGTH = 65_536


class AgentOutput:
    """Reads one run of the agent in one of the formats of `ampsm.amp.command`, in constant memory.

    The first event of a line carries it as `raw`, the others point to it. Besides it keeps what the end of the run is
    judged by: `agent`, the tails of both streams (of stdout what is no event), whether a login was asked for
    (`wants_login`) and whether any structured line has come (`answered`).
    """

    def __init__(self, format: str) -> None:  # noqa: A002
        self.format = format
        self.wants_login = False
        self.answered = False
        self.stdout_tail = ""
        self.stderr_tail = ""
        self._stream = StreamJson()
        self._answer: list[str] = []
        self._answer_length = 0

    @property
    def agent(self) -> AgentFinished | None:
        """The agent's own verdict, as far as it gave one."""
        return self._stream.finished

    @property
    def thread_id(self) -> str | None:
        return self._stream.thread_id

    @property
    def model(self) -> str | None:
        """The model or mode the agent named last."""
        return self._stream.model

    @property
    def awaits_model(self) -> bool:
        """Whether the last message broke off: releases up to May 2026 then stay silent for ever (`stalled`)."""
        return self._stream.awaits_model

    @property
    def denied_tools(self) -> int:
        """How many tool calls a permission rule refused."""
        return self._stream.denied_tools

    def stdout_line(self, line: str) -> list[Event]:
        """The events of a line of stdout; never none."""
        if not self.answered and line.lstrip().startswith("{"):
            self.answered = True
        if self.format == "stream-json":
            events = self._stream.parse(line)
        else:
            events = [Output(stream="stdout", text=line)]
            self._keep_answer(line)
        if isinstance(events[0], Output):
            self.stdout_tail = _tail(self.stdout_tail, line)
            self.wants_login = self.wants_login or login_prompt(line)
        return _carrying(line, events)

    def stderr_line(self, line: str) -> list[Event]:
        """The event of a line of stderr."""
        text = strip_escapes(line)
        self.stderr_tail = _tail(self.stderr_tail, text)
        return _carrying(line, [Output(stream="stderr", text=text)])

    def finish(self) -> list[Event]:
        """Events that only the end of the output allows: in text mode the whole stdout is the final answer."""
        answer = "\n".join(self._answer).strip()
        return [AssistantText(text=answer)] if answer else []

    def _keep_answer(self, line: str) -> None:
        if self._answer_length < _ANSWER_LENGTH:
            self._answer.append(line[: _ANSWER_LENGTH - self._answer_length])
            self._answer_length += len(self._answer[-1]) + 1


def _carrying(line: str, events: list[Event]) -> list[Event]:
    events[0].raw = line
    for event in events[1:]:
        event.raw_seq = SAME_LINE
    return events


def _tail(tail: str, line: str) -> str:
    return (tail + line[-_TAIL_LENGTH:] + "\n")[-_TAIL_LENGTH:]
