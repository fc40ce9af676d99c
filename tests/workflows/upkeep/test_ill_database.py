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


def test_a_file_of_somebody_that_was_named_as_the_database_is_left_to_them(world: World, tmp_path: Path) -> None:
    """A text, and another program's database: no hint of any command leads to moving it."""
    text, bookmarks = tmp_path / "notes.txt", tmp_path / "places.sqlite"
    text.write_text("my notes\n")
    with closing(sqlite3.connect(bookmarks)) as connection:
        connection.execute("CREATE TABLE bookmarks(url)")
        connection.commit()
    for file in (text, bookmarks):
        content = file.read_bytes()
        refused = world.cli("--db", file, "list", "--json").json["error"]
        for words in (("doctor",), ("doctor", "--fix")):
            found = world.cli("--db", file, *words, "--json").json["findings"]
            (finding,) = [row for row in found if row["id"] == "database-damaged"]
            assert finding["fix"] == refused["hint"] == "name a file as the database: --db FILE, or AMPSM_DB_PATH"
        assert file.read_bytes() == content
