"""Reading files that may be anything: a pipe nobody writes to, a device, a file without end.

Opening never waits and never makes a file; what is no plain file, or larger than it may be, is an OSError that says so.
Only where a user names a file may it be a pipe as well. `/dev/stdin`, or the `/dev/fd/63` that a shell puts in place of
`<(command)`, is open already and is read to its end. A pipe with a name of its own needs somebody who writes to it
within a second.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path
from typing import IO, BinaryIO

from ampsm.model.errors import UserError

#: Bytes of a file that a user names: a prompt, a setting's value.
INPUT_LIMIT = 16 * 2**20

_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_PIECE = 2**16
_GIVEN = ("/dev/fd", "/proc/self/fd")
_WRITER_SECONDS = 1.0


def open_plain(path: Path, *, follow: bool = True) -> BinaryIO:
    """Opens a plain file for reading. Raises OSError, also for anything else; with `follow` false for a link, too."""
    handle = os.open(path, _READ if follow else _READ | os.O_NOFOLLOW)
    try:
        _require_plain(handle, path)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_plain(path: Path, *, limit: int | None = None, follow: bool = True) -> bytes:
    """What a plain file holds. Raises OSError as `open_plain`, and EFBIG for one of more than `limit` bytes."""
    with open_plain(path, follow=follow) as file:
        return _read(file, path, limit)


def read_inside(top: Path, path: str, *, limit: int) -> bytes:
    """What a plain file holds that is inside a folder, wherever links lead. Raises OSError as `read_plain`, and EXDEV
    for a file outside."""
    real = Path(os.path.realpath(top / path))
    if not real.is_relative_to(os.path.realpath(top)):
        raise OSError(errno.EXDEV, "it is outside the folder", path)
    return read_plain(real, limit=limit, follow=False)


def read_input(path: Path, *, limit: int = INPUT_LIMIT) -> bytes:
    """What a file holds that a user named: a plain one, or a pipe to which somebody writes. Raises OSError."""
    folder, name = os.path.split(os.path.normpath(path))
    if folder in _GIVEN and name.isdigit():
        handle = os.dup(int(name))
    elif (folder, name) == ("/dev", "stdin"):
        handle = os.dup(0)
    else:
        handle = os.open(path, _READ)
        if stat.S_ISFIFO(os.fstat(handle).st_mode):
            return _read_pipe(handle, path, limit)
        os.close(handle)
        return read_plain(path, limit=limit)
    with os.fdopen(handle, "rb") as file:
        return _read(file, path, limit)


def _read_pipe(handle: int, path: Path, limit: int) -> bytes:
    with os.fdopen(handle, "rb", buffering=0) as file:
        deadline = time.monotonic() + _WRITER_SECONDS
        while (first := file.read(_PIECE)) == b"":  # None: there is a writer, who has not written yet
            if time.monotonic() > deadline:
                raise OSError(errno.EINVAL, "it is a pipe that nobody writes to", os.fspath(path))
            time.sleep(0.02)
        os.set_blocking(file.fileno(), True)
        return (first or b"") + _read(file, path, limit)


def read_stream(file: IO[bytes], name: str, *, limit: int = INPUT_LIMIT) -> bytes:
    """All of a stream such as standard input. Raises UserError (exit 2) when it is larger than `limit` bytes."""
    try:
        return _read(file, Path(name), limit)
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        raise UserError("invalid-value", f"{name}: {error.strerror}", hint=f"give at most {limit} bytes") from None


def _read(file: IO[bytes], path: Path, limit: int | None) -> bytes:
    if limit is None:
        return file.read()
    pieces, size = [], 0
    while piece := file.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise OSError(errno.EFBIG, f"it is larger than {limit / 2**20:g} MiB", os.fspath(path))
    return b"".join(pieces)


def _require_plain(handle: int, path: Path) -> None:
    mode = os.fstat(handle).st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    if not stat.S_ISREG(mode):
        what = "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
        raise OSError(errno.EINVAL, f"it is {what}, not a file", os.fspath(path))
