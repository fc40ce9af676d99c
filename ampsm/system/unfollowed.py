"""Opening the program's own files for writing where an agent, which has the same rights, may have planted links.

A link, a pipe, or a second name of somebody else's file is taken out of the way, never written through.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_OPEN = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_TRIES = 8


def open_lock(path: Path) -> int:
    """Opens the file of a lock, made where it is missing, for the owner only.

    One with a second name is replaced, unless somebody holds the lock: then it is only to be waited for.
    """
    return _open(path, 0, replace_held=False)


def open_append(path: Path) -> int:
    """Opens a file for reading and for adding to it, made where it is missing, for the owner only.

    One with a second name is replaced by a copy.
    """
    return _open(path, os.O_APPEND, replace_held=True)


def is_file_at(handle: int, path: Path) -> bool:
    """Whether an open file is the one that has this name now."""
    try:
        there = path.lstat()
    except OSError:
        return False
    mine = os.fstat(handle)
    return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)


def _open(path: Path, flags: int, *, replace_held: bool) -> int:
    for _ in range(_TRIES):
        try:
            handle = os.open(path, _OPEN | flags, 0o600)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENXIO):
                raise
            path.unlink(missing_ok=True)
            continue
        facts = os.fstat(handle)
        if stat.S_ISREG(facts.st_mode) and (facts.st_nlink < 2 or not (replace_held or _is_free(handle))):
            return handle
        try:
            if replace_held and stat.S_ISREG(facts.st_mode):
                _copy(handle, path)
            else:
                path.unlink(missing_ok=True)
        finally:
            os.close(handle)
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path))


def _is_free(handle: int) -> bool:
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _copy(handle: int, path: Path) -> None:
    """Gives the name to a new file with the same content."""
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
    new = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(new, "wb") as copy:
        with os.fdopen(os.dup(handle), "rb") as file:
            while block := file.read(2**20):
                copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    temporary.replace(path)
