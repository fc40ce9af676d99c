"""Lines as agents write them, in all formats, and broken ones made from them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parents[1] / "data" / "amp"

STREAM_JSON = [
    line
    for file in sorted(_DATA.glob("*/*.stdout"))
    for line in file.read_text().splitlines()
    if line.startswith("{") and len(line) < 2_000
]
JSONL = [
    json.dumps(line)
    for line in (
        {"timestamp": "2026-01-20T12:00:00.000Z", "event": "tool_start", "tool": "Read", "args": {"path": "/a"}},
        {"timestamp": "2026-01-20T12:00:01.000Z", "event": "tool_finish", "tool": "Read", "success": True},
        {"event": "tool_finish", "tool": "mcp__x__y", "success": False, "durationMs": "300", "error": "no"},
        {"action": "start", "tool": "web-search", "id": 7},
        {"action": "finish", "tool": "web-search", "id": 7, "duration": 1.5},
        {"type": "tool_start", "data": {"tool": "Bash", "args": ["ls"]}},
        {"tokens": {"prompt": 1500, "completion": 800, "total": 2300}, "model": "gpt-4o"},
        {"usage": {"input_tokens": "1,500", "output_tokens": 800, "cache_read_input_tokens": 5}, "id": "r1"},
        {"prompt": 10, "completion": 5},
        {"type": "llm_usage", "data": {"prompt_tokens": 10, "completion_tokens": 5}},
        {"model": "gpt-5"},
        {"type": "model_info", "name": "o3"},
    )
]
TEXT = [
    '[2026-01-20T12:00:00.000Z] Using Read tool with args: {"path":"/src/a.ts"}',
    "[2026-01-20T12:00:01.000Z] Read tool completed successfully in 150ms",
    "Tool Bash started",
    "Tool Bash failed: exit 1",
    "Invoking web-search tool",
    "web-search tool failed in 1,300ms",
    "Token usage - prompt: 1,500, completion: 800, total: 2300",
    "Prompt tokens: 1500, Completion tokens: 800, Total: 2300",
    "tokens: total: 2300",
    "Model: gpt-4o",
    "amp v0.0.1755000000",
]
PROSE = (_DATA / "prose.txt").read_text().splitlines()

FORMATS = {"stream-json": STREAM_JSON, "jsonl": JSONL, "text": TEXT}

_ODD: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1e308, "", "x" * 300, "1,5,0", "-3", [], {}, [[]], {"a": {}}, "\x00", "\ud800", "T-1",
    "ü", "2026-99-99T99:99:99Z", "9" * 39, ["text"], {"type": "text", "text": 5},
)  # fmt: skip
_PIECES = ("", " ", "{", "}", '"', "\\", "\x00", "\x1b[31m", "\r", "\ufffd", "9" * 50, "[" * 50, "tool", ",", "٣", "­")


def broken(lines: list[str], seed: int) -> Iterator[str]:
    """Lines without end: some as they are, some cut, mixed, repeated, with odd values where others were."""
    dice = random.Random(seed)
    while True:
        line = dice.choice(lines)
        for _ in range(dice.randrange(4)):
            line = _odd_value(line, dice) if line.startswith("{") and dice.random() < 0.6 else _torn(line, lines, dice)
        yield line


def _torn(line: str, lines: list[str], dice: random.Random) -> str:
    start = dice.randrange(len(line) + 1)
    end = min(len(line), start + dice.randrange(12))
    match dice.randrange(5):
        case 0:
            return line[:start] + line[end:]
        case 1:
            return line[:start] + dice.choice(_PIECES) + line[end:]
        case 2:
            return line[:start] + dice.choice(lines)[start:]
        case 3:
            return line[:start] + line[start:end] * 3 + line[end:]
        case _:
            return line[:start] + chr(dice.randrange(0x500)) + line[start:]


def _odd_value(line: str, dice: random.Random) -> str:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return line
    place: Any = value
    while isinstance(place, dict | list) and place:
        key: Any = dice.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if dice.random() < 0.4 or not isinstance(place[key], dict | list):
            place[key] = dice.choice(_ODD)
            break
        place = place[key]
    return json.dumps(value)
