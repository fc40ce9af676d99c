"""Reading journals: whole, as they grow, or from their end. Lines that this version does not know as events are
skipped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from ampsm.journal.codec import decode
from ampsm.journal.events import AnyEvent, IterationFinished
from ampsm.system.plain_files import open_plain

_BLOCK = 256 * 1024


def read_events(path: Path) -> Iterator[AnyEvent]:
    """The events of a journal as it is now, in constant memory; none when there is no journal."""
    try:
        file = open_plain(path)
    except FileNotFoundError:
        return
    with file:
        for line in file:
            if (event := decode(line)) is not None:
                yield event


def follow(path: Path, *, alive: Callable[[], bool], from_start: bool = True, poll: float = 0.05) -> Iterator[AnyEvent]:
    """The events of a journal as they are written, until `iteration_finished`, or until its writer is not `alive` and
    everything it wrote has been read. Waits `poll` seconds between looks. With `from_start` False only new events."""
    while not path.exists():
        if not alive():
            break
        time.sleep(poll)
    if not path.exists():
        return
    with open_plain(path) as file:
        if not from_start:
            _go_to_last_line(file)
        for line in _growing_lines(file, alive, poll):
            event = decode(line)
            if event is not None:
                yield event
            if isinstance(event, IterationFinished):
                return


def tail_events(path: Path, count: int) -> list[AnyEvent]:
    """The last `count` events, oldest first, read from the end of the file."""
    events: list[AnyEvent] = []
    if count > 0 and path.exists():
        for line in lines_from_end(path):
            if (event := decode(line)) is not None:
                events.append(event)
                if len(events) == count:
                    break
    return events[::-1]


def lines_from_end(path: Path) -> Iterator[bytes]:
    """The lines of a file from the last to the first, without line ends; an incomplete last line counts too."""
    with open_plain(path) as file:
        position = file.seek(0, 2)
        later: list[bytes] = []  # pieces of the line that begins before what was read so far, last piece first
        while position > 0:
            size = min(_BLOCK, position)
            position -= size
            file.seek(position)
            first, *others = file.read(size).split(b"\n")
            if others:
                yield b"".join([others.pop(), *reversed(later)])
                yield from reversed(others)
                later = []
            later.append(first)
        if later:
            yield b"".join(reversed(later))


def _growing_lines(file: BinaryIO, alive: Callable[[], bool], poll: float) -> Iterator[bytes]:
    pending = bytearray()
    was_alive = True
    while True:
        block = file.read(_BLOCK)
        if not block:
            # One more look after the writer is gone: it may have written between our read and its end.
            if not was_alive:
                yield bytes(pending)
                return
            was_alive = alive()
            if was_alive:
                time.sleep(poll)
            continue
        first, *others = block.split(b"\n")
        pending += first
        for part in others:
            yield bytes(pending)
            pending = bytearray(part)


def _go_to_last_line(file: BinaryIO) -> None:
    """To the start of the line that is being written, or to the end."""
    position = file.seek(0, 2)
    while position > 0:
        size = min(_BLOCK, position)
        file.seek(position - size)
        found = file.read(size).rfind(b"\n")
        if found >= 0:
            file.seek(position - size + found + 1)
            return
        position -= size
    file.seek(0)
