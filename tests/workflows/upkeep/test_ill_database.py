"""`doctor` and a database that is not this release's, or not there. Damaged ones are in test_rebuild."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.world import World
from tests.workflows.upkeep.doctor import Doctor


def test_a_database_that_is_gone_is_made_again(world: World, doctor: Doctor, database: Path) -> None:
    session = world.new(world.make_repo())
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    found = doctor.finds("database-missing")
    assert found["subject"] == str(database)
    doctor.mends(found)
    assert world.status(session)["session"]["name"] == session["name"]


def test_a_database_of_a_newer_release_is_left_alone(doctor: Doctor, database: Path) -> None:
    database.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.execute("CREATE TABLE sessions(id)")
        connection.commit()
    database.chmod(0o600)
    content = database.read_bytes()
    doctor.leaves(doctor.finds("database-newer"))
    assert database.read_bytes() == content
