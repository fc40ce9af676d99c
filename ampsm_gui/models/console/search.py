"""Finds text in the journals of a session. Runs on the pool."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ampsm.journal import events as ev
from ampsm.journal.codec import decode
from ampsm.journal.index import lines_with
from ampsm.system.plain_files import open_plain
from ampsm_gui.models.console.entries import ConsoleEntry

MOST_HITS = 5_000
_FAR_BACK = 2 * 1024 * 1024
_NO_ROWS = (ev.UsageReported, ev.Model, ev.Thread, ev.UserText, ev.AgentFinished)

#: The number of an iteration and the offset of an event in its journal.
JournalPlace = tuple[int, int]


def words_pattern(words: str) -> re.Pattern[str]:
    """What marks the hits in shown text."""
    return re.compile(re.escape(words), re.IGNORECASE)


def find_rows(journals: Sequence[tuple[int, Path]], words: str, raw: bool) -> list[JournalPlace]:
    """The rows that hold a text, oldest first, at most `MOST_HITS`; a call also for its arguments and result."""
    pattern, hits = words_pattern(words), []
    for number, path in journals:
        last = -1
        for offset, line in lines_with(path, words) if path.exists() else ():
            found = _row(path, offset, line, pattern, raw)
            if found is not None and found > last:
                hits.append((number, found))
                last = found
                if len(hits) == MOST_HITS:
                    return hits
    return hits


def _row(path: Path, offset: int, line: bytes, pattern: re.Pattern[str], raw: bool) -> int | None:
    event = decode(line)
    if raw:
        entry = ConsoleEntry(offset, event, line)
        agents = event is not None and (isinstance(event.raw, str) or isinstance(event, ev.OutputLine))
        return offset if agents and pattern.search(entry.raw) else None
    if isinstance(event, ev.ToolFinished):
        said = f"{event.result or ''}\n{event.error or ''}"
        return _start_of(path, offset, event.id) if pattern.search(said) else None
    if isinstance(event, _NO_ROWS):
        return None
    entry = ConsoleEntry(offset, event, line)
    return offset if pattern.search("\n".join([entry.readable, entry.copied()])) else None


def _start_of(path: Path, offset: int, call: str) -> int | None:
    """Where the call began that ends here."""
    begin = max(0, offset - _FAR_BACK)
    with open_plain(path) as file:
        file.seek(begin)
        before = file.read(offset - begin)
    place = before.rfind(b'{"type":"tool_started","id":"' + call.encode() + b'"')
    return begin + place if place >= 0 else None
