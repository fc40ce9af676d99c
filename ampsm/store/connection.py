"""The open database: the handle every other module of the store works on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ampsm.store import errors
from ampsm.store.opening import open_connection, patiently
from ampsm.system.paths import Paths

if TYPE_CHECKING:
    from ampsm.store.unsettled import UnsettledIteration, UnsettledSession

_LARGEST = 2**63 - 1


class Store:
    """The open database. Close it, or use it as a context manager. One thread at a time."""

    def __init__(self, connection: sqlite3.Connection, database: Path) -> None:
        self.connection = connection
        self.database = database
        self._file = _identity(database)
        #: What reads show of sessions whose worker is dead, by session id; until this connection writes.
        self.unsettled: dict[str, UnsettledSession] = {}
        #: What journals of dead workers were found to say, each beside what the file was like then.
        self.replayed: dict[Path, tuple[object, UnsettledIteration]] = {}

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a SELECT. Raises UserError for what is wrong with the file (see `store.errors`)."""
        with errors.translated(self.database):
            return patiently(lambda: self._rows(sql, parameters))

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """All rows. A text that is no UTF-8 has replacement characters: `doctor` names it (see `store.texts`)."""
        try:
            return _bound(self.connection.execute, sql, parameters).fetchall()
        except sqlite3.OperationalError as error:
            if not errors.is_undecodable(error):
                raise
        self.connection.text_factory = _as_text
        try:
            return _bound(self.connection.execute, sql, parameters).fetchall()
        finally:
            self.connection.text_factory = str

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Runs one writing statement, as a transaction of its own unless one is open; the number of rows it changed."""
        self.unsettled.clear()
        with errors.translated(self.database):
            return patiently(lambda: _bound(self.connection.execute, sql, parameters).rowcount)

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Runs one writing statement for every row, all or none of them."""
        with self.transaction(), errors.translated(self.database):
            for row in rows:
                _bound(self.connection.execute, sql, row)

    def unsettled_iterations(self, session_id: str) -> dict[int, UnsettledIteration]:
        """The iterations of a session that reads show otherwise than their rows are, by number."""
        found = self.unsettled.get(session_id)
        return found.iterations if found else {}

    def data_version(self) -> int:
        """A number that changes when another connection commits."""
        return int(self.query("PRAGMA data_version")[0][0])

    def replaced(self) -> bool:
        """Whether another file is in the database's place, or none: this connection sees nothing of it."""
        return _identity(self.database) != self._file

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together or not at all; inside an open transaction it joins that one."""
        if self._in_transaction():
            yield
            return
        self.unsettled.clear()
        with errors.translated(self.database):
            patiently(lambda: self.connection.execute("BEGIN IMMEDIATE"))
        try:
            yield
            with errors.translated(self.database):
                patiently(lambda: self.connection.execute("COMMIT"))
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


def open_store(paths: Paths, *, anew: bool = False, expected: bool = False) -> Store:
    """The database at `paths.database`, made or migrated when need be. Any number of processes may do so at once.

    A file that may only be read is opened for reading. One that is gone or empty is made again only with `anew` where
    sessions have journals, or where it is `expected`. Raises `database-newer`, `database-damaged` (the file stays
    byte-identical), `database-missing`, `database-unavailable` or `disk-full`.
    """
    with errors.translated(paths.database):
        return Store(open_connection(paths, anew=anew, expected=expected), paths.database)


def _bound(run: Callable[[str, Sequence[Any]], sqlite3.Cursor], sql: str, values: Sequence[Any]) -> sqlite3.Cursor:
    """Runs a statement whose values may come from anywhere: half characters and numbers that SQLite cannot hold (an
    agent's JSON and a command line may have both) are stored as near as it can."""
    try:
        return run(sql, values)
    except (UnicodeEncodeError, OverflowError):
        return run(sql, [_storable(value) for value in values])


def _as_text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int):
        return max(-_LARGEST, min(value, _LARGEST))
    return value


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
