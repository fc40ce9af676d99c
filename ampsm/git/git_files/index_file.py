"""An index, told from its bytes: whether it can be one (git does not look at its checksum, and takes what follows a
torn one for names of files), and which paths are marked in it."""

from __future__ import annotations

import os
import stat
from hashlib import sha1, sha256
from pathlib import Path

from ampsm.model.errors import quoted
from ampsm.system.plain_files import read_plain

_BEGINNING = b"DIRC"
_LARGE = 4 * 2**20

#: How an index is laid out, as git's own `index-format` says, and the bits of an entry's flags.
_VERSIONS = (b"\0\0\0\2", b"\0\0\0\3")
_HEADER, _FACTS, _LONG = 12, 40, 0xFFF
_ASSUMED, _EXTENDED, _SKIPPED = 0x80, 0x40, 0x40
_MOST_READ = 2**20


def can_be_read(index: Path) -> bool:
    """Whether there is an index that begins as one and has the right checksum. Of a large one only git can tell, and a
    pipe in its place is not told here."""
    try:
        facts = index.stat()
        if not stat.S_ISREG(facts.st_mode):
            return not stat.S_ISDIR(facts.st_mode)
        if facts.st_size > _LARGE:
            return True
        held = read_plain(index)
    except OSError:
        return False
    sums = [(held[-len(found) :], found) for found in (sha1(held[:-20]).digest(), sha256(held[:-32]).digest())]
    return held.startswith(_BEGINNING) and any(said in (found, bytes(len(found))) for said, found in sums)


def marked_in(index: Path) -> frozenset[str]:
    """The paths that git was told not to look at: assume-unchanged, or skip-worktree. None of a large index, or of one
    of another kind than usual; git would have to be asked for these."""
    try:
        held = read_plain(index) if index.stat().st_size <= _MOST_READ else b""
    except OSError:
        return frozenset()
    for hash_length in (20, 32):
        if (found := _marked(held, hash_length)) is not None:
            return found
    return frozenset()


def _marked(held: bytes, hash_length: int) -> frozenset[str] | None:
    """None when the bytes are no index of this kind: each entry ends with a zero byte, at a multiple of eight."""
    if len(held) < _HEADER or held[:4] != _BEGINNING or held[4:8] not in _VERSIONS:
        return None
    at, flags, found = _HEADER, _FACTS + hash_length, []
    try:
        for _ in range(int.from_bytes(held[8:12], "big")):
            high, low = held[at + flags], held[at + flags + 1]
            name = at + flags + (4 if high & _EXTENDED else 2)
            length = (high & 0x0F) << 8 | low
            end = name + length if length < _LONG else held.index(0, name)
            if held[end]:
                return None
            if high & _ASSUMED or (high & _EXTENDED and held[at + flags + 2] & _SKIPPED):
                found.append(os.fsdecode(held[name:end]))
            at += (end - at + 8) // 8 * 8
    except (IndexError, ValueError):
        return None
    return frozenset(found)


def way_back(worktree: Path, index: Path) -> str:
    """The command that makes an index anew, as HEAD has it, and keeps the old one: what is edited stays so."""
    return f"mv {quoted(index)} {quoted(index)}.damaged && git -C {quoted(worktree)} reset -q"
