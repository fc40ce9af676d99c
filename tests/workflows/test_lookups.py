"""What look-ups say of a session whose worker was killed: what is true once it is settled, and nothing is written."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import open_context
from ampsm.system.processes import marked_processes
from ampsm.workflows.session import list_sessions, require_session
from ampsm.workflows.session.recover import settle
from ampsm.workflows.status import StoreVersion, sessions_overview, today
from tests.support.looks import look, stored, type_looks
from tests.support.world import World

Session = dict[str, Any]
Leave = Callable[[World, Session], None]

TOOLS = [
    {"name": "Bash", "input": {"cmd": "ls"}, "result": "a"},
    {"name": "Bash", "input": {"cmd": "false"}, "error": "exit 1"},
    {"name": "Read", "input": {"path": "x"}},
]


@pytest.fixture
def killed(
    world: World, tmp_path: Path, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any]
) -> Session:
    """A session whose second iteration was killed, with all that it had started."""
    repo = world.make_repo()
    world.use(edits={"a.txt": "a\n"}, tools=TOOLS, text="Done.")
    world.ok("config", "set", "prices.claude-opus-4-8", "input=5 output=25")
    session = world.new(repo, "Killed", "--script", "true")
    world.iterate(session)
    ready = tmp_path / "ready"
    world.use(edits={"b.txt": "half\n"}, tools=TOOLS, model="claude-opus-4-8", ready=ready, hang=300)
    worker = spawn_cli("iterate", session["id"])
    wait_until(ready.exists, 20)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    for pid in marked_processes(session["id"]):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not marked_processes(session["id"]))
    return session


def journal(session: Session, number: int = 2) -> Path:
    with open_context() as ctx:
        return ctx.paths.journal(session["id"], number)


def execute(*statements: str) -> None:
    with closing(sqlite3.connect(os.environ["AMPSM_DB_PATH"])) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def as_it_was_killed(world: World, session: Session) -> None:
    """In the middle of the agent's work."""


def before_its_row(world: World, session: Session) -> None:
    """Its journal had begun, the store knew nothing of it."""
    journal(session).write_bytes(journal(session).read_bytes().splitlines(keepends=True)[0])
    execute("DELETE FROM iterations WHERE number = 2", "UPDATE sessions SET status = 'idle'")


def before_its_first_event(world: World, session: Session) -> None:
    journal(session).write_bytes(b"")
    execute("DELETE FROM iterations WHERE number = 2", "UPDATE sessions SET status = 'idle'")


def before_the_session_ran(world: World, session: Session) -> None:
    """The row of the iteration was there, that of the session not yet changed."""
    execute("UPDATE sessions SET status = 'idle'")


def in_the_middle_of_a_line(world: World, session: Session) -> None:
    with journal(session).open("ab") as file:
        file.write(b'{"type":"assistant_text","v":1,"seq":99,"at":"2026-')


def while_the_store_was_locked(world: World, session: Session) -> None:
    """Nothing but the first row had come into the store."""
    execute(
        "DELETE FROM tool_calls WHERE iteration_id LIKE '%/2'", "DELETE FROM usage WHERE iteration_id LIKE '%/2'",
        "UPDATE iterations SET tool_calls = 0, tool_failures = 0, thread_id = NULL, total_tokens = NULL, "
        "prompt_tokens = NULL, completion_tokens = NULL, cost_usd = NULL WHERE number = 2",
    )  # fmt: skip


def with_its_journal_lost(world: World, session: Session) -> None:
    journal(session).unlink()


def after_its_end_was_written(world: World, session: Session) -> None:
    """The journal says how it ended, the store does not."""
    world.ok("stop", session["id"])
    world.use(edits={"c.txt": "c\n"}, tools=TOOLS, text="Done again.")
    world.iterate(session)
    execute(
        "UPDATE iterations SET status = 'running', ended_at = NULL, duration_ms = NULL, commit_sha = NULL, "
        "end_sha = NULL, test_command = NULL WHERE number = 3",
        "UPDATE sessions SET status = 'running'",
    )


def after_its_end_was_stored(world: World, session: Session) -> None:
    """Only the session's own row still says that it runs."""
    world.ok("stop", session["id"])
    world.use(edits={"c.txt": "c\n"})
    world.iterate(session)
    execute("UPDATE sessions SET status = 'running'")


MOMENTS = (
    as_it_was_killed, before_its_row, before_its_first_event, before_the_session_ran, in_the_middle_of_a_line,
    while_the_store_was_locked, with_its_journal_lost, after_its_end_was_written, after_its_end_was_stored,
)  # fmt: skip


@pytest.mark.parametrize("leave", MOMENTS, ids=lambda leave: leave.__name__)
@pytest.mark.rounds(4)
def test_look_ups_say_what_settling_makes_true_and_write_nothing(world: World, killed: Session, leave: Leave) -> None:
    leave(world, killed)
    before = look(killed["id"])
    assert "running" not in [found["status"] for found in before["status"]["iterations"]]
    with open_context() as ctx:
        settle(ctx, require_session(ctx, killed["id"]))
        assert ctx.store.query("SELECT id FROM iterations WHERE status = 'running'") == []
    after = look(killed["id"])
    for what, said in after.items():
        assert before[what] == said, what


def test_commands_that_look_say_the_same_and_write_nothing(world: World, killed: Session) -> None:
    before = type_looks(world, killed["id"])
    assert before["status"]["iterations"][1]["status"] == "interrupted"
    world.ok("stop", killed["id"])
    assert type_looks(world, killed["id"]) == before


def test_the_end_is_not_told_twice_when_it_is_settled_while_it_is_read(killed: Session) -> None:
    from ampsm.workflows.review import journal_events

    with open_context() as ctx, open_context() as other:
        _, events = journal_events(ctx, killed["id"])
        settle(other, require_session(other, killed["id"]))
        assert [event.seq for event in events] == list(range(1, len(journal(killed).read_bytes().splitlines()) + 1))


def test_looks_follow_what_others_do(world: World, killed: Session) -> None:
    """One context looks all the time, as a window does."""
    with open_context() as ctx:

        def looks() -> list[Any]:
            return [require_session(ctx, killed["id"]), list_sessions(ctx)[0], sessions_overview(ctx)[0]]

        assert [found.status for found in looks()] == ["awaiting-input"] * 3
        spent = today(ctx)
        world.ok("set", killed["id"], "--name", "Renamed")
        assert [found.name for found in looks()] == ["Renamed"] * 3
        assert [found.status for found in looks()] == ["awaiting-input"] * 3
        world.use(edits={"c.txt": "c\n"})
        world.iterate(killed)
        assert [found.status for found in looks()] == ["idle"] * 3
        assert today(ctx).total_tokens > spent.total_tokens > 0  # type: ignore[operator]


def test_a_context_that_has_looked_writes_what_is_true(killed: Session) -> None:
    """What lies over the rows is no part of what is written."""
    with open_context() as ctx:
        session = require_session(ctx, killed["id"])
        assert (session.status, session.last_iteration and session.last_iteration.status) == (
            "awaiting-input", "interrupted"
        )  # fmt: skip
        settle(ctx, session)
        assert ctx.store.query("SELECT status FROM iterations ORDER BY number") == [("succeeded",), ("interrupted",)]
        assert ctx.store.query("SELECT status FROM sessions") == [("awaiting-input",)]
        facts = json.loads(ctx.paths.session_file(session.id).read_bytes())
        assert facts["status"] == "awaiting-input"


def test_settings_change_beside_what_is_not_settled(world: World, killed: Session) -> None:
    changed = world.ok("set", killed["id"], "--name", "Renamed", "--json").json["session"]
    assert (changed["name"], changed["status"]) == ("Renamed", "awaiting-input")
    with open_context() as ctx:
        facts = json.loads(ctx.paths.session_file(killed["id"]).read_bytes())
        assert (facts["name"], facts["status"]) == ("Renamed", "running")
        assert ctx.store.query("SELECT name, status FROM sessions") == [("Renamed", "running")]


def test_a_journal_is_replayed_once(killed: Session) -> None:
    with open_context() as ctx:
        found = []
        for _ in range(3):
            require_session(ctx, killed["id"])
            found.append(ctx.store.unsettled_iterations(killed["id"])[2])
            list_sessions(ctx)
            found.append(ctx.store.unsettled_iterations(killed["id"])[2])
        assert all(one is found[0] for one in found)
        with journal(killed).open("ab") as file:
            file.write(b"\n")
        require_session(ctx, killed["id"])
        assert ctx.store.unsettled_iterations(killed["id"])[2] is not found[0]


def test_a_killed_worker_is_noticed_though_nothing_is_stored(
    world: World, tmp_path: Path, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any]
) -> None:
    ready = tmp_path / "ready"
    world.use(ready=ready, hang=300)
    session = world.new(world.make_repo())
    worker = spawn_cli("iterate", session["id"])
    wait_until(ready.exists, 20)
    version = StoreVersion(open_context())
    try:
        settled = time.monotonic() + 1.0  # what the worker had still to store
        while time.monotonic() < settled:
            version.moved()
        before = stored()
        worker.kill()
        worker.wait()
        wait_until(version.moved)
        assert not version.moved()
        assert stored() == before
    finally:
        version.close()
    world.ok("stop", session["id"])
