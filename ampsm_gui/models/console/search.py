"""Finds text in the journals of a session. Runs on the pool."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ampsm.journal import events as ev
from ampsm.journal.codec import decode
from ampsm.journal.index import lines_with
from ampsm.system.plain_files import open_plain
from ampsm.workflows.review import result_in_full
from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.console.reading import has_row

MOST_HITS = 5_000
_FAR_BACK = 2 * 1024 * 1024

#: The number of an iteration and the offset of an event in its journal.
JournalPlace = tuple[int, int]


def words_pattern(words: str) -> re.Pattern[str]:
    """What marks the hits in shown text."""
    return re.compile(re.escape(words), re.IGNORECASE)


def find_rows(journals: Sequence[tuple[int, Path]], words: str, raw: bool) -> list[JournalPlace]:
    """The rows that hold a text, oldest first, at most `MOST_HITS`; a call also for its arguments and all of its
    result."""
    pattern, hits = words_pattern(words), list[JournalPlace]()
    for number, path in journals:
        rows: set[int] = set()
        for offset, line in lines_with(path, words) if path.exists() else ():
            rows |= _raw_rows(offset, line, pattern) if raw else _rows(path, offset, line, pattern)
            if len(hits) + len(rows) >= MOST_HITS:
                break
        hits += [(number, row) for row in sorted(rows)]
        if len(hits) >= MOST_HITS:
            return hits[:MOST_HITS]
    return hits


def _raw_rows(offset: int, line: bytes, pattern: re.Pattern[str]) -> set[int]:
    event = decode(line)
    agents = event is not None and (isinstance(event.raw, str) or isinstance(event, ev.OutputLine))
    return {offset} if agents and pattern.search(ConsoleEntry(offset, event, line).raw) else set()


def _rows(path: Path, offset: int, line: bytes, pattern: re.Pattern[str]) -> set[int]:
    """The rows of what was made of a line of the journal, or of the agent's line in it."""
    event = decode(line)
    rows = set()
    if event is not None and isinstance(event.raw, str):
        rows = {
            _start_of(path, at, found.id)
            for at, found in _endings(path, offset, event)
            if _says(path, at, found, pattern)
        }
    elif isinstance(event, ev.ToolFinished):
        rows = {_start_of(path, offset, event.id)} if _says(path, offset, event, pattern) else set()
    if has_row(event):
        entry = ConsoleEntry(offset, event, line)
        rows |= {offset} if pattern.search("\n".join([entry.readable, entry.copied()])) else set()
    return {row for row in rows if row is not None}


def _says(path: Path, offset: int, ending: ev.ToolFinished, pattern: re.Pattern[str]) -> bool:
    said = f"{result_in_full(path, offset, ending) or ''}\n{ending.error or ''}"
    return pattern.search(said) is not None


def _endings(path: Path, offset: int, first: ev.AnyEvent) -> Iterator[tuple[int, ev.ToolFinished]]:
    """The ends of calls that one line of the agent tells of, which the `first` event that was made of it holds."""
    event: ev.AnyEvent | None = first
    with open_plain(path) as file:
        file.seek(offset)
        line = file.readline()
        while event is first or (event is not None and event.raw_seq == first.seq):
            if isinstance(event, ev.ToolFinished):
                yield offset, event
            offset += len(line)
            line = file.readline()
            event = decode(line)


def _start_of(path: Path, offset: int, call: str) -> int | None:
    """Where the call began that ends here."""
    begin = max(0, offset - _FAR_BACK)
    with open_plain(path) as file:
        file.seek(begin)
        before = file.read(offset - begin)
    place = before.rfind(b'{"type":"tool_started","id":"' + call.encode() + b'"')
    return begin + place if place >= 0 else None
