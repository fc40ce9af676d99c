"""What the first bytes of a database file say, read before SQLite may touch the file.

A file that is damaged, newer or not ours is refused here, so that it stays byte-identical and gets no `-wal` beside it.
"""

from __future__ import annotations

import os
import sqlite3
import struct
import threading
from pathlib import Path

from ampsm.model.record import record
from ampsm.store import errors

#: "AmpS": marks the files of this program (PRAGMA application_id).
APPLICATION_ID = 0x416D7053

#: The schema this release reads and writes: the last of `store.migrations`, which few commands need to import.
LATEST = 3

_MAGIC = b"SQLite format 3\x00"
_LENGTH = 108
_LEAF_TABLE_PAGE = 0x0D

#: Descriptors by device and inode, the oldest first; a process works with one database, a test run with many.
_KEPT: dict[tuple[int, int], int] = {}
_KEPT_LOCK = threading.Lock()
_MOST_KEPT = 32


@record
class Header:
    """The fields of a database header that decide whether and how the file is opened."""

    version: int
    application_id: int
    write_ahead_log: bool
    empty_schema: bool


def load_header(database: Path) -> Header | None:
    """The header of a database; None for a missing or empty file. Raises `database-damaged` for anything else."""
    if database.exists() and not database.is_file():
        raise errors.unavailable(database, "it is not a file")
    try:
        head, size = _head_and_size(database)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise errors.unavailable(database, error.strerror or str(error)) from error
    if not head:
        return None
    if len(head) < _LENGTH or not head.startswith(_MAGIC):
        raise errors.damaged(database, errors.NO_DATABASE)
    page_size, write_version = struct.unpack_from(">HB", head, 16)
    change_counter, pages = struct.unpack_from(">II", head, 24)
    (version,) = struct.unpack_from(">I", head, 60)
    (application_id,) = struct.unpack_from(">I", head, 68)
    (valid_for,) = struct.unpack_from(">I", head, 92)
    complete = size >= pages * (65536 if page_size == 1 else page_size)
    if change_counter == valid_for and not complete and not _log_in_use(database):
        raise errors.damaged(database, "the file was cut short")
    empty = head[100] == _LEAF_TABLE_PAGE and head[103:105] == b"\0\0"
    return Header(version, application_id, write_version == 2, empty)


def _head_and_size(database: Path) -> tuple[bytes, int]:
    """The first bytes and the length, read through a descriptor that stays open: closing any descriptor of the file
    would drop the locks that SQLite holds on it for this whole process (POSIX). Other processes would then believe that
    nobody has it open and delete its write-ahead log, and connections of this process would see nothing new for ever.
    """
    if not hasattr(os, "pread"):  # Windows: locks belong to the descriptor
        with database.open("rb") as file:
            return file.read(_LENGTH), file.seek(0, 2)
    with _KEPT_LOCK:
        found = database.stat()
        key = (found.st_dev, found.st_ino)
        if key not in _KEPT:
            while len(_KEPT) >= _MOST_KEPT:
                os.close(_KEPT.pop(next(iter(_KEPT))))
            _KEPT[key] = os.open(database, os.O_RDONLY | os.O_CLOEXEC)
        return os.pread(_KEPT[key], _LENGTH, 0), os.fstat(_KEPT[key]).st_size


def refuse_foreign(database: Path, header: Header, known: int) -> None:
    """Raises `database-newer` or `database-damaged` unless this release (schema `known`) can open the file."""
    if header.version > known and header.application_id in (0, APPLICATION_ID):
        raise errors.newer(database, header.version, known)
    if header.application_id != APPLICATION_ID and not (header.application_id == 0 and header.empty_schema):
        raise errors.damaged(database, errors.FOREIGN)


def schema_version(connection: sqlite3.Connection) -> int:
    """The version of the file that is open, its write-ahead log included."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _log_in_use(database: Path) -> bool:
    """Whether a write-ahead log holds pages that the file itself may not have yet."""
    try:
        return database.with_name(database.name + "-wal").stat().st_size > 0
    except OSError:
        return False
