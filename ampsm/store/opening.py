"""Opening the one SQLite file: refused, made, migrated, or read only, whatever it is."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from ampsm.store import errors
from ampsm.store.header import LATEST, Header, load_header, refuse_foreign, schema_version
from ampsm.system.paths import Paths
from ampsm.system.stopping import current_request

T = TypeVar("T")

#: How long anybody waits for somebody else's write.
BUSY_SECONDS = 10.0

#: The part of it that SQLite waits by itself, and cannot be called back from; and how long one waits who was asked to
#: stop: the journal has what the store does not get.
_SQLITE_SECONDS = 0.2
_HURRY_SECONDS = 0.3
_HURRIED: list[float] = []

#: Held by whoever makes, migrates or moves the file.
STORE_LOCK = "store.lock"

#: How SQLite says that it may not, or cannot, write here or beside the file.
_READ_ONLY = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR)


def open_connection(paths: Paths, *, anew: bool = False, expected: bool = False) -> sqlite3.Connection:
    """A connection to a database of this release's schema. With `anew` one is made also where journals tell of another
    that was there; one that is `expected` is made only then. Raises sqlite3 errors, OSError, or UserError for a file
    that is refused."""
    database = paths.database
    header = load_header(database)
    if header is not None:
        refuse_foreign(database, header, LATEST)
    if header is None or header.version < LATEST or not header.write_ahead_log:
        _prepare(paths, header, anew, expected)
    connection = _checked(_connect(database), database)
    if schema_version(connection) < LATEST:
        connection.close()
        raise errors.unavailable(database, "it must be migrated first, but can only be read")
    return connection


def open_unchanged(database: Path) -> sqlite3.Connection:
    """A connection that only reads and leaves nothing behind. Raises sqlite3 errors.

    While others have it open, or a kill has left a write-ahead log, that is read too; else the file alone, and what
    others write from then on is not seen.
    """
    log = database.with_name(database.name + "-wal")
    if not log.exists():
        return _opened(database, "mode=ro&immutable=1")
    try:
        return _opened(database, "mode=ro")
    except sqlite3.OperationalError as error:
        if errors.error_code(error) not in _READ_ONLY or _size(log):
            raise
    # An empty log has nothing that the file has not.
    return _opened(database, "mode=ro&immutable=1")


def patiently(action: Callable[[], T]) -> T:
    """Repeats what SQLite refuses because of somebody else's lock. SQLite's own wait is short, so that a stop is heard
    meanwhile: who was asked to stop does not wait on."""
    began = time.monotonic()
    while True:
        try:
            return action()
        except sqlite3.OperationalError as error:
            if not errors.is_busy(error) or time.monotonic() - began > _patience():
                raise
        time.sleep(0.01)


@contextmanager
def hurried(seconds: float) -> Iterator[None]:
    """While it is entered, nobody's write is waited for longer."""
    _HURRIED.append(seconds)
    try:
        yield
    finally:
        _HURRIED.remove(seconds)


def _patience() -> float:
    stop = current_request()
    stopping = stop is not None and stop.requested
    return min([BUSY_SECONDS, *_HURRIED, *([_HURRY_SECONDS] if stopping else [])])


def _connect(database: Path) -> sqlite3.Connection:
    """A connection that has proved it can read. Falls back to reading only where the file or folder allows no more."""
    try:
        return _opened(database, "mode=rw")
    except sqlite3.OperationalError as error:
        if errors.error_code(error) not in _READ_ONLY:
            raise
        return open_unchanged(database)


def _opened(database: Path, mode: str, *, seconds: float = _SQLITE_SECONDS) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file://{_uri_path(database)}?{mode}", uri=True, isolation_level=None, timeout=seconds
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        patiently(lambda: connection.execute("SELECT count(*) FROM sqlite_master").fetchone())
    except BaseException:
        connection.close()
        raise
    return connection


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _uri_path(database: Path) -> str:
    return str(database).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _checked(connection: sqlite3.Connection, database: Path) -> sqlite3.Connection:
    """The connection, after `refuse_foreign` has seen what the write-ahead log holds; else closed, and an error."""
    try:
        application_id = patiently(lambda: connection.execute("PRAGMA application_id").fetchone()[0])
        empty = patiently(lambda: connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]) == 0
        refuse_foreign(database, Header(schema_version(connection), application_id, True, empty), LATEST)
    except BaseException:
        _close_untouched(connection, database)
        raise
    return connection


def _close_untouched(connection: sqlite3.Connection, database: Path) -> None:
    """Closes without the checkpoint of the last connection: one that only reads is the last, and cannot write."""
    try:
        reader = _opened(database, "mode=ro")
    except sqlite3.Error:
        connection.close()
        return
    connection.close()
    reader.close()


def _prepare(paths: Paths, header: Header | None, anew: bool, expected: bool) -> None:
    """Makes or migrates the file, one process at a time; the others wait and find it done.

    An existing file that may only be read stays as it is: whether that is enough, the caller finds out.
    """
    from ampsm.system.files import locked, make_private_dir

    try:
        if not anew:  # before anything is written, also where it cannot be
            _refuse_lost(paths, expected)
        make_private_dir(paths.database.parent)
        with locked(paths.data_dir / STORE_LOCK):
            if _is_lost(paths):
                if not anew:
                    raise errors.lost(paths.database)
                _keep_log(paths.database)
            if header is None and not paths.database.exists():  # else a close would drop locks, see `store.header`
                os.close(os.open(paths.database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            _bring_up_to_date(paths.database)
    except OSError:
        if header is None:
            raise
    except sqlite3.OperationalError as error:
        if header is None or errors.error_code(error) not in _READ_ONLY:
            raise


def _refuse_lost(paths: Paths, expected: bool) -> None:
    if _is_lost(paths):
        raise errors.lost(paths.database)
    if expected and not _has_tables(paths):
        raise errors.vanished(paths.database)


def _is_lost(paths: Paths) -> bool:
    """Whether there is no database, or one without a table, although sessions have journals. The first command ever
    makes the database before any journal: asked under the lock of the store, the answer is certain."""
    return not _has_tables(paths) and errors.has_journals(paths.journals_dir)


def _has_tables(paths: Paths) -> bool:
    header = load_header(paths.database)
    return header is not None and not (header.version == 0 and header.empty_schema and header.application_id == 0)


def _keep_log(database: Path) -> None:
    """A write-ahead log without its database may hold all that was written last: SQLite would delete it."""
    for end in ("-wal", "-shm"):
        file = database.with_name(database.name + end)
        if file.exists():
            file.replace(database.with_name(f"{database.name}.lost-{time.time_ns()}{end}"))


def _bring_up_to_date(database: Path) -> None:
    from ampsm.store.migrations import migrate

    connection = _checked(_opened(database, "mode=rw", seconds=BUSY_SECONDS), database)
    try:
        patiently(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchone())
        if schema_version(connection) < LATEST:
            migrate(connection, database)
            # The version belongs into the file itself, where `load_header` looks for it.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
