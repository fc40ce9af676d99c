"""Texts in the database that are no UTF-8, or broken JSON: readers show the rest, `doctor --fix` mends them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import World
from tests.workflows.upkeep.doctor import complaints

BYTES = "CAST(x'66ff6f' AS TEXT)"
PLACES = [
    ("sessions", "name", BYTES),
    ("sessions", "prompt", BYTES),
    ("sessions", "script_command", BYTES),
    ("sessions", "thread_id", BYTES),
    ("sessions", "last_activity_at", BYTES),
    ("sessions", "test_leftovers", "'{broken'"),
    ("iterations", "prompt", BYTES),
    ("iterations", "thread_id", BYTES),
    ("iterations", "error", BYTES),
    ("iterations", "error", "'[1'"),
    ("iterations", "started_at", BYTES),
    ("iterations", "test_command", BYTES),
    ("tool_calls", "tool", BYTES),
    ("tool_calls", "args", BYTES),
    ("tool_calls", "args", "'{'"),
    ("tool_calls", "started_at", BYTES),
    ("usage", "model", BYTES),
    ("test_runs", "command", BYTES),
]


def documents(world: World, session: dict[str, Any]) -> list[Any]:
    words = (("list",), ("status", session["id"]), ("tools", session["id"]), ("usage", session["id"]))
    return [world.ok(*each, "--json").json for each in words]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    slow_but(PLACES, {PLACES[0], PLACES[6], PLACES[13]}),
)
@pytest.mark.rounds(1)
def test_a_text_that_cannot_be_read(world: World, database: Path, table: str, column: str, value: str) -> None:
    world.use(edits={"a.txt": "a\n"}, shell=["true"], text="Made a.")
    session = world.new(world.make_repo(), "Ill", "--script", "true")
    world.iterate(session)
    before = documents(world, session)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f"UPDATE {table} SET {column} = {value}")
        connection.commit()
    documents(world, session)
    for word in ("status", "tools", "usage", "stop"):
        world.ok(word, session["id"])
    world.ok("list")
    found = complaints(world.cli("doctor", "--json").json["findings"])
    assert "text-unreadable" in [finding["id"] for finding in found]
    world.cli("doctor", "--fix")
    assert complaints(world.cli("doctor", "--json").json["findings"]) == []
    after = documents(world, session)
    if column == "command":  # no file has it
        return
    assert after[2:] == before[2:]
    assert after[1]["iterations"] == before[1]["iterations"]
    world.iterate(session)
