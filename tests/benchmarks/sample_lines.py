"""Lines of an agent's stream-json as a long working day has them: texts, tool calls, results of several KB, usage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_THREAD = "T-3a1cf6de-0000-4000-8000-000000000000"
_CODE = (
    "def parse(line: str) -> dict[str, object]:\n"
    '    """Reads one line; \u201cquotes\u201d and backslashes \\\\ included."""\n'
    "    value = json.loads(line)\n"
    '    return value if isinstance(value, dict) else {"value": value}\n\n'
)
_TEXT = "I will look at the failing test first, then change the parser so that it keeps unknown fields. "


def lines(size: int) -> Iterator[str]:
    """About `size` bytes of lines, always the same ones."""
    written, number = 0, 0
    while written < size:
        for value in _turn(number):
            line = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
            written += len(line.encode()) + 1
            yield line
        number += 1


def _turn(number: int) -> list[dict[str, Any]]:
    """A text with a tool call, and its result: a file that was read, a command's output, or an edit."""
    call = f"toolu_{number:012d}"
    tool, args, result = _calls(number)[number % 3]
    content = [
        {"type": "text", "text": _TEXT * (1 + number % 4)},
        {"type": "tool_use", "id": call, "name": tool, "input": args},
    ]
    message = {
        "type": "message", "id": f"msg_{number:012d}", "role": "assistant", "model": "claude-sonnet-4-5",
        "content": content, "stop_reason": "tool_use", "stop_sequence": None,
        "usage": {"input_tokens": 12, "cache_creation_input_tokens": 1_834, "cache_read_input_tokens": 51_200,
                  "output_tokens": 312, "max_tokens": 968_000, "service_tier": "standard"},
    }  # fmt: skip
    answer = {
        "role": "user",
        "content": [{"type": "tool_result", "tool_use_id": call, "content": result, "is_error": False}],
    }
    shared = {"session_id": _THREAD, "parent_tool_use_id": None}
    return [{"type": "assistant", "message": message, **shared}, {"type": "user", "message": answer, **shared}]


def _calls(number: int) -> list[tuple[str, dict[str, Any], str]]:
    path = f"/srv/shop/src/part{number % 50}/module.py"
    read = "".join(f"{n}: {line}\n" for n, line in enumerate((_CODE * 25).splitlines(), 1))
    output = "".join(f"tests/test_part{n}.py::test_parse[case-{number}] PASSED\n" for n in range(60))
    command = json.dumps({"output": output, "exitCode": 0 if number % 5 else 1})
    edit = {"path": path, "old_str": _CODE, "new_str": _CODE.replace("value", "found")}
    return [
        ("Read", {"path": path, "read_range": [1, 200]}, read),
        ("Bash", {"cmd": f"pytest tests/test_part{number % 50}.py -q", "cwd": "/srv/shop"}, command),
        ("edit_file", edit, f"```diff\n--- {path}\n+++ {path}\n{_CODE * 3}```"),
    ]
