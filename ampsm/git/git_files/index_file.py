"""Whether an index can be one, told from its bytes: git does not look at its checksum, and takes what follows a torn
one for names of files."""

from __future__ import annotations

import stat
from hashlib import sha1, sha256
from pathlib import Path

from ampsm.model.errors import quoted
from ampsm.system.plain_files import read_plain

_BEGINNING = b"DIRC"
_LARGE = 4 * 2**20


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


def way_back(worktree: Path, index: Path) -> str:
    """The command that makes an index anew, as HEAD has it, and keeps the old one: what is edited stays so."""
    return f"mv {quoted(index)} {quoted(index)}.damaged && git -C {quoted(worktree)} reset -q"
