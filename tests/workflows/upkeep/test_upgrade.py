"""A machine on which an earlier release worked is no ill one."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ampsm.store.migrations import MIGRATIONS, migrate
from tests.support.world import World
from tests.workflows.upkeep.doctor import Doctor, complaints


@pytest.fixture
def merged(world: World, database: Path, data: Path) -> dict[str, Any]:
    """A session that the first release has merged: its database has schema 1, and of the merge it kept only the
    operation."""
    world.use(edits={"x": "1\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    world.ok("merge", session["id"], "--message", "m")
    record = data / "journals" / session["id"] / "operations.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "merges": []}))
    _as_first_release(database)
    return session


def _as_first_release(database: Path) -> None:
    now = database.rename(database.with_name("now.sqlite"))
    with closing(sqlite3.connect(database, isolation_level=None)) as old:
        old.execute("PRAGMA journal_mode = WAL")
        migrate(old, database, MIGRATIONS[:1])
        old.execute("ATTACH ? AS now", (str(now),))
        for (table,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'migrations'"):
            columns = ", ".join(name for _, name, *_ in old.execute(f"PRAGMA main.table_info({table})"))
            old.execute(f"INSERT INTO main.{table}({columns}) SELECT {columns} FROM now.{table}")
    now.unlink()
    database.chmod(0o600)


def _statuses(database: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT session_id, status FROM merges").fetchall()


def test_merges_from_before_are_no_complaint_and_get_their_rows_in_passing(
    world: World, doctor: Doctor, database: Path, merged: dict[str, Any]
) -> None:
    doctor.finds("schema-old")
    assert merged["id"] in world.ok("list", "--all").out  # which migrates
    assert _statuses(database) == [] and doctor.is_well()
    world.iterate(world.new(Path(merged["repo"]), "another"))
    assert _statuses(database) == [(merged["id"], "merged")] and doctor.is_well()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM merges")
    doctor.mends(doctor.finds("merges-differ"))


def test_doctor_makes_the_rows_without_a_word(doctor: Doctor, database: Path, merged: dict[str, Any]) -> None:
    found = doctor.examine("--fix")
    assert [finding["id"] for finding in found if finding["fixed"]] == ["schema-old"] and complaints(found) == []
    assert _statuses(database) == [(merged["id"], "merged")] and doctor.is_well()
