"""Small files beside the database that cannot be read: each command says so in one line, `doctor` names each, and
`doctor --fix` puts them beside and goes on with what else is known."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import World
from tests.workflows.upkeep.doctor import Doctor, complaints

ILL: dict[str, Callable[[Path], object]] = {
    "no JSON": lambda file: file.write_bytes(b'{"id": '),
    "empty": lambda file: file.write_bytes(b""),
    "no UTF-8": lambda file: file.write_bytes(b'[{"id": "\xff"'),
    "wrong": lambda file: file.write_bytes(b'{"id": 5, "operations": [{"n": "x"}], "mergeId": []}'),
    "folder": lambda file: (file / "x").mkdir(parents=True),
    "pipe": os.mkfifo,
}
RECORDS = {
    "queue.json": "queue-unreadable", "operations.json": "operations-unreadable", "merge.json": "merge-unreadable",
    "conflicts.json": "choices-unreadable", "agent.json": "agent-unreadable", "outside.json": "outside-unreadable",
    "cleanup.json": "cleanup-note-unreadable", "session.json": "facts-unreadable",
}  # fmt: skip


@pytest.mark.parametrize("how", slow_but(ILL, {"no JSON", "pipe"}))
def test_each_is_named_and_put_beside(world: World, doctor: Doctor, data: Path, how: str) -> None:
    """All at once: none hides another."""
    world.use(edits={"a.txt": "a\n"})
    repo = world.make_repo()
    session = world.new(repo, "Ill")
    world.iterate(session)
    world.ok("squash", session["id"], "--message", "s")
    other = world.new(repo, "Other")
    shutil.rmtree(other["worktree"])
    folder = data / "journals" / session["id"]
    note = next((data / "repositories").glob("*.json"))
    files = [*(folder / name for name in RECORDS), note, data / "creating" / "half-aaaaaa.json"]
    for file in files:
        file.unlink(missing_ok=True)
        ILL[how](file)
    for words in (("status",), ("iterate",), ("undo",), ("merge", "--message", "m"), ("queue",), ("abort-merge",)):
        done = world.cli(words[0], session["id"], *words[1:])
        assert done.code == 1 and "cannot be read" in done.err, (words, done)
        assert done.err.splitlines()[-1] == "hint: amp-sessions doctor --fix", (words, done)
    world.ok("list", "--all")
    for reading in ("logs", "usage", "tools", "stop"):
        world.ok(reading, session["id"])
    found = complaints(doctor.examine())
    wanted = {*RECORDS.values(), "programs-unreadable", "creation-unreadable"}
    assert wanted <= {row["id"] for row in found} and "check-failed" not in {row["id"] for row in found}
    assert "worktree-missing" in {row["id"] for row in found}, "what is ill elsewhere is seen all the same"
    left = complaints(doctor.examine("--fix"))
    assert {row["id"] for row in left} == {"worktree-missing"}, left
    for file in files:
        assert os.path.lexists(file.with_name(f"{file.name}.unreadable")), file
    status = world.status(session)
    assert status["session"] == {**session, **{key: status["session"][key] for key in (
        "iterations", "lastActivityAt", "lastIteration", "threadId", "totals")}}  # fmt: skip
    assert world.iterate(session)["iteration"]["number"] == 2


def test_an_iteration_ends_as_it_ends_whatever_its_queue_is(world: World, data: Path) -> None:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    (data / "journals" / session["id"] / "queue.json").write_text("[")
    done = world.cli("iterate", session["id"], "--json")
    assert done.code == 0 and done.json["iteration"]["status"] == "succeeded"
    assert "queue.json cannot be read" in done.err


def test_what_is_no_file_or_no_folder_is_put_beside(world: World, doctor: Doctor, data: Path) -> None:
    world.use(edits={"a.txt": "a\n"})
    repo = world.make_repo()
    session, other = world.new(repo, "One"), world.new(repo, "Two")
    for one in (session, other):
        world.iterate(one)
    folder = data / "journals" / session["id"]
    (data / "journals" / other["id"] / "session.json").unlink()
    misplaced = [data / "locks", data / "repositories", data / "creating", folder / "session.lock",
                 folder / "iteration-0001.jsonl"]  # fmt: skip
    for path in misplaced:
        if path.is_dir():
            shutil.rmtree(path)
            path.write_text("x")
        else:
            path.unlink(missing_ok=True)
            (path / "mine").mkdir(parents=True)
    for words in (
        ("iterate", session["id"]), ("logs", session["id"]), ("set", session["id"], "--name", "x"),
        ("cleanup", session["id"], "--yes"), ("new", "--repo", repo, "--name", "N", "--prompt", "p"),
    ):  # fmt: skip
        done = world.cli(*words)
        assert done.code == 1 and done.err.splitlines()[-1] == "hint: amp-sessions doctor --fix", (words, done)
    found = complaints(doctor.examine())
    assert {row["subject"] for row in found if row["id"] == "misplaced"} == {*map(str, misplaced)}
    assert "facts-missing" in {row["id"] for row in found} and "check-failed" not in {row["id"] for row in found}
    left = complaints(doctor.examine("--fix"))
    assert [row["id"] for row in left] == ["journal-missing"], left
    for path in misplaced:
        assert os.path.lexists(path.with_name(f"{path.name}.unreadable")), path
    assert world.iterate(session)["iteration"]["number"] == 2


def test_sessions_without_facts_and_rows_come_back(world: World, doctor: Doctor, database: Path, data: Path) -> None:
    """From journals, refs, worktrees and snapshots: at rest, in an open merge, merged, and cleaned up."""
    world.use(edits={"a.txt": "a\n"}, shell=["true"])
    repo = world.make_repo()
    kept = [world.new(repo, name, "--script", "true", prompt=f"make {name}\n\nall of it") for name in "ABC"]
    for session in kept:
        world.iterate(session)
        world.use(edits={"a.txt": f"{session['id']}\n"})
    resting, merging, cleaned = kept
    world.ok("merge", cleaned["id"], "--message", "m", "--cleanup")
    assert world.cli("merge", merging["id"], "--message", "m").code == 4
    before = _documents(world, kept)
    for file in [*data.glob("journals/*/session.json"), *database.parent.glob(f"{database.name}*")]:
        file.unlink()
    assert world.cli("status", resting["id"], "--json").json["error"]["code"] == "database-missing"
    doctor.examine("--fix")
    assert doctor.is_well()
    after = _documents(world, kept)
    told = ("createdAt", "lastActivityAt", "cleanedUpAt", "mergedAt")
    for session, was, now in zip(kept, before, after, strict=True):
        differing = {key for key in was["session"] if was["session"][key] != now["session"][key]}
        # A worktree that is gone tells no name, and only git's refs know where the branch was.
        allowed = {*told, "name"} if session is cleaned else set(told)
        assert differing <= allowed, (session["name"], differing)
        assert now["iterations"] == was["iterations"]
    world.ok("abort-merge", merging["id"])
    world.ok("restore", cleaned["id"])


def test_only_the_repository_is_missing(world: World, doctor: Doctor, database: Path, data: Path) -> None:
    """Then the doctor says where to call it, and there it does."""
    world.use(edits={"a.txt": "a\n"})
    repo = world.make_repo()
    session = world.new(repo)
    world.iterate(session)
    for file in [
        *data.glob("*/*/session.json"),
        *data.glob("repositories/*"),
        *database.parent.glob("sessions.sqlite*"),
    ]:
        file.unlink()
    (left,) = complaints(doctor.examine("--fix"))
    assert left["id"] == "session-unknown" and "doctor --fix in its repository" in left["fix"]
    world.ok("doctor", "--fix", cwd=repo)
    assert world.status(session)["session"]["branch"] == session["branch"]


def test_rows_that_are_the_last_to_know(world: World, doctor: Doctor, database: Path, data: Path) -> None:
    """A damaged database and unreadable facts together: what journals and git know is made again."""
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    (data / "journals" / session["id"] / "session.json").write_text("{")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM sessions")
    doctor.examine("--fix")
    assert doctor.is_well()
    assert world.status(session)["session"]["branch"] == session["branch"]


def _documents(world: World, known: list[dict[str, Any]]) -> list[Any]:
    return [json.loads(world.ok("status", session["id"], "--json").out) for session in known]
