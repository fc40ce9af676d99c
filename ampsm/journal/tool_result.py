"""Finding the end of one tool call, and the agent's line that says it, in a journal of any length."""

from __future__ import annotations

import mmap
from pathlib import Path

import msgspec

from ampsm.journal.codec import decode
from ampsm.journal.events import AnyEvent, ToolFinished
from ampsm.model.telemetry import ToolCall
from ampsm.system.plain_files import open_plain

#: Bytes that are searched at a time.
_PIECE = 4 * 2**20


#: Events that are made from one line of an agent, at most.
_OF_ONE_LINE = 1_000


def end_of_call(path: Path, call: ToolCall) -> tuple[ToolFinished, str] | None:
    """The end of a call and the agent's line that says it ("" when that is not known), found by the bytes of its id: a
    journal may have a million other lines. None when it has no result, or there is no journal."""
    sought = b'"id":' + msgspec.json.encode(call.id)
    try:
        with open_plain(path) as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as journal:
            place = _find(journal, sought, 0)
            while place >= 0:
                start, end = journal.rfind(b"\n", 0, place) + 1, journal.find(b"\n", place)
                event = decode(journal[start : end if end >= 0 else len(journal)])
                if isinstance(event, ToolFinished) and event.id == call.id and event.seq > call.seq:
                    return event, _line_of(journal, start, event)
                place = _find(journal, sought, end) if end >= 0 else -1
    except (OSError, ValueError):  # no journal, or an empty one
        return None
    return None


def line_of(path: Path, offset: int, event: AnyEvent) -> str:
    """The agent's line from which the event was made that begins at an offset; "" when that is not known."""
    if isinstance(event.raw, str):
        return event.raw
    try:
        with open_plain(path) as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as journal:
            return _line_of(journal, offset, event)
    except (OSError, ValueError):
        return ""


def _line_of(journal: mmap.mmap, offset: int, event: AnyEvent) -> str:
    if isinstance(event.raw, str):
        return event.raw
    if not isinstance(event.raw_seq, int):
        return ""
    for _ in range(_OF_ONE_LINE):
        if offset <= 0:
            break
        start = journal.rfind(b"\n", 0, offset - 1) + 1
        before = decode(journal[start : offset - 1])
        if before is not None and before.seq <= event.raw_seq:
            return before.raw if before.seq == event.raw_seq and isinstance(before.raw, str) else ""
        offset = start
    return ""


def _find(journal: mmap.mmap, sought: bytes, begin: int) -> int:
    """As `mmap.find`, in pieces: one search holds up every other thread for as long as it takes."""
    while begin < len(journal):
        place = journal.find(sought, begin, begin + _PIECE + len(sought))
        if place >= 0:
            return place
        begin += _PIECE
    return -1
