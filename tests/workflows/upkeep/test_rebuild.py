"""The database is an index: deleted or emptied, `doctor --fix` makes it say again what it said (SPEC section 5)."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from ampsm.context import open_context
from ampsm.model.record import document
from ampsm.system.paths import resolve_paths
from ampsm.system.processes import marked_processes
from ampsm.workflows.review.tool_calls import session_tool_calls
from ampsm.workflows.review.usage import session_usage
from ampsm.workflows.status.session_view import session_status
from ampsm.workflows.upkeep.rebuild import rebuild
from tests.support.world import World
from tests.workflows.upkeep.conftest import WaitingIteration

Wait = Callable[..., Any]
Spawn = Callable[..., subprocess.Popen[str]]

TOOLS = [
    {"name": "Bash", "input": {"cmd": "ls", "n": 1.5, "deep": {"ü": [None, True]}}, "result": "a"},
    {"name": "Bash", "input": {"cmd": "false"}, "error": "exit 1"},
    {"name": "Read", "input": {"path": "x"}},
]


def documents(world: World) -> dict[str, Any]:
    """Everything that commands say of all sessions; of all but the first without starting them, which is quicker."""
    listed = world.ok("list", "--all", "--json").json
    said = {"list": listed}
    with open_context() as ctx:
        for number, session in enumerate(listed["sessions"]):
            for command, ask in (("status", session_status), ("tools", session_tool_calls), ("usage", session_usage)):
                key = f"{command} {session['name']}"
                said[key] = (
                    document(ask(ctx, session["id"])) if number else world.ok(command, session["id"], "--json").json
                )
    return said


def rows(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [
            repr(row)
            for table in ("sessions", "iterations", "tool_calls", "usage")
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
        ]


def remove(database: Path) -> None:
    for end in ("", "-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)


def kill_all(session: dict[str, Any], worker: subprocess.Popen[str]) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    for pid in marked_processes(session["id"]):
        os.kill(pid, signal.SIGKILL)


def all_tools_heard(journals: Path) -> bool:
    """Whether the worker has written down all that the agent has said when it makes `ready`."""
    said = "".join(journal.read_text() for journal in journals.glob("iteration-*.jsonl"))
    return said.count('"tool_started"') == len(TOOLS)


def interrupt(world: World, session: dict[str, Any], ready: Path, spawn_cli: Spawn, wait_until: Wait) -> None:
    world.use(edits={f"{session['name']}.txt": "half\n"}, tools=TOOLS, ready=ready, hang=300)
    worker = spawn_cli("iterate", session["id"])
    journals = resolve_paths(None, os.environ).journal_dir(session["id"])
    wait_until(ready.exists)
    wait_until(lambda: all_tools_heard(journals))
    kill_all(session, worker)
    wait_until(lambda: not marked_processes(session["id"]))


def test_everything_is_as_before(
    world: World, database: Path, tmp_path: Path, spawn_cli: Spawn, wait_until: Wait
) -> None:
    repo = world.make_repo()
    made = {
        name: world.new(repo, name, *more)
        for name, *more in (
            ["works", "--script", "true", "--model", "deep"], ["tests-fail", "--script", "exit 3"], ["fails"],
            ["cut-off"], ["stopped"], ["refused"], ["nothing"], ["never"],
        )
    }  # fmt: skip
    world.ok("config", "set", "prices.claude-opus-4-8", "input=5 output=25")
    world.use(edits={"a.txt": "a\n"}, tools=TOOLS, model="claude-opus-4-8", text="Done.")
    world.iterate(made["works"])
    (Path(made["works"]["worktree"]) / "mine.txt").write_text("by hand\n")
    world.iterate(made["works"], "--notes", "go on")
    world.iterate(made["tests-fail"], code=8)
    world.ok("set", made["works"]["id"], "--script", "make test")

    world.use(edits={"b.txt": "b\n"}, agent_error="It broke.")
    world.iterate(made["fails"], code=7)
    world.use(text="Nothing to do.")
    world.iterate(made["nothing"])

    hook = repo / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    hook.chmod(0o755)
    world.use(edits={"c.txt": "c\nc\n"})
    world.iterate(made["refused"], code=1)
    hook.unlink()

    ready = tmp_path / "ready-to-stop"
    world.use(edits={"d.txt": "d\n"}, tools=TOOLS, ready=ready, hang=300)
    world.ok("iterate", made["stopped"]["id"], "--detach")
    wait_until(ready.exists)
    world.ok("iterate", made["stopped"]["id"], "--queue", "--notes", "later")
    world.ok("stop", made["stopped"]["id"])

    interrupt(world, made["cut-off"], tmp_path / "ready-to-kill", spawn_cli, wait_until)
    world.use(edits={"e.txt": "e\n"})
    world.iterate(made["cut-off"])

    before, rows_before = documents(world), rows(database)
    statuses = {i["status"] for key in before if key.startswith("status") for i in before[key]["iterations"]}
    assert statuses == {"succeeded", "failed", "cancelled", "interrupted"}
    assert before["status stopped"]["queue"][0]["notes"] == "later"

    world.ok("config", "set", "prices.claude-opus-4-8", "input=50 output=250")  # what was spent stays spent
    remove(database)
    report = world.ok("doctor", "--fix", "--json").json
    assert report["ok"]
    assert rows(database) == rows_before
    assert documents(world) == before

    again = world.ok("doctor", "--fix", "--json").json
    assert not [finding for finding in again["findings"] if finding["fixed"]]
    with open_context() as ctx:
        for session in made.values():
            rebuild(ctx, session["id"])
    assert rows(database) == rows_before


def test_tables_that_were_emptied_or_changed_are_filled_again(world: World, database: Path) -> None:
    world.use(edits={"a.txt": "a\n"}, tools=TOOLS)
    session = world.new(world.make_repo())
    world.iterate(session)
    world.iterate(session)
    before, rows_before = documents(world), rows(database)
    for change in (
        ["DELETE FROM tool_calls", "DELETE FROM usage"],
        ["DELETE FROM tool_calls WHERE seq % 2", "UPDATE usage SET completion_tokens = 1, model = 'other'"],
        ["UPDATE iterations SET status = 'failed', tool_calls = 77"],
        ["DELETE FROM iterations WHERE number = 1"],
        ["DELETE FROM sessions"],
        ["UPDATE sessions SET name = 'other', status = 'done'"],
    ):
        with closing(sqlite3.connect(database)) as connection:
            for statement in change:
                connection.execute(statement)
            connection.commit()
        found = world.cli("doctor", "--json")
        assert found.code == 1, (change, found)
        fixed = world.ok("doctor", "--fix", "--json").json
        assert any(finding["fixed"] for finding in fixed["findings"])
        assert rows(database) == rows_before, change
    assert documents(world) == before


def test_an_interrupted_iteration_whose_database_is_lost_before_anybody_looked(
    world: World, database: Path, tmp_path: Path, spawn_cli: Spawn, wait_until: Wait
) -> None:
    session = world.new(world.make_repo())
    interrupt(world, session, tmp_path / "ready", spawn_cli, wait_until)
    remove(database)
    world.ok("doctor", "--fix")
    status = world.status(session)
    assert status["session"]["status"] == "awaiting-input"
    assert [(i["status"], i["toolCalls"]) for i in status["iterations"]] == [("interrupted", 3)]
    world.use(edits={"e.txt": "e\n"})
    assert world.iterate(session)["iteration"]["number"] == 2
    assert "amp: partial: interrupted" in world.subjects(session)


def test_a_running_iteration_goes_on_when_its_database_is_made_again(
    world: World, database: Path, tmp_path: Path, wait_until: Wait
) -> None:
    go, ready = tmp_path / "go", tmp_path / "ready"
    world.use(edits={"a.txt": "a\n"}, tools=TOOLS, ready=ready, hang_until=go)
    session = world.new(world.make_repo())
    world.ok("iterate", session["id"], "--detach")
    wait_until(ready.exists)
    remove(database)
    world.ok("doctor", "--fix")
    assert world.status(session)["session"]["status"] == "running"
    go.write_text("")
    wait_until(lambda: world.status(session)["session"]["status"] != "running")
    world.ok("doctor", "--fix")
    status = world.status(session)
    assert (status["session"]["status"], status["iterations"][0]["status"]) == ("idle", "succeeded")


def test_a_damaged_database_is_put_aside_and_made_again(world: World, database: Path) -> None:
    """Cut at any length, or with a page of noise; only `doctor --fix` moves it, and deletes nothing of it."""
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    before = documents(world)
    whole, page = database.read_bytes(), 4096
    noise = os.urandom(page)
    ways = [b"no database at all " * 500, whole[:50], whole[: page + 100], whole[: -page // 2]]
    ways += [whole[: n * page] + noise + whole[(n + 1) * page :] for n in (2, 3, 4)]
    for number, broken in enumerate(ways):
        for end in ("-wal", "-shm"):
            database.with_name(database.name + end).unlink(missing_ok=True)
        database.write_bytes(broken)
        refused = world.cli("set", session["id"], "--name", "x")
        assert (refused.code, refused.err.splitlines()[-1]) == (1, "hint: amp-sessions doctor --fix"), refused
        (finding,) = [f for f in world.cli("doctor", "--json").json["findings"] if f["id"] == "database-damaged"]
        aside = database.with_name(f"{database.name}.damaged{number or ''}")
        assert str(aside) in finding["fix"] and database.read_bytes() == broken
        world.ok("doctor", "--fix")
        assert (aside / database.name).read_bytes() == broken
        assert documents(world) == before


def test_a_damaged_database_stays_while_somebody_is_at_work(
    world: World, database: Path, waiting: WaitingIteration, wait_until: Callable[..., Any]
) -> None:
    session = waiting.session
    broken = b"no database at all " * 500
    database.write_bytes(broken)
    found = world.cli("doctor", "--fix", "--json").json["findings"]
    (finding,) = [row for row in found if row["id"] == "database-damaged"]
    assert not finding["fixed"] and finding["fix"].startswith(f"amp-sessions stop {session['id']}")
    assert database.read_bytes() == broken
    waiting.end()
    wait_until(lambda: world.cli("doctor", "--fix").code == 0)
    assert world.status(session)["iterations"][0]["status"] == "succeeded"


def test_a_merge_in_the_database_that_says_nothing_known(world: World, database: Path) -> None:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    world.ok("merge", session["id"], "--message", "m")
    before = rows(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE merges SET status = 'zzz'")
    (finding,) = [f for f in world.cli("doctor", "--json").json["findings"] if f["severity"] != "info"]
    assert finding["id"] == "merges-differ"
    world.ok("doctor", "--fix")
    assert rows(database) == before


def test_rows_that_belong_to_none_are_damage(world: World, database: Path) -> None:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(world.make_repo())
    world.iterate(session)
    before = rows(database)
    for change in ("session_id = 'zzz'", "number = -5", "error = '{\"a\": 1}'"):
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute(f"UPDATE iterations SET {change}")
        world.ok("status", session["id"])
        world.ok("doctor", "--fix")
        assert rows(database) == before


def test_what_a_journal_cannot_tell_stays_in_its_row(world: World, database: Path) -> None:
    """A journal that was cut says less than the row: nothing that is only in the row is removed."""
    world.use(tools=TOOLS)
    session = world.new(world.make_repo())
    world.iterate(session)
    journal = next((database.parent / "sessions.d" / "journals" / session["id"]).glob("iteration-*.jsonl"))
    lines = journal.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["type"] not in ("tool_started", "tool_finished")]
    journal.write_bytes(b"".join(kept))
    before = rows(database)
    found = world.cli("doctor", "--fix", "--json")
    assert found.code == 1
    assert "journal-cut" in {finding["id"] for finding in found.json["findings"]}
    assert rows(database) == before
