"""The whole result of a call: an event holds its beginning, the agent's line that it was made from all of it."""

from __future__ import annotations

from typing import Any

from ampsm.amp.output.stream_json import decode_object, flat


def whole_result(result: str, line: str, call_id: str) -> str:
    """The result of a call as a line of any format says it; `result` itself where the line does not."""
    value = decode_object(line)
    message = value.get("message") if value else None
    blocks = message.get("content") if isinstance(message, dict) else None
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, dict) and block.get("tool_use_id") == call_id:
            return flat(block.get("content"))
    beginning = result.removesuffix("…")
    return next((text for text in _texts(value or {}) if text.startswith(beginning)), result)


def _texts(value: dict[str, Any]) -> list[str]:
    """The strings of a line, of its fields and of the objects in them."""
    found = []
    for part in value.values():
        if isinstance(part, str):
            found.append(part)
        elif isinstance(part, dict):
            found += [text for text in part.values() if isinstance(text, str)]
    return found
