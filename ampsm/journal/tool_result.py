"""Finding the end of one tool call, with its whole result, in a journal of any length."""

from __future__ import annotations

import mmap
from pathlib import Path

import msgspec

from ampsm.journal.codec import decode
from ampsm.journal.events import ToolFinished
from ampsm.model.telemetry import ToolCall
from ampsm.system.plain_files import open_plain

#: Bytes that are searched at a time.
_PIECE = 4 * 2**20


def end_of_call(path: Path, call: ToolCall) -> ToolFinished | None:
    """The end of a call, found by the bytes of its id: a journal may have a million other lines. None when it has no
    result, or there is no journal."""
    sought = b'"id":' + msgspec.json.encode(call.id)
    try:
        with open_plain(path) as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as journal:
            place = _find(journal, sought, 0)
            while place >= 0:
                start, end = journal.rfind(b"\n", 0, place) + 1, journal.find(b"\n", place)
                event = decode(journal[start : end if end >= 0 else len(journal)])
                if isinstance(event, ToolFinished) and event.id == call.id and event.seq > call.seq:
                    return event
                place = _find(journal, sought, end) if end >= 0 else -1
    except (OSError, ValueError):  # no journal, or an empty one
        return None
    return None


def _find(journal: mmap.mmap, sought: bytes, begin: int) -> int:
    """As `mmap.find`, in pieces: one search holds up every other thread for as long as it takes."""
    while begin < len(journal):
        place = journal.find(sought, begin, begin + _PIECE + len(sought))
        if place >= 0:
            return place
        begin += _PIECE
    return -1
