"""Event → readable lines, for log files, the CLI and the console. The text is plain: nothing in it can play tricks on a
terminal."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ampsm.journal import events as ev
from ampsm.system.readable import ESCAPE_SEQUENCE

_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_RARE_ENDS = "\x0b\x0c\x85\u2028\u2029"
#: Control characters (tab stays) and the invisible ones that reorder text.
_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]++")
_ARGUMENT_NAMES = (
    "cmd", "command", "path", "filePattern", "pattern", "query", "objective", "url", "description", "prompt", "task",
)  # fmt: skip
_ARGUMENT_WIDTH = 160
#: Characters of an argument that are looked at for that: it is asked for at every painting.
_LOOKED_AT = 20_000
#: The files of a patch as `apply_patch` takes it (AMP.md, "Tools").
_PATCHED = re.compile(r"^\*\*\* (?:Add|Update|Delete) File: (.+)$", re.MULTILINE)


def readable_lines(event: ev.AnyEvent, worktree: str = "") -> list[str]:
    """The event as lines of plain text without control characters; none for what only programs need. Paths in a
    `worktree` that a tool was called with are shown relative to it."""
    match event:
        case ev.AssistantText():
            return [_indent(event.parent_id) + line for line in plain_lines(event.text)]
        case ev.Thinking():
            return [f"{_indent(event.parent_id)}~ {line}" for line in plain_lines(event.text)]
        case ev.UserText() if event.parent_id:
            return [f"{_indent(event.parent_id)}> {line}" for line in plain_lines(event.text)]
        case ev.OutputLine() | ev.TestOutput():
            return plain_lines(event.text)
        case ev.ToolStarted():
            line = f"{_indent(event.parent_id)}● {_one_line(event.tool)} {argument_summary(event.args, worktree)}"
            return [line.rstrip()]
        case ev.ToolFinished():
            return [_call_ending(event)]
        case ev.AgentFinished():
            return [] if event.success else [f"✘ {_one_line(event.error or 'the agent failed')}"]
        case ev.Warned():
            return [f"warning: {_one_line(event.message)}"]
        case ev.Commit():
            return [f"commit {event.sha[:10]} {_one_line(event.subject)} ({event.kind})"]
        case ev.Model():
            return [_model_line(event)] if event.used or event.requested else []
        case ev.TestStarted():
            return [f"$ {_one_line(event.command)}"]
        case ev.TestFinished():
            return [_test_ending(event)]
        case ev.IterationStarted():
            return [
                f"── Iteration {event.number}, {_clock(event.at)} ──",
                *(f"> {line}" for line in plain_lines(event.prompt)),
            ]
        case ev.IterationFinished():
            return _iteration_ending(event)
        case _:
            return []


def plain_lines(text: str) -> list[str]:
    """The lines of a text without escape sequences and other control characters; without empty ones at both ends."""
    text = text.replace("\r\n", "\n")
    parts = _LINE_END.split(text) if "\r" in text or has_rare_ends(text) else text.split("\n")
    lines = [plain_line(line) for line in parts]
    while lines and not lines[-1].strip():
        lines.pop()
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    return lines[first:] if first else lines


def has_rare_ends(text: str) -> bool:
    """Whether lines end where few know of it. It is quick: one search by a pattern through a megabyte holds up every
    other thread."""
    return any(end in text for end in _RARE_ENDS)


def plain_line(text: str) -> str:
    """A line without escape sequences and other control characters; tabs stay."""
    return text if text.isprintable() else _UNSAFE.sub("", ESCAPE_SEQUENCE.sub("", text))


def argument_summary(args: dict[str, Any], worktree: str = "") -> str:
    """What a tool was called with, as one short line: the argument that says most, of a search also where, of a reading
    also which lines, of a patch its files. Paths in a `worktree` are shown relative to it."""
    if isinstance(patch := args.get("patchText"), str) and (files := _PATCHED.findall(patch, 0, _LOOKED_AT)):
        args = {"path": ", ".join(files)}
    names = [name for name in _ARGUMENT_NAMES if isinstance(args.get(name), str)]
    names += [name for name, value in args.items() if isinstance(value, str)]
    said = args[names[0]] if names else ""
    pattern, lines = args.get("pattern"), args.get("read_range")
    if names[:1] == ["path"] and isinstance(pattern, str):
        said = f"{pattern} in {said}"
    elif names[:1] == ["path"] and isinstance(lines, list) and len(lines) == 2:
        said = f"{said} {lines[0]}–{lines[1]}"
    text = _one_line(from_worktree(said[:_LOOKED_AT], worktree))
    return text if len(text) <= _ARGUMENT_WIDTH else text[: _ARGUMENT_WIDTH - 1] + "…"


def from_worktree(text: str, worktree: str) -> str:
    """The text with paths in a worktree shown relative to it."""
    if not worktree or worktree not in text:
        return text
    return _paths_in(worktree).sub(lambda found: "." if found[1] else "", text)


def duration(milliseconds: int) -> str:
    """`0.4s`, `12s`, `3m 05s`, `2h 10m`."""
    seconds = milliseconds / 1000
    if seconds < 9.95:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 1:
        return f"{rest}s"
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours}h {minutes_left:02d}m" if hours else f"{minutes}m {rest:02d}s"


def _call_ending(event: ev.ToolFinished) -> str:
    sign = {True: "✔", False: "✘", None: "…"}[event.success]
    parts = [sign] if event.duration_ms is None else [sign, duration(event.duration_ms)]
    if event.success is False:
        parts.append(_why(event))
    return "  " + " ".join(part for part in parts if part)


def _why(event: ev.ToolFinished) -> str:
    from ampsm.journal.results import decoded

    return decoded("", {}, event.result, error=event.error, success=False).reason


def _model_line(event: ev.Model) -> str:
    if event.used and event.requested and event.used != event.requested:
        return f"model: {_one_line(event.used)} (asked for {_one_line(event.requested)})"
    return f"model: {_one_line(event.used or event.requested or '')}"


def _test_ending(event: ev.TestFinished) -> str:
    took = duration(event.duration_ms)
    if event.timed_out:
        return f"✘ tests timed out ({took})"
    return f"✔ tests passed ({took})" if event.passed else f"✘ tests failed, exit {event.exit_code} ({took})"


def _iteration_ending(event: ev.IterationFinished) -> list[str]:
    tokens = (event.usage or {}).get("totalTokens")
    spent = f", {tokens:,} tokens" if isinstance(tokens, int) else ""
    lines = [f"── {event.status}{spent}, {_clock(event.at)} ──"]
    if event.error:
        lines.insert(0, f"error: {_one_line(str(event.error.get('message') or event.error.get('code') or ''))}")
    return lines


@lru_cache(maxsize=16)
def _paths_in(worktree: str) -> re.Pattern[str]:
    """Where a path in the worktree begins, with its slash; or, as the group, where the whole path is the worktree."""
    before, end = r"(?<![\w./~-])", r"""[\s"'`;&|)]"""
    path = re.escape(worktree)
    return re.compile(rf"{before}(?:{path}/+(?!{end}|[/]|$)|({path}/*)(?={end}|$))")


def _indent(parent_id: str | None) -> str:
    return "    " if parent_id else ""


def _clock(at: str) -> str:
    return f"{at[:19].replace('T', ' ')} UTC" if at else "now"


def _one_line(text: str) -> str:
    return " ".join(" ".join(plain_lines(text)).split())
