"""SQLite's errors in a user's words. Errors that no user can cause pass through unchanged."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ampsm.model.errors import UserError, quoted
from ampsm.system.os_errors import FULL, has_no_room, where_to_look
from ampsm.system.paths import is_users_own

#: The reason of a file that is sound, but of no use here.
FOREIGN = "it belongs to another program"

#: The reason of a file that does not even begin like a database.
NO_DATABASE = "file is not a database"

#: What to do where no database can be.
_ELSEWHERE = "name a file as the database: --db FILE, or AMPSM_DB_PATH"

_UNREACHABLE = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOLFS,
    }
)
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})


def error_code(error: sqlite3.Error) -> int:
    """The primary result code of SQLite; 0 when the error did not come from the library."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def is_busy(error: sqlite3.Error) -> bool:
    """Whether somebody else's lock was in the way."""
    return error_code(error) in _BUSY


def is_undecodable(error: sqlite3.Error) -> bool:
    """Whether a text of the database is no UTF-8: Python says so, not SQLite."""
    return "decode to UTF-8" in str(error)


@contextmanager
def translated(database: Path) -> Iterator[None]:
    """Turns errors of the file, the disk and its locks into UserError; a mistake in our SQL stays what it is."""
    try:
        yield
    except sqlite3.Error as error:
        raise (user_error(error, database) or error) from error
    except OSError as error:
        if error.errno in FULL:
            raise _full(database) from error
        raise unavailable(database, error.strerror or str(error)) from error


def user_error(error: sqlite3.Error, database: Path) -> UserError | None:
    """The error for people; None when it is a mistake of the program."""
    code = error_code(error)
    if code == sqlite3.SQLITE_FULL:
        return _full(database)
    if code in _DAMAGED or (code == sqlite3.SQLITE_ERROR and _is_about_the_schema(str(error))):
        return damaged(database, str(error))
    if code in _BUSY:
        return unavailable(database, "another program keeps it locked")
    if code in _UNREACHABLE and has_no_room(database.parent):  # also to read, SQLite may have to write beside the file
        return _full(database)
    if code in _UNREACHABLE:
        return unavailable(database, str(error))
    return None


def _is_about_the_schema(said: str) -> bool:
    """Whether tables or columns are not those that the version of the file promises."""
    return said.startswith(("no such", "duplicate column")) or said.endswith("already exists")


def _full(database: Path) -> UserError:
    return UserError(
        "disk-full",
        f"The disk is full, and the database {database} needs room beside it even to be read",
        hint=f"df -h {quoted(database.parent)}",
        details={"database": str(database)},
    )


def unavailable(database: Path, reason: str) -> UserError:
    """`database-unavailable`: the file cannot be opened, read or written now."""
    return UserError(
        "database-unavailable",
        f"The database {database} is not available: {reason}",
        hint=_ELSEWHERE
        if is_foreign(database)
        else "amp-sessions doctor --fix"
        if obstacles(database)
        else where_to_look(database),
        details={"database": str(database), "reason": reason},
    )


def obstacles(database: Path) -> list[Path]:
    """What lies in the place of the database, or of a file that SQLite keeps beside it, and is no file: a folder, a
    pipe, a link that leads nowhere."""
    places = [database.with_name(database.name + end) for end in ("", "-wal", "-shm", "-journal")]
    return [place for place in places if os.path.lexists(place) and not place.is_file()]


def is_foreign(database: Path) -> bool:
    """Whether a folder, a pipe or a device is named as the database where there are no journals: then it is somebody's,
    perhaps a repository, and stays where it is."""
    named = os.path.lexists(database) and not (database.is_symlink() or database.is_file())
    return named and not has_journals(_journals(database))


def lost(database: Path) -> UserError:
    """`database-missing`: there are journals of sessions, and no database. Nothing is made in its place unasked."""
    how = "is empty" if database.exists() else "is gone"
    return UserError(
        "database-missing",
        f"The database {database} {how}, but the journals of its sessions are there; nothing was made in its place",
        hint="amp-sessions doctor --fix",
        details={"database": str(database)},
    )


def vanished(database: Path) -> UserError:
    """`database-missing`: somebody has it open, and it is gone with all that lay beside it."""
    return UserError(
        "database-missing", f"The database {database} is gone; nothing was made in its place",
        details={"database": str(database)},
    )  # fmt: skip


def damaged(database: Path, reason: str) -> UserError:
    """`database-damaged`: the file is no database of this program, or a broken one. It stays as it is."""
    return UserError(
        "database-damaged",
        f"{database} is damaged or no database of this program ({reason}); it was left as it is",
        hint=_ELSEWHERE
        if is_somebodys(database, reason)
        else "amp-sessions doctor" + (" --fix" if can_be_made_again(database, reason) else ""),
        details={"database": str(database), "reason": reason},
    )


def is_somebodys(database: Path, reason: str) -> bool:
    """Whether a damaged file shows no sign of this program: its content is another's, there are no journals, and it
    does not lie where this program's own would. Then it stays where it is."""
    alike = reason not in (FOREIGN, NO_DATABASE)
    return not (alike or has_journals(_journals(database)) or is_users_own(database))


def can_be_made_again(database: Path, reason: str) -> bool:
    """Whether a damaged file was this program's for sure: where there are no journals nobody can say so."""
    return reason != FOREIGN and has_journals(_journals(database))


def _journals(database: Path) -> Path:
    return database.with_name(f"{database.stem}.d") / "journals"


def has_journals(folder: Path) -> bool:
    """Whether sessions have files in the folder of journals."""
    try:
        files = (folder.glob(f"*/{name}") for name in ("session.json", "iteration-*.jsonl"))
        return any(True for found in files for _ in found)
    except OSError:
        return False


def newer(database: Path, found: int, known: int) -> UserError:
    """`database-newer`: a later release of the program made the file."""
    return UserError(
        "database-newer",
        f"{database} was made by a newer release (schema {found}, this one knows {known}); it was left as it is",
        hint="pip install --upgrade ampsm",
        details={"database": str(database), "found": found, "known": known},
    )
