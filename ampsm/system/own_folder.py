"""Files in a folder that others can write in, too: an agent may have put a link, a pipe or a folder in a file's place.

An `OwnFolder` is an open descriptor of a folder that was reached without following any link. What is written goes into
a new file, which takes its name within that folder: whatever had the name before is no longer there, and what it led
to, or shared its content with, is untouched. A folder that has something in it is moved aside, never emptied.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

#: On the way to a folder: it need not be readable, as homes and what is above them often are not.
_STEP = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

#: Looks again when another process, an agent's perhaps, puts something in the way meanwhile.
_TRIES = 8

#: A file of the program's own in such a folder is never larger; a larger one is none of ours.
_LIMIT = 64 * 2**20


class OwnFolder:
    """A folder in which the program writes, held by its descriptor. Raises OSError for what cannot be done."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    @contextmanager
    def folder(self, name: str) -> Iterator[OwnFolder]:
        """The folder of that name, made where it is missing. A link, pipe or socket there is removed; a file that was
        there is kept inside, as `<name>.moved-aside`."""
        fd = self._reach(name)
        try:
            yield OwnFolder(fd)
        finally:
            os.close(fd)

    @contextmanager
    def existing_folder(self, name: str) -> Iterator[OwnFolder | None]:
        """The folder of that name; None when there is no such thing, or something else."""
        try:
            fd = os.open(name, _FOLDER, dir_fd=self.fd)
        except OSError:
            yield None
            return
        try:
            yield OwnFolder(fd)
        finally:
            os.close(fd)

    def write(self, name: str, data: bytes, mode: int = 0o644) -> None:
        """Gives the name to a new file with these bytes; others see the old one or the whole new one."""
        with self.new_file(name, mode) as file:
            file.write(data)

    @contextmanager
    def new_file(self, name: str, mode: int = 0o644) -> Iterator[BinaryIO]:
        """A new file that takes the name once it is written; after an error everything is as it was."""
        temporary = f".{name}.{os.urandom(6).hex()}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(temporary, flags, 0o600, dir_fd=self.fd)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fchmod(file.fileno(), mode)
            self._name(temporary, name)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=self.fd)
            raise

    def read(self, name: str) -> bytes | None:
        """What a file holds; None when there is none, or something that is no plain file. Waits for nobody."""
        try:
            handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self.fd)
        except OSError:
            return None
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > _LIMIT:
            os.close(handle)
            return None
        with os.fdopen(handle, "rb") as file:
            return file.read(_LIMIT)

    def remove(self, name: str) -> None:
        """Removes a file or link, never what a link leads to; fine when there is none. A folder stays."""
        with suppress(FileNotFoundError, IsADirectoryError, PermissionError):
            os.unlink(name, dir_fd=self.fd)

    def _reach(self, name: str) -> int:
        for _ in range(_TRIES):
            try:
                return os.open(name, _FOLDER, dir_fd=self.fd)
            except FileNotFoundError:
                with suppress(FileExistsError):
                    os.mkdir(name, 0o755, dir_fd=self.fd)
            except OSError as error:
                if error.errno not in (errno.ELOOP, errno.ENOTDIR):
                    raise
                self._clear(name)
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), name)

    def _clear(self, name: str) -> None:
        """Makes room for a folder: removes a link, pipe, socket or device, and takes a file into the folder."""
        with suppress(FileNotFoundError):
            if not stat.S_ISREG(os.stat(name, dir_fd=self.fd, follow_symlinks=False).st_mode):
                os.unlink(name, dir_fd=self.fd)
                return
            made = f".{name}.{os.urandom(6).hex()}.tmp"
            os.mkdir(made, 0o755, dir_fd=self.fd)
            inside = os.open(made, _FOLDER, dir_fd=self.fd)
            try:
                OwnFolder(inside).write(".gitignore", b"*\n")  # also while it has this name, git sees none of it
                os.rename(name, f"{name}.moved-aside", src_dir_fd=self.fd, dst_dir_fd=inside)
            finally:
                os.close(inside)
            os.rename(made, name, src_dir_fd=self.fd, dst_dir_fd=self.fd)

    def _name(self, temporary: str, name: str) -> None:
        for _ in range(_TRIES):
            try:
                os.replace(temporary, name, src_dir_fd=self.fd, dst_dir_fd=self.fd)
                return
            except IsADirectoryError:
                self._move_aside(name)
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), name)

    def _move_aside(self, name: str) -> None:
        with suppress(FileNotFoundError):
            try:
                os.rmdir(name, dir_fd=self.fd)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                aside = f"{name}.moved-aside-{os.urandom(3).hex()}"
                os.rename(name, aside, src_dir_fd=self.fd, dst_dir_fd=self.fd)


@contextmanager
def own_folder(path: Path) -> Iterator[OwnFolder]:
    """The folder at an absolute path without links in it. Raises OSError when there is none, or a link on the way."""
    fd = os.open(path.anchor, _STEP)
    try:
        for part in path.parts[1:]:
            below = os.open(part, _STEP, dir_fd=fd)
            os.close(fd)
            fd = below
        with_files = os.open(".", _FOLDER, dir_fd=fd)
        os.close(fd)
        fd = with_files
        yield OwnFolder(fd)
    finally:
        os.close(fd)
