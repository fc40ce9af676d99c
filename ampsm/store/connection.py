"""Opening the one SQLite file, and the handle every other module of the store works on."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from ampsm.store import errors
from ampsm.store.header import Header, load_header, refuse_foreign
from ampsm.store.migrations import LATEST, migrate, schema_version
from ampsm.system.paths import Paths

#: How long anybody waits for somebody else's write.
BUSY_SECONDS = 10.0

_STORE_LOCK = "store.lock"

#: How SQLite says that it may not write, here or beside the file.
_READ_ONLY = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


class Store:
    """The open database. Close it, or use it as a context manager. One thread at a time."""

    def __init__(self, connection: sqlite3.Connection, database: Path) -> None:
        self.connection = connection
        self.database = database

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a SELECT. Raises UserError for what is wrong with the file (see `store.errors`)."""
        with errors.translated(self.database):
            return self.connection.execute(sql, parameters).fetchall()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Runs one writing statement, as a transaction of its own unless one is open; the number of rows it changed."""
        with errors.translated(self.database):
            return self.connection.execute(sql, parameters).rowcount

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Runs one writing statement for every row, all or none of them."""
        with self.transaction(), errors.translated(self.database):
            self.connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together or not at all; inside an open transaction it joins that one."""
        if self._in_transaction():
            yield
            return
        with errors.translated(self.database):
            _patiently(lambda: self.connection.execute("BEGIN IMMEDIATE"))
        try:
            yield
            with errors.translated(self.database):
                self.connection.execute("COMMIT")
        finally:
            if self._in_transaction():
                self.connection.execute("ROLLBACK")

    def _in_transaction(self) -> bool:
        return self.connection.in_transaction

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(paths: Paths) -> Store:
    """The database at `paths.database`, made or migrated when need be. Any number of processes may do so at once.

    A file that may only be read is opened for reading. Raises `database-newer`, `database-damaged` (the file stays
    byte-identical), `database-unavailable` or `disk-full`.
    """
    database = paths.database
    with errors.translated(database):
        header = load_header(database)
        if header is not None:
            refuse_foreign(database, header, LATEST)
        if header is None or header.version < LATEST or not header.write_ahead_log:
            _prepare(paths, header)
        connection = _connect(database)
        try:
            _check(connection, database)
        except BaseException:
            _close_untouched(connection, database)
            raise
        if schema_version(connection) < LATEST:
            connection.close()
            raise errors.unavailable(database, "it must be migrated first, but can only be read")
    return Store(connection, database)


def _connect(database: Path) -> sqlite3.Connection:
    """A connection that has proved it can read. Falls back to reading only where the file or folder allows no more."""
    try:
        return _opened(database, "mode=rw")
    except sqlite3.OperationalError as error:
        if errors.error_code(error) not in _READ_ONLY:
            raise
        log = database.with_name(database.name + "-wal")
        return _opened(database, "mode=ro" if log.exists() else "mode=ro&immutable=1")


def _opened(database: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file://{_uri_path(database)}?{mode}", uri=True, isolation_level=None, timeout=BUSY_SECONDS
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        _patiently(lambda: connection.execute("SELECT count(*) FROM sqlite_master").fetchone())
    except BaseException:
        connection.close()
        raise
    return connection


def _uri_path(database: Path) -> str:
    return str(database).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _check(connection: sqlite3.Connection, database: Path) -> None:
    """What `refuse_foreign` decides, now with what the write-ahead log holds."""
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    refuse_foreign(database, Header(schema_version(connection), application_id, True, empty), LATEST)


def _close_untouched(connection: sqlite3.Connection, database: Path) -> None:
    """Closes without the checkpoint of the last connection: one that only reads is the last, and cannot write."""
    try:
        reader = _opened(database, "mode=ro")
    except sqlite3.Error:
        connection.close()
        return
    connection.close()
    reader.close()


def _prepare(paths: Paths, header: Header | None) -> None:
    """Makes or migrates the file, one process at a time; the others wait and find it done.

    An existing file that may only be read stays as it is: whether that is enough, the caller finds out.
    """
    from ampsm.system.files import locked, make_private_dir

    try:
        make_private_dir(paths.database.parent)
        with locked(paths.data_dir / _STORE_LOCK):
            if header is None:
                os.close(os.open(paths.database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            _bring_up_to_date(paths.database)
    except OSError:
        if header is None:
            raise
    except sqlite3.OperationalError as error:
        if header is None or errors.error_code(error) not in _READ_ONLY:
            raise


def _bring_up_to_date(database: Path) -> None:
    connection = _opened(database, "mode=rw")
    try:
        _check(connection, database)
        _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchone())
        if schema_version(connection) < LATEST:
            migrate(connection, database)
            # The version belongs into the file itself, where `load_header` looks for it.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _patiently(action: Any) -> Any:
    """Repeats what SQLite refuses at once although a lock is only held for a moment (its own wait covers the rest)."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return action()
        except sqlite3.OperationalError as error:
            if not errors.is_busy(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.01)
