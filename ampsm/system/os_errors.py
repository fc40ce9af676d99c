"""What the operating system says when the program's own files cannot be written, in a user's words."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ampsm.model.errors import UserError, quoted

#: No room left, on the disk or for this user.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

#: What SQLite needs beside a database to read it.
_ROOM = 65_536

#: Something else is in the place of a file or folder.
_MISPLACED = frozenset({errno.ENOTDIR, errno.EISDIR, errno.EEXIST})

_FORBIDDEN = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def os_errors_in_words(path: Path) -> Iterator[None]:
    """Turns what writing at `path`, which belongs to a database, meets into `disk-full` or `database-unavailable`."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise disk_full(path) from error
        if error.errno in _MISPLACED:
            raise UserError(
                "database-unavailable", f"{path} cannot be written: {error.strerror} ({error.filename or path})",
                hint="amp-sessions doctor --fix", details={"path": str(path), "reason": str(error.strerror)},
            ) from error  # fmt: skip
        if error.errno in _FORBIDDEN:
            raise UserError(
                "database-unavailable", f"{path} cannot be written: {error.strerror}",
                hint=where_to_look(path), details={"path": str(path), "reason": str(error.strerror)},
            ) from error  # fmt: skip
        raise


def closed_to_its_owner(path: Path) -> int:
    """The permission bits that a file or folder of this user lacks for them to read and write it; 0 where it lacks
    none, is another's, or cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return 0
    needed = stat.S_IRWXU if stat.S_ISDIR(found.st_mode) else stat.S_IRUSR | stat.S_IWUSR
    mine = os.name == "posix" and found.st_uid == os.geteuid() != 0
    return needed & ~found.st_mode if mine else 0


def where_to_look(path: Path) -> str:
    """The hint for a file that cannot be read or written: what gives it back, where its mode alone is in the way."""
    if closed_to_its_owner(path) or closed_to_its_owner(path.parent):
        return "amp-sessions doctor --fix"
    return f"ls -la {quoted(path.parent)}"


def has_no_room(folder: Path) -> bool:
    """Whether a small file finds no room in a folder: on the disk, for this user, or in the table of files."""
    name = folder / f".room.{os.getpid()}.{os.urandom(4).hex()}"
    try:
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        return error.errno in FULL
    try:
        return os.write(handle, b"\0" * _ROOM) < _ROOM
    except OSError as error:
        return error.errno in FULL
    finally:
        os.close(handle)
        name.unlink(missing_ok=True)


def disk_full(path: Path) -> UserError:
    return UserError(
        "disk-full", f"No space left to write {path}", hint=f"df -h {quoted(path.parent)}", details={"path": str(path)}
    )
