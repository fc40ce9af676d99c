"""Files that are written whole or not at all, private folders, and locks between short writes."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ampsm.system.unfollowed import is_file_at, open_lock


def atomic_write(
    path: Path, data: bytes, mode: int | None = None, *, durable: bool = True, follow: bool = False
) -> None:
    """Replaces the file's content in one step: after a crash it holds the old or the new bytes, never a part.

    With `durable` False that holds for a crash of the program, not of the machine: for what can be made again.

    `mode` are its permission bits; None keeps those of an existing file, else follows the umask. A link there is
    replaced and what it leads to is untouched, as is what shares the old file's content; only with `follow`, for files
    that users keep elsewhere and link to, the link's target is replaced. Raises OSError and then leaves the old file as
    it was; also in place of a folder, device or pipe.
    """
    target = Path(os.path.realpath(path)) if follow else path
    if why := _no_file(target):
        raise OSError(errno.EINVAL, f"it is {why}, not a file", os.fspath(path))
    temporary = target.with_name(f".{target.name}.{os.urandom(6).hex()}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), _mode_for(target) if mode is None else mode)
            if durable:
                os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync_directory(target.parent)


def sync_directory(path: Path) -> None:
    """Makes a rename or a new name in this directory last through a power cut, where the system can."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def make_private_dir(path: Path) -> None:
    """Makes the directory and its missing parents, all for the owner only (0700); an existing one is left as it is."""
    missing = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for directory in reversed(missing):
        directory.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Holds an exclusive lock named by this file, waiting for it as long as it takes; released when the process dies.

    Yields whether it is held: always, unless `wait` is false and another process has it. For short critical sections
    between processes. The lock's file stays.
    """
    import fcntl

    while True:
        make_private_dir(path.parent)
        handle = open_lock(path)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            if is_file_at(handle, path):
                yield True
                return
        finally:
            os.close(handle)  # removed or replaced meanwhile: others lock what is there now


def why_not_written(path: Path) -> str | None:
    """Why a file cannot be written, as far as can be told before."""
    if why := _no_file(path):
        return f"{path} is {why}"
    if not path.parent.is_dir():
        return f"the folder {path.parent} does not exist"
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        return f"{path} cannot be written"
    return None


def _mode_for(target: Path) -> int:
    try:
        found = target.lstat().st_mode
    except FileNotFoundError:
        found = 0
    if stat.S_ISREG(found):
        return stat.S_IMODE(found)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _no_file(path: Path) -> str | None:
    """What is there that is neither a file nor a link to be replaced; None for these, and where nothing is."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return None
    if stat.S_ISREG(mode) or stat.S_ISLNK(mode):
        return None
    return "a folder" if stat.S_ISDIR(mode) else "a pipe" if stat.S_ISFIFO(mode) else "a device or socket"
