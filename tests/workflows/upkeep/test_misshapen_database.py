"""Something else in the place of the database, or one that has not what it promises: each command says so in one line,
and what `doctor` says to type makes everything as before."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.variants import slow_but
from tests.support.world import World
from tests.workflows.upkeep.test_lost_database import documents


def _remove(database: Path) -> None:
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()


def _run(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            connection.execute(statement)


def folder(database: Path) -> None:
    _remove(database)
    database.mkdir()


def pipe(database: Path) -> None:
    _remove(database)
    os.mkfifo(database)


def link_to_itself(database: Path) -> None:
    _remove(database)
    database.symlink_to(database)


def folder_for_its_log(database: Path) -> None:
    database.with_name(f"{database.name}-wal").mkdir()


def folder_for_shared_memory(database: Path) -> None:
    database.with_name(f"{database.name}-shm").mkdir()


def log_of_another(database: Path) -> None:
    other = database.with_name("other")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE x(a)")
        connection.commit()
        shutil.copy(f"{other}-wal", f"{database}-wal")
    other.unlink()


def no_tables(database: Path) -> None:
    _remove(database)
    _run(database, "PRAGMA application_id = 1097691219", "PRAGMA user_version = 3", "VACUUM")


WAYS: list[Callable[[Path], None]] = [
    folder, pipe, link_to_itself, folder_for_its_log, folder_for_shared_memory, log_of_another,
    no_tables,
    lambda database: _run(database, "DROP TABLE tool_calls"),
    lambda database: _run(database, "ALTER TABLE sessions RENAME COLUMN name TO title"),
    lambda database: _run(database, "PRAGMA user_version = 0"),
    lambda database: _run(database, "PRAGMA user_version = 1"),
]  # fmt: skip
_NAMES = {7: "a_table_gone", 8: "a_column_gone", 9: "of_no_version", 10: "of_a_wrong_version"}
_IDS = [_NAMES.get(number, way.__name__) for number, way in enumerate(WAYS)]
#: A link may lead to a disk that is not there now.
FOR_A_PERSON = {"link_to_itself"}
_BY_NAME = dict(zip(_IDS, WAYS, strict=True))


@pytest.mark.parametrize("way", slow_but(_BY_NAME, {"folder", "no_tables"}))
@pytest.mark.rounds(1)
def test_what_doctor_says_makes_it_as_before(world: World, database: Path, way: str) -> None:
    world.use(edits={"a.txt": "a\n"}, shell=["true"], text="Made a.")
    session = world.new(world.make_repo(), "Mine")
    world.iterate(session)
    before = documents(world, session)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _BY_NAME[way](database)
    for words in (("list",), ("status", session["id"]), ("tools", "Mine")):
        said = world.cli(*words, "--json")
        assert said.code == 0 or said.json["error"]["code"].startswith("database-"), (words, said)
        assert said.code == 0 or said.json["error"]["hint"].startswith("amp-sessions doctor"), (words, said)
    found = world.cli("doctor", "--fix", "--json").json["findings"]
    left = [row for row in found if row["severity"] == "error" and not row["fixed"]]
    assert len(left) == (way in FOR_A_PERSON), left
    for ill in left:
        command, _, rest = ill["fix"].partition(" && amp-sessions ")
        assert rest == "doctor --fix", ill
        subprocess.run(["sh", "-c", command], check=True)
        world.ok("doctor", "--fix")
    assert world.ok("doctor", "--json").json["ok"]
    assert list(database.with_name(f"{database.name}.damaged").iterdir())
    assert documents(world, session) == before


def test_a_link_to_a_disk_that_is_not_there_makes_nothing(world: World, database: Path) -> None:
    elsewhere = database.parent / "disk" / database.name
    database.parent.mkdir(exist_ok=True)
    database.symlink_to(elsewhere)
    for words in (("list",), ("new", "--repo", world.make_repo(), "--name", "N", "--prompt", "p"), ("doctor", "--fix")):
        said = world.cli(*words, "--json")
        assert said.code == 1 and said.json["error"]["code"] == "database-unavailable", said
    assert not elsewhere.parent.exists()


def test_journals_alone_tell_of_a_database(world: World, database: Path) -> None:
    """Where the sessions' own facts are gone as well."""
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    _remove(database)
    (database.with_suffix(".d") / "journals" / session["id"] / "session.json").unlink()
    refused = world.cli("list", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "database-missing") and not database.exists()
