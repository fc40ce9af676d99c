"""Looking at a database without changing it: for `doctor`, which must find a damaged file and leave it as it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ampsm.model.errors import UserError
from ampsm.store import errors
from ampsm.store.connection import Store
from ampsm.store.header import LATEST, load_header, refuse_foreign
from ampsm.store.opening import open_unchanged

#: The schema version that this release reads and writes.
LATEST_SCHEMA = LATEST

_PROBLEMS = 5
_COLUMNS = """
    SELECT made.name, held.name FROM sqlite_master AS made JOIN pragma_table_info(made.name) AS held
    WHERE made.type = 'table'
"""


def open_to_look(database: Path) -> Store | None:
    """The database, opened such that neither it nor its write-ahead log changes; None when there is none, or one that
    this release would have to migrate first.

    Raises `database-damaged`, `database-newer` or `database-unavailable`.
    """
    header = load_header(database)
    if header is None:
        return None
    refuse_foreign(database, header, LATEST)
    if header.version < LATEST:
        return None
    with errors.translated(database):
        return Store(open_unchanged(database), database)


def schema_found(database: Path) -> int | None:
    """The schema version in the file's header; None without a file, or with an empty one. Raises as `open_to_look`."""
    header = load_header(database)
    return None if header is None else header.version


def damage(store: Store) -> list[str]:
    """What SQLite's own check finds wrong; nothing when the file is sound."""
    try:
        found = [str(line) for (line,) in store.query(f"PRAGMA quick_check({_PROBLEMS})")]
    except UserError as error:
        return [_reason(error)]
    return [line for line in found if line != "ok"][:_PROBLEMS] or _missing(store) or _astray(store)


def _missing(store: Store) -> list[str]:
    """The columns that the schema of this release has, and the file has not."""
    from ampsm.store.migrations import migrate

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as whole:
        migrate(whole, store.database)
        wanted = whole.execute(_COLUMNS).fetchall()
    try:
        missing = sorted({*wanted}.difference(store.query(_COLUMNS)))
    except UserError as error:
        return [_reason(error)]
    return [f"it has no {'.'.join(column)}" for column in missing[:_PROBLEMS]]


def _astray(store: Store) -> list[str]:
    """Rows that say of themselves that they belong to another; those that only lack something are made again singly."""
    try:
        wrong = store.query("SELECT count(*) FROM iterations WHERE id <> session_id || '/' || number")[0][0]
    except UserError as error:
        return [_reason(error)]
    return [f"{wrong} rows of iterations belong elsewhere"] if wrong else []


def _reason(error: UserError) -> str:
    return str(error.details.get("reason", error.message))


def log_size(database: Path) -> int:
    """Bytes in the write-ahead log beside the file."""
    try:
        return database.with_name(database.name + "-wal").stat().st_size
    except OSError:
        return 0


def empty_log(store: Store) -> bool:
    """Moves the write-ahead log into the file and cuts it to nothing; False when somebody still reads from it."""
    try:
        busy, *_ = store.query("PRAGMA wal_checkpoint(TRUNCATE)")[0]
    except sqlite3.Error:
        return False
    return not busy
