"""The fold: events → the live state of an iteration. Live views, recovery and the store all use it (SPEC section 5)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ampsm.journal import events as ev
from ampsm.model.telemetry import ModelUsage, TestResult, ToolCall, Usage, add_usage

#: So many message ids are remembered to recognise a repeated usage report. Repeats follow each other closely.
_MESSAGE_IDS = 64
_WARNINGS = 100
_PLAIN_LENGTH = 16_384
_MILLISECOND = timedelta(milliseconds=1)


class IterationView:
    """What is known of an iteration after the events applied so far. Its memory does not grow with their number."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.prompt: str | None = None
        self.start_sha: str | None = None
        self.thread_id: str | None = None
        self.model_requested: str | None = None
        self.model: str | None = None
        self.phase: str | None = None
        self.tool_calls = 0
        self.tool_failures = 0
        self.open_calls: dict[str, ToolCall] = {}
        self.commits: list[tuple[str, str]] = []
        self.test: TestResult | None = None
        self.status = "running"
        self.error: dict[str, Any] | None = None
        self.started_at: str | None = None
        self.ended_at: str | None = None
        self.duration_ms: int | None = None
        self.agent: ev.AgentFinished | None = None
        self.ending: ev.IterationFinished | None = None
        self.last_text: str | None = None
        self.warnings: list[tuple[str, str]] = []
        self.last_seq = 0
        self.last_at: str | None = None
        self._model_refused = False
        self._arrived: dict[str, str] = {}
        self._plain: list[str] = []
        self._plain_length = 0
        self._usage: dict[str | None, Usage] = {}
        self._recent_usage: OrderedDict[str, tuple[str | None, Usage]] = OrderedDict()

    @property
    def final_model(self) -> str | None:
        """The model in use as far as known, else the one that was asked for, unless this Amp could not be told."""
        return self.model or (None if self._model_refused else self.model_requested)

    @property
    def final_text(self) -> str | None:
        """The agent's final message: of its verdict, else the last text of the model, else, when the agent writes plain
        text, its lines after the last tool call (the beginning, if they are many)."""
        return (self.agent and self.agent.text) or self.last_text or "\n".join(self._plain).strip() or None

    def apply(self, event: ev.Event) -> list[ToolCall]:
        """Takes the next event in; the tool calls that are new or changed by it. An event seen before changes nothing.
        Calls that are open at the end come once more, still without a result."""
        if 0 < event.seq <= self.last_seq:
            return []
        self.last_seq, self.last_at = event.seq or self.last_seq, event.at
        match event:
            case ev.ToolStarted():
                return self._start_call(event)
            case ev.ToolFinished():
                return self._finish_call(event)
            case ev.UsageReported():
                self._add_usage(event)
            case ev.AssistantText(parent_id=None) if event.text.strip():
                self.last_text = event.text
            case ev.OutputLine(stream="stdout"):
                self._add_plain(event.text)
            case ev.IterationFinished():
                self.status, self.error, self.ended_at, self.ending = event.status, event.error, event.at, event
                self.duration_ms, self.phase = event.duration_ms, None
                if self.duration_ms is None and self.started_at:
                    self.duration_ms = milliseconds(self.started_at, event.at)
                return list(self.open_calls.values())
            case _:
                self._take_fact(event)
        return []

    def usage(self) -> list[ModelUsage]:
        """What each model spent; calls that named no model count for the iteration's final one."""
        parts: dict[str | None, list[Usage]] = {}
        for model, usage in [*self._usage.items(), *self._recent_usage.values()]:
            parts.setdefault(model or self.final_model, []).append(usage)
        return [ModelUsage(model, add_usage(usages)) for model, usages in parts.items()]

    def _take_fact(self, event: ev.Event) -> None:
        match event:
            case ev.IterationStarted():
                self.prompt, self.start_sha, self.thread_id = event.prompt, event.start_sha, event.thread_id
                self.model_requested, self.started_at = event.model, event.at
            case ev.Phase():
                self.phase = event.name
            case ev.Thread():
                self.thread_id = event.thread_id
            case ev.Model():
                self.model_requested = event.requested or self.model_requested
                self.model = event.used or self.model
            case ev.AgentFinished():
                self.agent = event
            case ev.Commit():
                self.commits.append((event.sha, event.kind))
            case ev.Warned():
                self._model_refused = self._model_refused or event.code == ev.MODEL_NOT_AVAILABLE
                if len(self.warnings) < _WARNINGS:
                    self.warnings.append((event.code, event.message))
            case ev.TestFinished():
                self.test = TestResult(event.command, event.exit_code, event.passed, event.duration_ms, event.timed_out)

    def _start_call(self, event: ev.ToolStarted) -> list[ToolCall]:
        if event.id in self.open_calls:  # the same message, sent twice
            return []
        self._forget_plain()
        call = ToolCall(
            id=event.id,
            iteration=self.number,
            seq=event.seq,
            tool=event.tool,
            args=event.args,
            started_at=event.at if isinstance(event.logged_at, ev.Unset) else event.logged_at,
            parent_id=event.parent_id,
            estimated=event.estimated,
        )
        self.open_calls[event.id] = call
        self._arrived[event.id] = event.at
        self.tool_calls += 1
        return [call]

    def _finish_call(self, event: ev.ToolFinished) -> list[ToolCall]:
        call = self.open_calls.pop(event.id, None)
        if call is None:
            return []
        self._forget_plain()
        duration = event.duration_ms
        arrived = self._arrived.pop(event.id)
        if duration is None:
            duration = milliseconds(arrived, event.at)
        ended_at = event.at if isinstance(event.logged_at, ev.Unset) else event.logged_at
        self.tool_failures += event.success is False
        return [replace(call, success=event.success, duration_ms=duration, ended_at=ended_at, error=event.error)]

    def _add_plain(self, line: str) -> None:
        if self._plain_length < _PLAIN_LENGTH:
            self._plain.append(line[: _PLAIN_LENGTH - self._plain_length])
            self._plain_length += len(self._plain[-1]) + 1

    def _forget_plain(self) -> None:
        self._plain, self._plain_length = [], 0

    def _add_usage(self, event: ev.UsageReported) -> None:
        usage = Usage(
            prompt_tokens=event.prompt_tokens,
            completion_tokens=event.completion_tokens,
            total_tokens=event.total_tokens,
            cache_read_tokens=event.cache_read_tokens,
            cache_write_tokens=event.cache_write_tokens,
            cost_usd=event.cost_usd,
            estimated=event.estimated,
        )
        if event.message_id is None:
            self._settle_usage(event.model, usage)
            return
        self._recent_usage[event.message_id] = (event.model, usage)
        self._recent_usage.move_to_end(event.message_id)
        if len(self._recent_usage) > _MESSAGE_IDS:
            _, (model, usage) = self._recent_usage.popitem(last=False)
            self._settle_usage(model, usage)

    def _settle_usage(self, model: str | None, usage: Usage) -> None:
        self._usage[model] = add_usage([self._usage[model], usage]) if model in self._usage else usage


def milliseconds(start: str, end: str) -> int | None:
    """Whole milliseconds between two times of documents, never below 0; None when one is no time."""
    try:
        return max(0, (datetime.fromisoformat(end) - datetime.fromisoformat(start)) // _MILLISECOND)
    except ValueError:
        return None
