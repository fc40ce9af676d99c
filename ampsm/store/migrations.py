"""How the database came to its present shape: every change of schema, in order.

A migration is never edited after a release; a new one is added at the end. Each runs in a transaction of its own that
also records it, so a kill leaves either the old or the new shape.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from glob import escape
from pathlib import Path

from ampsm.model.record import record
from ampsm.model.session import utc_now
from ampsm.store import errors
from ampsm.store.header import APPLICATION_ID, schema_version
from ampsm.store.schema import FIRST_SCHEMA, MERGES, TO_INDEX


@record
class Migration:
    """One step: the version it leads to, what it is about, and its statements."""

    version: int
    name: str
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "sessions, iterations and telemetry", FIRST_SCHEMA),
    Migration(2, "merges", MERGES),
    Migration(3, "merges from before there was a table of them", TO_INDEX),
)

_RECORD = """
    CREATE TABLE IF NOT EXISTS migrations(
        version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL
    ) STRICT
"""


def migrate(connection: sqlite3.Connection, database: Path, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Brings the file to the last of `migrations`. An existing file is first backed up beside itself, verified.

    The caller keeps other processes from migrating at the same time. Raises sqlite3 errors and `database-damaged`.
    """
    found = schema_version(connection)
    if 0 < found < migrations[-1].version:
        back_up(connection, database, found)
    for migration in migrations:
        if migration.version > found:
            _apply(connection, migration)


def back_up(connection: sqlite3.Connection, database: Path, version: int) -> Path:
    """Copies the database to `<database>.backup-v<version>-<UTC stamp>` (0600) and checks the copy. Copies that a kill
    left half made are removed.

    Raises `database-damaged` when the copy does not check out; then no backup is left and nothing must be migrated.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = database.with_name(f"{database.name}.backup-v{version}-{stamp}")
    half = target.with_name(target.name + ".part")
    for left in database.parent.glob(f"{escape(database.name)}.backup-v*.part*"):
        left.unlink(missing_ok=True)
    os.close(os.open(half, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        copy = sqlite3.connect(half, isolation_level=None)
        try:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            verdict = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        finally:
            copy.close()
        if verdict != "ok":
            raise errors.damaged(database, verdict)
        _to_disk(half)
        half.rename(target)
        _to_disk(target.parent)
    finally:
        half.unlink(missing_ok=True)
    return target


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(_RECORD)
        for statement in migration.statements:
            connection.execute(statement)
        connection.execute(
            "INSERT INTO migrations(version, name, applied_at) VALUES (?, ?, ?)",
            (migration.version, migration.name, utc_now()),
        )
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {migration.version}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _to_disk(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
