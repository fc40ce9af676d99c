"""Entries of the console: one event of a journal as a row shows it. Read on the pool, only for rows that are shown."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ampsm.journal import events as ev
from ampsm.journal.codec import decode
from ampsm.journal.text import argument_summary, plain_lines, readable_lines
from ampsm.system.plain_files import open_plain
from ampsm_gui.look.plain import as_signs
from ampsm_gui.models.console.note import ending_words
from ampsm_gui.models.history.table import one_line
from ampsm_gui.models.results.shown import ShownResult, argument_lines, said_of

#: Bytes after a call in which its end is looked for.
_FAR = 8 * 1024 * 1024
#: Characters of an agent's line that a row can show.
_ROW = 4_000
_ENDING = b'{"type":"tool_finished"'


class CallEnding(NamedTuple):
    """The end of a call, and where it stands in the journal."""

    offset: int
    event: ev.ToolFinished


class ConsoleEntry:
    """One row of an iteration. `kind`: prompt, text, thinking, call, output, test, commit, warning, ending or broken;
    `ending` is how a call ended and stands at `ended_at` in its `journal`, `result` what is shown of it once it was
    asked for, `worktree` where short lines tell paths from."""

    __slots__ = ("ended_at", "ending", "event", "journal", "kind", "offset", "result", "text", "worktree")

    def __init__(self, offset: int, event: ev.AnyEvent | None, line: bytes, journal: Path | None = None) -> None:
        self.offset = offset
        self.journal = journal
        self.ended_at = 0
        self.event = event
        self.kind = _KINDS.get(type(event), "broken")
        self.ending: ev.ToolFinished | None = None
        self.result: ShownResult | None = None
        self.text = _text(event, line)
        self.worktree = ""

    def end(self, ending: CallEnding) -> None:
        """The call has ended."""
        self.ended_at, self.ending = ending

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
        """The agent's own line, for the raw view, all of it."""
        return self._raw(None)

    @property
    def raw_row(self) -> str:
        """As much of it as a row can show: it is asked for at every painting."""
        return self._raw(_ROW)

    def _raw(self, most: int | None) -> str:
        if self.event is not None and isinstance(self.event.raw, str):
            return " ".join(plain_lines(self.event.raw[:most]))
        return self.text

    @property
    def raw_text(self) -> str:
        """The agent's own line as it came, characters that show as nothing as signs."""
        said = self.event.raw if self.event is not None and isinstance(self.event.raw, str) else self.text
        return _shown(said)

    def copied(self, result: str | None = None) -> str:
        """What Copy puts on the clipboard: of a call its arguments and what it said, as it is shown. Of a long `result`
        that takes a while."""
        if not isinstance(self.event, ev.ToolStarted):
            return self.text
        said = said_of(self.event, self.ending, result)
        return "\n".join([self.text, *argument_lines(self.event.args, self.summary()), *said])

    def copied_raw(self, result: str | None) -> str:
        """What a call said as Amp gave it; characters that show as nothing as the signs that show."""
        return _shown(result or (self.ending.error if self.ending is not None else None) or "")

    @property
    def is_command(self) -> bool:
        """Whether it is a call of a shell."""
        return bool(self._command())

    def command(self) -> str | None:
        """The shell command of a call, if it is one, as it reads: nothing is copied that is not shown."""
        return "\n".join(plain_lines(self._command())) or None

    def _command(self) -> str:
        args = self.event.args if isinstance(self.event, ev.ToolStarted) else {}
        found = args.get("cmd") or args.get("command")
        return found if isinstance(found, str) else ""

    def summary(self) -> str:
        """The arguments of a call as one line, with paths relative to the worktree."""
        return argument_summary(self.event.args, self.worktree) if isinstance(self.event, ev.ToolStarted) else ""


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
            entries.append(ConsoleEntry(offset, decode(line), line, path))
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
                        call.end(CallEnding(first - len(line), found))
                if not calls or first > last:
                    break
    return entries


def _shown(text: str) -> str:
    return "\n".join(as_signs(line) for line in text.split("\n"))


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
