"""The older JSONL logs: JSON objects that tell of tool calls, tokens and the model (SPEC section 7).

Only the shapes of its tables are read; an object of any other shape is no telemetry.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ampsm.amp.output.calls import LoggedCalls
from ampsm.amp.output.figures import count, milliseconds, moment
from ampsm.amp.output.spending import Figures, LoggedSpending
from ampsm.journal.events import Event, Model, ToolFinished

_KINDS = frozenset({"tool_start", "tool_finish", "token_usage", "llm_usage", "usage", "model_info"})
_ACTIONS = {"start": "tool_start", "finish": "tool_finish"}

_USAGE = ("tokens", "token_usage", "usage")
_PROMPT = ("prompt", "prompt_tokens", "promptTokens")
_FRESH = ("input_tokens", "inputTokens")
_COMPLETION = ("completion", "completion_tokens", "completionTokens", "output_tokens", "outputTokens")
_TOTAL = ("total", "total_tokens", "totalTokens")
_CACHE_READ = ("cache_read_input_tokens", "cacheReadInputTokens")
_CACHE_WRITE = ("cache_creation_input_tokens", "cacheCreationInputTokens")
_MODEL = ("model", "model_name", "modelName")
_TOOL = ("tool", "tool_name", "toolName", "name")
_ARGS = ("args", "arguments", "input")
_DURATION = ("durationMs", "duration_ms", "duration")
_TIME = ("timestamp", "time", "ts")
_CALL = ("id", "call_id", "callId", "toolCallId", "tool_call_id", "tool_use_id")
#: What marks a report of tokens as that of one call.
_MARK = ("messageId", "message_id", "requestId", "request_id", "responseId", "response_id", "callId", "call_id", "id")
#: What may stand beside `model` in a line that is about nothing else.
_ALONE = frozenset({*_MODEL, *_TIME, "level"})

_NAME_LENGTH = 200
_TEXT_LENGTH = 4_000
_ERROR_LENGTH = 300


class JsonLog:
    """The parser of one run's JSONL lines. What it returns depends on the calls and the spending it was told of."""

    def __init__(self, calls: LoggedCalls, spending: LoggedSpending) -> None:
        self._calls = calls
        self._spending = spending

    def read(self, value: dict[str, Any]) -> list[Event]:
        """The events of a line's object, in order; none when it is no known shape."""
        kind, data = _kind(value), value.get("data")
        fields = {**value, **data} if kind and isinstance(data, dict) else value
        if kind == "tool_start":
            return self._start(fields)
        if kind == "tool_finish":
            return self._finish(fields)
        if kind == "model_info":
            return _model(_word(fields, (*_MODEL, "name")))
        if kind is not None:
            return self._usage(fields, _nested_usage(fields) or fields)
        if isinstance(value.get("type"), str):
            return []
        if (usage := _nested_usage(value) or _inline_usage(value)) is not None:
            return self._usage(value, usage)
        return _model(_word(value, _MODEL)) if value.keys() <= _ALONE else []

    def _start(self, fields: dict[str, Any]) -> list[Event]:
        tool = _word(fields, _TOOL)
        if tool is None:
            return []
        at = moment(_first(fields, _TIME))
        started = self._calls.start(tool, _arguments(fields), at=at, call=_mark(fields, _CALL))
        return [started] if started else []

    def _finish(self, fields: dict[str, Any]) -> list[Event]:
        tool, call = _word(fields, _TOOL), _mark(fields, _CALL)
        if finished := self._end(tool, call, fields):
            return [finished]
        # The log begins in the middle of the call, or tells of ends only: the call was made all the same.
        started = self._calls.start(tool, _arguments(fields), at=None, call=call) if tool else None
        finished = self._end(tool, call, fields)
        return [started, finished] if started and finished else []

    def _end(self, tool: str | None, call: str | None, fields: dict[str, Any]) -> ToolFinished | None:
        error = _text(_first(fields, ("error",)), _ERROR_LENGTH)
        return self._calls.finish(
            tool,
            _success(fields.get("success"), error),
            at=moment(_first(fields, _TIME)),
            duration_ms=next((ms for name in _DURATION if (ms := milliseconds(fields.get(name))) is not None), None),
            call=call,
            result=_text(_first(fields, ("result", "output")), _TEXT_LENGTH),
            error=error,
        )

    def _usage(self, fields: dict[str, Any], usage: dict[str, Any]) -> list[Event]:
        prompt, read, write = _count(usage, _PROMPT), _count(usage, _CACHE_READ), _count(usage, _CACHE_WRITE)
        if prompt is None and (fresh := _count(usage, _FRESH)) is not None:
            prompt = fresh + (read or 0) + (write or 0)
        report = Figures(prompt, _count(usage, _COMPLETION), _count(usage, _TOTAL)).event(read, write)
        model = _word(fields, _MODEL) or _word(usage, _MODEL)
        if report is None:
            return []
        report.model = model
        return [*_model(model), self._spending.take(report, mark=_mark(fields, _MARK) or _mark(usage, _MARK))]


def _kind(value: dict[str, Any]) -> str | None:
    """What a line says it is; `action` says it beside a tool's name."""
    for name in (value.get("event"), value.get("type")):
        if isinstance(name, str) and name in _KINDS:
            return name
    action = value.get("action")
    return _ACTIONS.get(action) if isinstance(action, str) and isinstance(value.get("tool"), str) else None


def _nested_usage(value: dict[str, Any]) -> dict[str, Any] | None:
    return next((found for name in _USAGE if isinstance(found := value.get(name), dict)), None)


def _inline_usage(value: dict[str, Any]) -> dict[str, Any] | None:
    both = _count(value, (*_PROMPT, *_FRESH)) is not None and _count(value, _COMPLETION) is not None
    return value if both else None


def _model(name: str | None) -> list[Event]:
    return [Model(used=name)] if name else []


def _arguments(fields: dict[str, Any]) -> dict[str, Any]:
    args = _first(fields, _ARGS)
    return args if isinstance(args, dict) else ({} if args is None else {"input": args})


def _success(value: Any, error: str | None) -> bool | None:
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else (False if error else None)


def _first(fields: dict[str, Any], names: Iterable[str]) -> Any:
    return next((found for name in names if (found := fields.get(name)) is not None), None)


def _count(fields: dict[str, Any], names: Iterable[str]) -> int | None:
    return next((found for name in names if (found := count(fields.get(name))) is not None), None)


def _word(fields: dict[str, Any], names: Iterable[str]) -> str | None:
    """A name: one line of text, not too long."""
    found = _first(fields, names)
    word = found.strip() if isinstance(found, str) else ""
    return word if word.isprintable() and 0 < len(word) <= _NAME_LENGTH else None


def _mark(fields: dict[str, Any], names: Iterable[str]) -> str | None:
    found = _first(fields, names)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    return found if isinstance(found, str) and 0 < len(found) <= _NAME_LENGTH else None


def _text(value: Any, length: int) -> str | None:
    return value[:length] if isinstance(value, str) and value else None
