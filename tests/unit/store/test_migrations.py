"""Migrating: recorded, all or nothing, with a verified backup of what was there."""

from __future__ import annotations

import hashlib
import sqlite3
import stat

import pytest

from ampsm.model.errors import UserError
from ampsm.store import iterations, merges, migrations, opening, sessions
from ampsm.store.connection import Store, open_store
from ampsm.store.header import LATEST, schema_version
from ampsm.store.migrations import MIGRATIONS, Migration, migrate
from ampsm.system.paths import Paths
from tests.support.records import a_merge, a_session, an_iteration

NEXT = (*MIGRATIONS, Migration(LATEST + 1, "colours", ("ALTER TABLE sessions ADD COLUMN colour TEXT",)))


def test_versions_are_one_line() -> None:
    assert [migration.version for migration in MIGRATIONS] == list(range(1, LATEST + 1))


#: Migrations that databases out there have run, by a digest of their statements.
RELEASED = {1: "b25cdb7ae8987d1e"}


@pytest.mark.parametrize("version", RELEASED)
def test_what_was_released_is_never_edited(version: int) -> None:
    statements = "\n".join(MIGRATIONS[version - 1].statements)
    assert hashlib.sha256(statements.encode()).hexdigest()[:16] == RELEASED[version]


@pytest.mark.parametrize("version", range(1, LATEST))
def test_a_database_of_every_release_is_migrated_with_all_that_is_in_it(paths: Paths, version: int) -> None:
    paths.database.parent.mkdir(parents=True)
    session, iteration = a_session(prompt="ü"), an_iteration()
    with Store(sqlite3.connect(paths.database, isolation_level=None), paths.database) as old:
        migrate(old.connection, paths.database, MIGRATIONS[:version])
        old.execute("PRAGMA foreign_keys = ON")
        sessions.insert_session(old, session)
        iterations.insert_iteration(old, iteration)
    for _ in range(2):
        with open_store(paths) as store:
            assert schema_version(store.connection) == LATEST
            (found,) = sessions.session_rows(store)
            assert (found.id, found.prompt, found.last_iteration) == (session.id, "ü", iteration)
            merges.replace_merges(store, session.id, [a_merge()])
            assert merges.merges_of(store, session.id) == [a_merge()]
            assert store.query("PRAGMA integrity_check") == [("ok",)]
            assert store.query("PRAGMA foreign_key_check") == []
    assert len(list(paths.database.parent.glob(f"*.backup-v{version}-*"))) == 1


def test_every_migration_is_recorded(store: Store) -> None:
    rows = store.query("SELECT version, name, applied_at FROM migrations")
    assert [row[:2] for row in rows] == [(migration.version, migration.name) for migration in MIGRATIONS]
    assert all(row[2].endswith("Z") for row in rows)


def test_an_existing_file_is_backed_up_and_migrated(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(paths) as store:
        sessions.insert_session(store, a_session())
    monkeypatch.setattr(opening, "LATEST", LATEST + 1)
    monkeypatch.setattr(migrations, "migrate", lambda db, path: migrate(db, path, NEXT))
    with open_store(paths) as store:
        assert store.query("SELECT id, colour FROM sessions") == [("add-login-aaaaaa", None)]
        assert store.query("PRAGMA user_version") == [(LATEST + 1,)]
        assert store.query("SELECT name FROM migrations WHERE version = ?", (LATEST + 1,)) == [("colours",)]
    (backup,) = paths.database.parent.glob(f"{paths.database.name}.backup-v{LATEST}-*")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    copy = sqlite3.connect(backup)
    assert copy.execute("PRAGMA user_version").fetchone() == (LATEST,)
    assert copy.execute("SELECT id FROM sessions").fetchall() == [("add-login-aaaaaa",)]
    copy.close()
    open_store(paths).close()
    assert len(list(paths.database.parent.glob("*.backup-*"))) == 1
    assert not list(paths.database.parent.glob("*.part"))


def test_a_backup_that_was_killed_half_way_does_not_stay(paths: Paths) -> None:
    with open_store(paths) as store:
        half = [paths.database.with_name(f"{paths.database.name}.backup-v1-then.part{end}") for end in ("", "-journal")]
        other = paths.database.with_name("other.sqlite.backup-v1-then.part")
        for file in (*half, other):
            file.write_bytes(b"half")
        migrations.back_up(store.connection, paths.database, 1)
    assert not any(file.exists() for file in half) and other.exists()


def test_a_migration_that_fails_changes_nothing(store: Store, paths: Paths) -> None:
    statements = ("CREATE TABLE half(made)", "INSERT INTO nowhere VALUES (1)")
    with pytest.raises(sqlite3.OperationalError):
        migrate(store.connection, paths.database, (*MIGRATIONS, Migration(LATEST + 1, "broken", statements)))
    assert store.query("PRAGMA user_version") == [(LATEST,)]
    assert store.query("SELECT count(*) FROM sqlite_master WHERE name = 'half'") == [(0,)]
    assert store.query("SELECT max(version) FROM migrations") == [(LATEST,)]


def test_without_a_good_backup_nothing_is_migrated(paths: Paths) -> None:
    with open_store(paths) as store:
        for n in range(200):
            sessions.insert_session(store, a_session(f"s-{n:06}", prompt="x" * 500))
    damaged = paths.database.stat().st_size // 4096 - 3
    with paths.database.open("r+b") as file:
        file.seek(damaged * 4096)
        file.write(b"\xff" * 4096)
    connection = sqlite3.connect(paths.database, isolation_level=None)
    with pytest.raises(UserError) as error:
        migrate(connection, paths.database, NEXT)
    assert error.value.code == "database-damaged"
    assert schema_version(connection) == LATEST
    connection.close()
    assert not list(paths.database.parent.glob("*.backup-*"))
