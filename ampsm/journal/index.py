"""Where the events of a journal are: byte offsets and kinds, found without decoding them (SPEC section 11: a journal of
1,000,000 events opens in under a second)."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from ampsm.journal.events import EVENTS, Event
from ampsm.system.plain_files import open_plain

_BLOCK = 2 * 1024 * 1024
# How the codec begins every line. Nothing inside a line looks like this or like the others: quotation marks in text are
# escaped.
_START = re.compile(rb'\n\{"type":"([a-z_]+)"')
_PARENT = re.compile(rb'"parentId":"([^"\n]*)"')

#: The number of each kind of event, as `JournalPart.kinds` has it.
KINDS: dict[type[Event], int] = {kind: number for number, kind in enumerate(EVENTS)}
_NUMBERS = {kind.__struct_config__.tag.encode(): number for kind, number in KINDS.items()}  # type: ignore[union-attr]


@dataclass(slots=True)
class JournalPart:
    """The events whose lines begin in the bytes from `begin` to `end`: where, and of which kind. Kinds that this
    version does not know are left out. `below`: by the id of a call, the offsets of what its sub-agent did."""

    begin: int
    end: int
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    kinds: bytearray = field(default_factory=bytearray)
    below: dict[str, array[int]] = field(default_factory=dict)


def scan_journal(path: Path, begin: int = 0, end: int | None = None) -> JournalPart:
    """The events of whole lines between two offsets, both at the beginning of a line. Memory: 9 bytes an event and a
    block of the file. A line that is still being written is left for the next time (`JournalPart.end`)."""
    part = JournalPart(begin, begin)
    for at, block in _blocks(path, begin, end):
        _scan_block(part, at, block)
        part.end = at + len(block) - 1
    return part


def agent_lines(path: Path, begin: int = 0) -> JournalPart:
    """The events that hold a line of the agent as it was, from an offset on; of one line several events may be made."""
    part = JournalPart(begin, begin)
    for at, block in _blocks(path, begin, None):
        for start in sorted({*_lines_with(block, b'Z","raw":"'), *_lines_with(block, b'\n{"type":"output"')}):
            part.offsets.append(at + start)
        part.end = at + len(block) - 1
    part.kinds = bytearray(len(part.offsets))
    return part


def last_begin(path: Path, size: int) -> int:
    """The beginning of a line such that the lines from there on have at most about `size` bytes; 0 for a short journal
    or none."""
    try:
        file = open_plain(path)
    except FileNotFoundError:
        return 0
    with file:
        position = file.seek(0, 2) - size
        if position <= 0:
            return 0
        file.seek(position)
        skipped = len(file.readline())
        return position + skipped if file.read(1) else 0


def _blocks(path: Path, begin: int, end: int | None) -> Iterator[tuple[int, bytes]]:
    """Pieces of whole lines with their offset, each with a newline before it (which is not counted)."""
    try:
        file = open_plain(path)
    except FileNotFoundError:
        return
    with file:
        file.seek(begin)
        position, rest = begin, b""
        while True:
            read = file.read(_BLOCK if end is None else min(_BLOCK, end - position - len(rest)))
            if not read:
                return
            cut = read.rfind(b"\n") + 1
            if not cut:
                rest += read
                continue
            block = b"\n" + rest + read[:cut]
            yield position, block
            position, rest = position + len(block) - 1, read[cut:]


def _scan_block(part: JournalPart, at: int, block: bytes) -> None:
    offsets, kinds = part.offsets, part.kinds
    for found in _START.finditer(block):
        number = _NUMBERS.get(found[1])
        if number is not None:
            offsets.append(at + found.start())
            kinds.append(number)
    for found in _PARENT.finditer(block) if b'"parentId":"' in block else ():
        offset = at + block.rfind(b"\n", 0, found.start())
        below = part.below.setdefault(found[1].decode("utf-8", "replace"), array("Q"))
        if not below or below[-1] != offset:
            below.append(offset)


def _lines_with(block: bytes, words: bytes) -> Iterator[int]:
    """Where each line that has these words begins, less the newline before it."""
    place = block.find(words)
    while place >= 0:
        yield place if words[:1] == b"\n" else block.rfind(b"\n", 0, place)
        place = block.find(words, place + 1)


def lines_with(path: Path, words: str) -> Iterator[tuple[int, bytes]]:
    """The lines that hold a text in any of their strings, with their offsets; ASCII letters in either case."""
    sought = msgspec.json.encode(words)[1:-1].lower()
    for at, block in _blocks(path, 0, None):
        folded = block.lower()
        place = folded.find(sought)
        while place >= 0:
            start, end = block.rfind(b"\n", 0, place) + 1, block.find(b"\n", place)
            yield at + start - 1, block[start:end]
            place = folded.find(sought, end)
