"""Entries of the console: one event of a journal as a row shows it. Read on the pool, only for rows that are shown."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from ampsm.journal import events as ev
from ampsm.journal.codec import decode
from ampsm.journal.text import argument_summary, plain_lines, readable_lines
from ampsm.system.plain_files import open_plain
from ampsm_gui.models.console.note import ending_words
from ampsm_gui.models.history.table import one_line

#: Bytes after a call in which its end is looked for.
_FAR = 8 * 1024 * 1024
_ENDING = b'{"type":"tool_finished"'
_MOST_LINES = 2_000


class ConsoleEntry:
    """One row of an iteration. `kind`: prompt, text, thinking, call, output, test, commit, warning, ending or broken;
    `ending` is how a call ended, `worktree` where short lines tell paths from."""

    __slots__ = ("ending", "event", "kind", "offset", "text", "worktree")

    def __init__(self, offset: int, event: ev.AnyEvent | None, line: bytes) -> None:
        self.offset = offset
        self.event = event
        self.kind = _KINDS.get(type(event), "broken")
        self.ending: ev.ToolFinished | None = None
        self.text = _text(event, line)
        self.worktree = ""

    @property
    def readable(self) -> str:
        """The row as plain text, as `logs` tells it."""
        if not isinstance(self.event, ev.ToolStarted):
            return self.text
        ending = readable_lines(self.ending) if self.ending is not None else ()
        return "".join([*readable_lines(self.event, self.worktree), *ending])

    @property
    def parent(self) -> str | None:
        """The id of the call whose sub-agent did this."""
        return getattr(self.event, "parent_id", None)

    @property
    def failed(self) -> bool:
        if self.ending is not None:
            return self.ending.success is False
        if isinstance(self.event, ev.TestFinished):
            return not self.event.passed
        return isinstance(self.event, ev.IterationFinished) and self.event.status not in ("succeeded", "cancelled")

    @property
    def raw(self) -> str:
        """The agent's own line, for the raw view."""
        if self.event is not None and isinstance(self.event.raw, str):
            return " ".join(plain_lines(self.event.raw))
        return self.text

    def copied(self) -> str:
        """What Copy puts on the clipboard."""
        if isinstance(self.event, ev.ToolStarted):
            return "\n".join([self.text, *self.details()])
        return self.text

    def command(self) -> str | None:
        """The shell command of a call, if it is one, as it reads: nothing is copied that is not shown."""
        if not isinstance(self.event, ev.ToolStarted):
            return None
        found = self.event.args.get("cmd") or self.event.args.get("command")
        return ("\n".join(plain_lines(found)) or None) if isinstance(found, str) else None

    def summary(self) -> str:
        """The arguments of a call as one line, with paths relative to the worktree."""
        if not isinstance(self.event, ev.ToolStarted):
            return ""
        args = self.event.args
        pattern, path, lines = args.get("pattern"), args.get("path"), args.get("read_range")
        if isinstance(pattern, str) and isinstance(path, str):
            place = argument_summary({"path": path}, self.worktree)
            return f"{argument_summary({'pattern': pattern}, self.worktree)} in {place}"
        said = argument_summary(args, self.worktree)
        if isinstance(lines, list) and len(lines) == 2 and said:
            return f"{said} {lines[0]}–{lines[1]}"
        return said

    def change_words(self) -> list[tuple[str, str]]:
        """How many lines an edit adds and takes away, as far as its arguments say it, with the colours of the words."""
        if not isinstance(self.event, ev.ToolStarted):
            return []
        args = self.event.args
        old, new = args.get("old_str"), args.get("new_str", args.get("content"))
        if not isinstance(new, str) or self.event.tool not in ("create_file", "edit_file"):
            return []
        before, after = old.splitlines() if isinstance(old, str) else [], new.splitlines()
        while before and after and before[0] == after[0]:
            before, after = before[1:], after[1:]
        while before and after and before[-1] == after[-1]:
            before, after = before[:-1], after[:-1]
        found = [(f"+{len(after)}", "success.text")] if after else []
        return [*found, (f"−{len(before)}", "danger.text")] if before else found

    def details(self) -> list[str]:
        """What an opened call shows: arguments that its row does not say, then the result."""
        if not isinstance(self.event, ev.ToolStarted):
            return []
        lines = [line for name, value in self.event.args.items() for line in _argument(name, value, self.summary())]
        result = ((self.ending.result or self.ending.error) if self.ending else None) or ""
        found = plain_lines(result)
        lines += found[:_MOST_LINES]
        if len(found) > _MOST_LINES:
            lines.append(f"… {len(found) - _MOST_LINES:,} more lines")
        return lines


def read_entries(path: Path, offsets: Iterable[int]) -> list[ConsoleEntry]:
    """The entries whose lines begin at these offsets, calls with their ends as far as they are near. Blocks."""
    entries: list[ConsoleEntry] = []
    try:
        file = open_plain(path)
    except OSError:
        return entries
    with file:
        for offset in offsets:
            file.seek(offset)
            line = file.readline()
            entries.append(ConsoleEntry(offset, decode(line), line))
        calls = {entry.event.id: entry for entry in reversed(entries) if isinstance(entry.event, ev.ToolStarted)}
        if calls:
            first = file.seek(min(entry.offset for entry in calls.values()))
            last = max(entry.offset for entry in calls.values()) + _FAR
            for line in file:
                first += len(line)
                if line.startswith(_ENDING) and (found := decode(line)) and isinstance(found, ev.ToolFinished):
                    call = calls.get(found.id)
                    if call is not None and call.offset < first:
                        del calls[found.id]
                        call.ending = found
                if not calls or first > last:
                    break
    return entries


def _text(event: ev.AnyEvent | None, line: bytes) -> str:
    if event is None:
        return line.decode("utf-8", "replace").rstrip()[:2000]
    match event:
        case ev.IterationStarted():
            return "\n".join(plain_lines(event.prompt))
        case ev.AssistantText() | ev.Thinking():
            return "\n".join(plain_lines(event.text))
        case ev.Warned():
            return one_line(event.message)
        case ev.IterationFinished():
            return ending_words(event)
        case _:
            return "\n".join(readable_lines(event))


def _argument(name: str, value: Any, said: str) -> list[str]:
    if isinstance(value, str):
        lines = plain_lines(value)
        if len(lines) <= 1 and said == " ".join(value.split()):
            return []
    else:
        lines = [msgspec.json.encode(value).decode("utf-8", "replace")]
    return [f"{name}: {lines[0] if lines else ''}"] if len(lines) <= 1 else [f"{name}:", *lines[:_MOST_LINES]]


_KINDS: dict[type, str] = {
    ev.IterationStarted: "prompt",
    ev.AssistantText: "text",
    ev.Thinking: "thinking",
    ev.ToolStarted: "call",
    ev.OutputLine: "output",
    ev.TestOutput: "output",
    ev.TestStarted: "test",
    ev.TestFinished: "test",
    ev.Commit: "commit",
    ev.Warned: "warning",
    ev.IterationFinished: "ending",
}
