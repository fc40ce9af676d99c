"""`doctor` and sessions whose own facts, rows or follow-ups are damaged, or whose creation was killed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.world import World
from tests.workflows.upkeep.doctor import Doctor, commands_in

HalfMade = Callable[[str], Path]


@pytest.fixture
def half_made(world: World, data: Path) -> HalfMade:
    """`half_made(id)`: what a `new` leaves that is killed after it has made branch and worktree; the worktree."""
    repo = world.make_repo()
    world.new(repo)

    def make(session_id: str) -> Path:
        worktree, branch = repo / ".worktrees" / session_id, f"amp/{session_id}/x"
        world.git(repo, "worktree", "add", "-q", "-b", branch, worktree, "main")
        note = {
            "id": session_id, "root": str(repo), "worktree": str(worktree), "branch": branch,
            "sha": world.git(repo, "rev-parse", "main"),
        }  # fmt: skip
        (data / "creating").mkdir(exist_ok=True)
        (data / "creating" / f"{session_id}.json").write_text(json.dumps(note))
        return worktree

    return make


def test_a_creation_that_was_killed_is_taken_back(doctor: Doctor, half_made: HalfMade) -> None:
    worktree = half_made("empty-aaaaaa")
    found = doctor.finds("half-made-session")
    assert found["subject"] == "empty-aaaaaa"
    doctor.mends(found, gone=[worktree, "refs/heads/amp/empty-aaaaaa/"])
    assert not worktree.exists()


def test_a_creation_that_was_killed_and_holds_work_stays(doctor: Doctor, half_made: HalfMade) -> None:
    worktree = half_made("full-bbbbbb")
    (worktree / "work.txt").write_text("mine\n")
    doctor.leaves(doctor.finds("half-made-session"))
    assert (worktree / "work.txt").read_text() == "mine\n"


def test_facts_that_are_gone_are_written_again(world: World, doctor: Doctor, data: Path) -> None:
    session = world.new(world.make_repo())
    file = data / "journals" / session["id"] / "session.json"
    before = json.loads(file.read_bytes())
    file.unlink()
    found = doctor.finds("facts-missing")
    assert found["subject"] == session["id"]
    doctor.mends(found)
    assert json.loads(file.read_bytes()) == before


def test_a_session_that_the_database_does_not_know_gets_its_rows_again(
    world: World, doctor: Doctor, database: Path
) -> None:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    _change(database, "DELETE FROM sessions")
    doctor.mends(doctor.finds("session-without-row"))
    assert [iteration["status"] for iteration in world.status(session)["iterations"]] == ["succeeded"]


def test_a_row_that_says_something_else_than_the_facts_is_put_right(
    world: World, doctor: Doctor, database: Path
) -> None:
    session = world.new(world.make_repo(), "Mine")
    _change(database, "UPDATE sessions SET name = 'other'")
    found = doctor.finds("session-differs")
    assert "name" in found["message"]
    doctor.mends(found)
    assert world.status(session)["session"]["name"] == "Mine"


def test_journals_of_nobody_are_named_and_kept(world: World, doctor: Doctor, data: Path) -> None:
    world.use()
    session = world.new(world.make_repo())
    world.iterate(session)
    lost = data / "journals" / "lost-cccccc"
    lost.mkdir()
    shutil.copy(next((data / "journals" / session["id"]).glob("*.jsonl")), lost / "iteration-0001.jsonl")
    found = doctor.finds("session-unknown")
    doctor.leaves(found)
    assert doctor.type(*commands_in(found["fix"])) == "iteration-0001.jsonl\n"


def _change(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(statement)
        connection.commit()


def test_rows_of_merges_that_differ_are_made_again(world: World, doctor: Doctor, database: Path) -> None:
    repo = world.make_repo()
    world.use(edits={"x": "1\n"})
    session = world.new(repo)
    world.iterate(session)
    world.ok("merge", session["id"], "--message", "m")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE merges SET status = 'open', ended_at = NULL")
    found = doctor.finds("merges-differ")
    assert found["subject"] == session["id"]
    doctor.mends(found)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT status FROM merges").fetchall() == [("merged",)]
