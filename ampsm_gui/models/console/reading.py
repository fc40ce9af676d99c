"""Reading the rows of a journal: their byte offsets, and the entries of the newest ones. Only for the pool."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from itertools import compress
from pathlib import Path
from typing import NamedTuple

from ampsm.journal import events as ev
from ampsm.journal.codec import decode
from ampsm.journal.index import KINDS, JournalPart, agent_lines, last_begin, scan_journal
from ampsm.system.plain_files import open_plain
from ampsm_gui.models.console.entries import CallEnding, ConsoleEntry, read_entries

_NO_ROWS = (ev.ToolFinished, ev.UsageReported, ev.Model, ev.Thread, ev.UserText, ev.AgentFinished, ev.Phase)
_IS_ROW = bytes(number not in {KINDS[kind] for kind in _NO_ROWS} for number in range(256))
_ENDING, _PHASE, _LAST = KINDS[ev.ToolFinished], KINDS[ev.Phase], KINDS[ev.IterationFinished]
#: Bytes of a journal that are read before anything is shown; the rest comes after.
_FIRST_BYTES = 1024 * 1024
#: Entries that are read together, and entries that are kept of a section in all.
PAGE = 100
KEPT = 3_000


class Rows(NamedTuple):
    """Rows of one stretch of a journal, as a read gives them. `phase` is the last one that began in it."""

    begin: int
    end: int
    offsets: array[int]
    below: dict[str, array[int]]
    entries: list[ConsoleEntry]
    endings: list[CallEnding]
    phase: str | None = None


def read_first(path: Path, raw: bool) -> Rows:
    """The newest rows of a journal, at once however long it is. Blocks."""
    if raw:
        return _rows(path, agent_lines(path), raw=True)
    return _rows(path, scan_journal(path, last_begin(path, _FIRST_BYTES)))


def read_before(path: Path, end: int) -> Rows:
    """All rows before an offset. Blocks."""
    return _rows(path, scan_journal(path, 0, end), entries=0)._replace(phase=None)


def read_after(path: Path, begin: int, raw: bool) -> Rows:
    """The rows that have come since. Blocks."""
    return _rows(path, agent_lines(path, begin) if raw else scan_journal(path, begin), raw=raw, ends=True)


def _rows(path: Path, part: JournalPart, raw: bool = False, entries: int = 3 * PAGE, ends: bool = False) -> Rows:
    offsets = part.offsets if raw else array("Q", compress(part.offsets, part.kinds.translate(_IS_ROW)))
    if not raw and part.kinds and part.kinds[-1] == _LAST and not has_row(_event_at(path, part.offsets[-1])):
        offsets.pop()
    below = {
        call: array("Q", (found for found in steps if _holds(offsets, found))) for call, steps in part.below.items()
    }
    endings: list[CallEnding] = []
    if ends and not raw:
        found = compress(part.offsets, (kind == _ENDING for kind in part.kinds))
        endings = _endings(path, list(found)[-2 * KEPT :])
    read = read_entries(path, offsets[-entries:]) if entries else []
    return Rows(part.begin, part.end, offsets, below, read, endings, None if raw else _phase(path, part))


def has_row(event: ev.AnyEvent | None) -> bool:
    """Whether an event is a row. A good end is none: the header says it."""
    if isinstance(event, ev.IterationFinished):
        return event.status != "succeeded" or bool(event.error)
    return not isinstance(event, _NO_ROWS)


def _phase(path: Path, part: JournalPart) -> str | None:
    place = part.kinds.rfind(_PHASE)
    event = _event_at(path, part.offsets[place]) if place >= 0 else None
    return event.name if isinstance(event, ev.Phase) else None


def _event_at(path: Path, offset: int) -> ev.AnyEvent | None:
    with open_plain(path) as file:
        file.seek(offset)
        return decode(file.readline())


def _endings(path: Path, offsets: list[int]) -> list[CallEnding]:
    found = []
    if offsets:
        with open_plain(path) as file:
            for offset in offsets:
                file.seek(offset)
                event = decode(file.readline())
                if isinstance(event, ev.ToolFinished):
                    found.append(CallEnding(offset, event))
    return found


def _holds(offsets: array[int], offset: int) -> bool:
    place = bisect_left(offsets, offset)
    return place < len(offsets) and offsets[place] == offset
