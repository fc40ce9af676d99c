"""A database that is lost beside its journals: every command says so, and nothing is made in its place unasked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import World
from tests.workflows.upkeep.doctor import Doctor, files_below


def _remove(database: Path) -> None:
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()


def _empty(database: Path) -> None:
    _remove(database)
    database.touch(0o600)


def _without_tables(database: Path) -> None:
    _remove(database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM")
    database.chmod(0o600)


def _only_its_log(database: Path) -> None:
    _remove(database)
    log = database.with_name(f"{database.name}-wal")
    log.write_bytes(b"garbage " * 500)
    log.chmod(0o600)


WAYS: dict[str, Callable[[Path], None]] = {
    "gone": _remove, "empty": _empty, "without tables": _without_tables, "only its log": _only_its_log,
}  # fmt: skip


def documents(world: World, session: dict[str, Any]) -> list[Any]:
    return [world.ok(*words, "--json").json for words in (
        ("list", "--all"), ("status", session["id"]), ("tools", session["id"]), ("usage", session["id"]),
        ("logs", session["id"]),
    )]  # fmt: skip


@pytest.mark.parametrize("way", slow_but(WAYS, {"gone", "empty"}))
@pytest.mark.rounds(1)
def test_every_command_says_so(world: World, doctor: Doctor, database: Path, way: str) -> None:
    world.use(edits={"a.txt": "a\n"}, shell=["true"], text="Made a.")
    repo = world.make_repo()
    session = world.new(repo, "Lost", "--script", "true")
    world.iterate(session)
    before = documents(world, session)
    WAYS[way](database)
    files = files_below(database.parent)
    for words in (
        ("list",), ("status", session["id"]), ("new", "--repo", repo, "--name", "N", "--prompt", "p"), ("tools", "x"),
        ("iterate", session["id"]), ("iterate", session["id"], "--detach"), ("logs", session["id"]), ("path", "Lost"),
        ("merge", session["id"], "--message", "m"), ("set", session["id"], "--name", "x"), ("diff", session["id"]),
    ):  # fmt: skip
        refused = world.cli(*words, "--json")
        assert (refused.code, refused.json["error"]["code"]) == (1, "database-missing"), (words, refused)
        assert refused.json["error"]["hint"] == "amp-sessions doctor --fix"
    assert world.ok("stop", session["id"], "--json").json["stopped"] is None
    made = set(files_below(database.parent)) - set(files)
    assert made <= {str(database.with_name("sessions.d") / "store.lock")}
    assert world.git(repo, "branch", "--list").count("\n") == 1
    doctor.mends(doctor.finds("database-missing"))
    after = documents(world, session)
    assert after[2:] == before[2:]
    assert after[1]["iterations"] == before[1]["iterations"] and after[1]["session"]["name"] == "Lost"
    if way == "only its log":
        assert [file.read_bytes()[:7] for file in database.parent.glob("*.lost-*-wal")] == [b"garbage"]


def test_the_first_use_ever_makes_one(world: World, database: Path) -> None:
    assert world.ok("list", "--json").json["sessions"] == []
    assert database.exists()
