"""Amp's stream-json: one JSON object a line becomes events (SPEC section 7).

Nothing is read out of prose here. An object of no known shape gives no event.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec

from ampsm.amp.output.figures import count
from ampsm.journal.events import (
    AgentFinished,
    AssistantText,
    Event,
    Model,
    Thinking,
    Thread,
    ToolFinished,
    ToolStarted,
    UsageReported,
    UserText,
)

RESULT_LENGTH = 4_000
ERROR_LENGTH = 300

_REMEMBERED_CALLS = 4_096
_THREAD_ID = re.compile(r"[A-Za-z0-9][\w.:-]{0,199}")
_DENIED = re.compile(r"rejected by (?:user|plugin)|Matches user permissions rule")
_decode = msgspec.json.Decoder().decode


class StreamJson:
    """The parser of one run of the agent; what it returns depends on the lines it was given before.

    `thread_id`, `finished` (the last `result` line) and `awaits_model` (the last message came without an end: a model
    that says no more) are its state after the last line; `denied_tools` counts calls that a permission rule refused.
    `prefix` begins the ids of messages, so that those of several runs stay apart.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self.thread_id: str | None = None
        self.model: str | None = None
        self.finished: AgentFinished | None = None
        self.awaits_model = False
        self.denied_tools = 0
        self._calls: dict[str, None] = {}
        self._kinds: dict[str, Callable[[dict[str, Any], list[Event]], None]] = {
            "system": self._system,
            "assistant": self._assistant,
            "user": self._user,
            "result": self._result,
        }

    def read(self, value: dict[str, Any]) -> list[Event]:
        """The events of a line's object, in order; none when it says nothing known."""
        kind = value.get("type")
        read = self._kinds.get(kind) if isinstance(kind, str) else None
        if read is None or (kind == "system" and value.get("subtype") != "init"):
            return []
        events: list[Event] = []
        self._thread(value, events)
        read(value, events)
        return events

    def _thread(self, value: dict[str, Any], events: list[Event]) -> None:
        found = value.get("session_id")
        if found == self.thread_id or not isinstance(found, str) or value.get("parent_tool_use_id"):
            return
        if _THREAD_ID.fullmatch(found):
            self.thread_id = found
            events.append(Thread(thread_id=found))

    def _use_model(self, name: Any, events: list[Event]) -> None:
        if isinstance(name, str) and name and name != self.model:
            self.model = name
            events.append(Model(used=name))

    def _system(self, value: dict[str, Any], events: list[Event]) -> None:
        self._use_model(value.get("agent_mode"), events)

    def _assistant(self, value: dict[str, Any], events: list[Event]) -> None:
        message = value.get("message")
        if not isinstance(message, dict):
            return
        parent = _text(value.get("parent_tool_use_id"))
        model = _text(message.get("model"))
        if parent is None:
            self._use_model(model, events)
        calls_tool = False
        for block in _blocks(message.get("content")):
            kind = block.get("type")
            if kind == "text":
                if text := _text(block.get("text")):
                    events.append(AssistantText(text=text, parent_id=parent))
            elif kind == "tool_use":
                calls_tool = True
                self._tool_use(block, parent, events)
            elif kind == "thinking" and (text := _text(block.get("thinking"))):
                events.append(Thinking(text=text, parent_id=parent))
        if parent is None:
            self.awaits_model = message.get("stop_reason") is None and not calls_tool
        if (usage := _usage(message.get("usage"))) is not None:
            message_id = _text(message.get("id"))
            usage.message_id = message_id and f"{self._prefix}{message_id}"
            usage.model = model
            events.append(usage)

    def _tool_use(self, block: dict[str, Any], parent: str | None, events: list[Event]) -> None:
        call, name, args = _text(block.get("id")), _text(block.get("name")), block.get("input")
        if call is None or name is None or call in self._calls:
            return
        if len(self._calls) >= _REMEMBERED_CALLS:
            del self._calls[next(iter(self._calls))]
        self._calls[call] = None
        if not isinstance(args, dict):
            args = {} if args is None else {"input": args}
        events.append(ToolStarted(id=call, tool=name, args=args, parent_id=parent))

    def _user(self, value: dict[str, Any], events: list[Event]) -> None:
        message = value.get("message")
        if not isinstance(message, dict):
            return
        self.awaits_model = False
        parent = _text(value.get("parent_tool_use_id"))
        for block in _blocks(message.get("content")):
            if block.get("type") == "tool_result":
                self._tool_result(block, events)
            elif block.get("type") == "text" and (text := _text(block.get("text"))):
                events.append(UserText(text=text, parent_id=parent))

    def _tool_result(self, block: dict[str, Any], events: list[Event]) -> None:
        call = _text(block.get("tool_use_id"))
        if call is None:
            return
        content = flat(block.get("content"))
        error = _tool_error(content, bool(block.get("is_error")))
        if error is not None and _DENIED.search(content, 0, ERROR_LENGTH):
            self.denied_tools += 1
        events.append(ToolFinished(id=call, success=error is None, result=_short(content, RESULT_LENGTH), error=error))

    def _result(self, value: dict[str, Any], events: list[Event]) -> None:
        success = value.get("is_error") is False
        text, error = value.get("result"), None
        if not success:
            error = flat(value.get("error")) or flat(text) or str(value.get("subtype") or "no reason given")
        self.awaits_model = False
        self.finished = AgentFinished(
            success=success,
            text=text if isinstance(text, str) else None,
            error=error,
            duration_ms=count(value.get("duration_ms")),
            turns=count(value.get("num_turns")),
        )
        events.append(self.finished)


def decode_object(line: str) -> dict[str, Any] | None:
    """The JSON object a line is; None for anything else. Halves of surrogate pairs, which JSON may hold and UTF-8 may
    not, are replaced."""
    if not line.lstrip().startswith("{"):
        return None
    try:
        value = _decode(line)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        try:
            value = _clean(json.loads(line))
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return None if isinstance(value, float) and value - value != 0 else value  # NaN and infinity are no JSON


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _blocks(content: Any) -> list[dict[str, Any]]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


def flat(content: Any) -> str:
    """A tool's result as text: mostly it is a string, the format also allows a list of text blocks."""
    if isinstance(content, str):
        return content
    if isinstance(content, list) and content and all(isinstance(b, dict) and "text" in b for b in content):
        return "\n".join(str(block["text"]) for block in content)
    return "" if content is None else json.dumps(content, ensure_ascii=False)


def _usage(value: Any) -> UsageReported | None:
    """Prompt tokens are all input: fresh, read from the cache and written to it."""
    if not isinstance(value, dict):
        return None
    fresh, output = count(value.get("input_tokens")), count(value.get("output_tokens"))
    read, write = count(value.get("cache_read_input_tokens")), count(value.get("cache_creation_input_tokens"))
    if fresh is None and output is None:
        return None
    prompt = None if fresh is None else fresh + (read or 0) + (write or 0)
    return UsageReported(
        prompt_tokens=prompt,
        completion_tokens=output,
        total_tokens=(prompt or 0) + (output or 0),
        cache_read_tokens=read,
        cache_write_tokens=write,
    )


def _tool_error(content: str, is_error: bool) -> str | None:
    """Why a tool call failed, in one short line; None when it did not. A command that exited non-zero is reported by
    Amp as a tool that worked, with an `exitCode`; a refusal by a plugin as one that worked, with these words."""
    if is_error:
        return _first_line(content) or "failed"
    if content.startswith("{"):
        if '"exitCode"' not in content:
            return None
        value = decode_object(content)
        code = value.get("exitCode") if value else None
        if value is None or type(code) is not int or code == 0:
            return None
        from ampsm.journal.results import decoded

        return decoded("", {}, content, success=False).reason
    return _first_line(content) if _DENIED.search(content, 0, ERROR_LENGTH) else None


def _first_line(text: str) -> str:
    return _short(text.strip().partition("\n")[0].strip(), ERROR_LENGTH)


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
