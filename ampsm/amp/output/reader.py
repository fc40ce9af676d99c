"""What the agent writes, line by line, becomes events; the formats may alternate (SPEC section 7)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ampsm.amp.failures import login_prompt
from ampsm.amp.output.stream_json import StreamJson, decode_object
from ampsm.amp.terminal import strip_escapes
from ampsm.journal.events import AgentFinished, AssistantText, Event, Model, OutputLine, ToolStarted
from ampsm.journal.writer import SAME_LINE

if TYPE_CHECKING:
    from ampsm.amp.output.jsonl import JsonLog
    from ampsm.amp.output.text import TextLog

_TAIL_LENGTH = 8_192


class AgentOutput:
    """Reads one run of the agent, asked for one of the formats of `ampsm.amp.command`, in constant memory.

    Whatever was asked for, each line is read by what it is: a JSON object of a known shape (stream-json, else the older
    JSONL logs), else a line of a text log, else output. The first event of a line carries it as `raw`, the others point
    to it. Besides it keeps what the end of the run is judged by: `agent`, the tails of both streams (of stdout what is
    no event, and in other formats than stream-json all), whether a login was asked for (`wants_login`), whether any
    structured line has come (`answered`) and whether the agent has begun to `work`: written text, called a tool.

    `attempt` keeps the ids apart of several runs in one iteration: those made here, and those of messages.
    """

    def __init__(self, format: str, attempt: int = 1) -> None:  # noqa: A002
        self.format = format
        self.wants_login = False
        self.answered = False
        self.worked = False
        self.model: str | None = None
        self.stdout_tail = ""
        self.stderr_tail = ""
        self._prefix = "" if attempt == 1 else f"{attempt}-"
        self._stream = StreamJson(self._prefix)

    @property
    def agent(self) -> AgentFinished | None:
        """The agent's own verdict, as far as it gave one."""
        return self._stream.finished

    @property
    def thread_id(self) -> str | None:
        return self._stream.thread_id

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
        events = self._read(line)
        if not events:
            events = [OutputLine(stream="stdout", text=line)]
            self.wants_login = self.wants_login or login_prompt(line)
        if self.format != "stream-json" or isinstance(events[0], OutputLine):
            self.stdout_tail = _tail(self.stdout_tail, line)
        return _carrying(line, events)

    def stderr_line(self, line: str) -> list[Event]:
        """The event of a line of stderr."""
        text = strip_escapes(line)
        self.stderr_tail = _tail(self.stderr_tail, text)
        return _carrying(line, [OutputLine(stream="stderr", text=text)])

    @cached_property
    def _logs(self) -> tuple[JsonLog, TextLog]:
        """The parsers for what current releases do not write; a run in stream-json seldom needs their many patterns."""
        from ampsm.amp.output.calls import LoggedCalls
        from ampsm.amp.output.jsonl import JsonLog
        from ampsm.amp.output.spending import LoggedSpending
        from ampsm.amp.output.text import TextLog

        calls, spending = LoggedCalls(self._prefix), LoggedSpending(self._prefix)
        return JsonLog(calls, spending), TextLog(calls, spending)

    def _read(self, line: str) -> list[Event]:
        value = decode_object(line)
        if value is None:
            events = self._logs[1].read(line)
        else:
            events = self._stream.read(value) or self._logs[0].read(value)
        for event in events:
            if isinstance(event, AssistantText | ToolStarted):
                self.worked = True
            elif isinstance(event, Model):
                self.model = event.used
        return events


def _carrying(line: str, events: list[Event]) -> list[Event]:
    events[0].raw = line
    for event in events[1:]:
        event.raw_seq = SAME_LINE
    return events


def _tail(tail: str, line: str) -> str:
    return (tail + line[-_TAIL_LENGTH:] + "\n")[-_TAIL_LENGTH:]
