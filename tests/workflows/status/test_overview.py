"""The list of all sessions: reasons, recent tokens, positions, and how little it asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ampsm.context import open_context
from ampsm.model.session import utc_now
from ampsm.model.telemetry import TestResult, Usage
from ampsm.store.iterations import insert_iteration
from ampsm.store.sessions import insert_session
from ampsm.workflows.status.overview import Positions, SessionRow, sessions_overview, today
from ampsm.workflows.status.session_view import session_situation
from tests.support.records import a_session, an_iteration
from tests.support.world import World

ENDED = {
    "not-logged-in": "not logged in",
    "crashed": "agent crashed",
    "timed-out": "timed out",
    "permission-needed": "permission needed",
    "commit-refused": "commit refused",
    "branch-moved": "branch moved",
    "cancelled": "stopped",
}


def row_of(session_id: str, *, cleaned: bool = False) -> SessionRow:
    with open_context() as ctx:
        return next(row for row in sessions_overview(ctx, include_cleaned=cleaned) if row.id == session_id)


def stored(session_status: str, **last: Any) -> str:
    """The reason shown for a session of this status whose only iteration ended so."""
    with open_context() as ctx:
        insert_session(ctx.store, a_session(status=session_status))
        if last:
            insert_iteration(ctx.store, an_iteration(**last))
        return sessions_overview(ctx)[0].reason


@pytest.mark.parametrize(("code", "words"), ENDED.items())
def test_an_error_is_told_in_a_few_words(code: str, words: str) -> None:
    error: dict[str, Any] = {"code": code, "message": "It did not work", "hint": None, "details": {}}
    assert stored("error", status="failed", error=error) == words


def test_an_interrupted_iteration_is_the_reason() -> None:
    assert stored("awaiting-input", status="interrupted") == "interrupted"


@pytest.mark.parametrize(("late", "words"), [(False, "tests fail"), (True, "tests timed out")])
def test_failing_tests_are_the_reason(late: bool, words: str) -> None:
    result = TestResult("make test", 1, False, 10, late)
    assert stored("awaiting-input", status="succeeded", test=result) == words


def test_reasons_through_the_life_of_a_session(world: World) -> None:
    repo = world.make_repo()
    world.use(edits={"a.txt": "a\n"})
    plain, tested = world.new(repo, "Plain"), world.new(repo, "Tested", "--script", "true")
    assert row_of(plain["id"]).reason == "not started"
    world.iterate(plain)
    world.iterate(tested)
    assert row_of(plain["id"]).reason == "no test script"
    assert row_of(tested["id"]).reason == "tests pass"
    world.ok("merge", plain["id"], "--message", "Add a")
    assert row_of(plain["id"]).reason == "into main"
    world.ok("cleanup", plain["id"], "--yes")
    assert (row_of(plain["id"], cleaned=True).status, row_of(plain["id"], cleaned=True).reason) == (
        "done",
        "cleaned up",
    )
    world.ok("cleanup", tested["id"], "--yes", "--force")
    assert (row_of(tested["id"], cleaned=True).status, row_of(tested["id"], cleaned=True).reason) == ("cleaned-up", "")


def test_conflicts_are_counted_as_they_are_resolved(world: World) -> None:
    repo = world.make_repo()
    world.use(edits={"README.md": "session\n", "a.txt": "session\n"})
    session = world.new(repo)
    world.iterate(session)
    world.commit(repo, {"README.md": "main\n", "a.txt": "main\n"}, "on main")
    assert world.cli("rebase", session["id"]).code == 4
    assert row_of(session["id"]).reason == "2 conflicts"
    worktree = Path(session["worktree"])
    (worktree / "a.txt").write_text("both\n")
    assert row_of(session["id"]).reason == "1 conflict"
    (worktree / "README.md").write_text("both\n")
    assert "conflict" not in row_of(session["id"]).reason


def test_a_merge_is_told_with_the_branch_that_it_went_into(world: World) -> None:
    repo = world.make_repo()
    world.git(repo, "branch", "develop")
    world.use(edits={"a.txt": "a\n"})
    session = world.new(repo)
    world.iterate(session)
    world.ok("merge", session["id"], "--onto", "develop", "--message", "Add a")
    assert row_of(session["id"]).reason == "into develop"
    with open_context() as ctx:
        assert session_situation(ctx, session["id"]).sentence.startswith("Merged into develop. ")
    world.ok("undo", session["id"])
    world.ok("merge", session["id"], "--message", "Add a")
    assert row_of(session["id"]).reason == "into main"
    world.git(repo, "commit", "-q", "--allow-empty", "-m", "Goes on")
    with open_context() as ctx:
        assert session_situation(ctx, session["id"]).sentence.startswith("Merged into main. ")
    world.git(repo, "reset", "-q", "--hard", "HEAD~2")
    assert world.cli("cleanup", session["id"], "--yes").code == 5
    again = world.status(session)["nextStep"]
    assert "main does not have its commits any more" in again
    assert f"amp-sessions merge {session['id']} --onto main --message '…'" in again


def test_positions_follow_the_branch(world: World) -> None:
    repo = world.make_repo()
    world.use(edits={"a.txt": "a\n"})
    session = world.new(repo)
    known = Positions()
    with open_context() as ctx:
        assert known.of(ctx, [session["id"], "nobody"]) == {session["id"]: (0, 0), "nobody": (None, None)}
        world.iterate(session)
        assert known.of(ctx, [session["id"]]) == {session["id"]: (1, 0)}
        world.git(repo, "commit", "-q", "--allow-empty", "-m", "Elsewhere")
        assert known.of(ctx, [session["id"]]) == {session["id"]: (1, 1)}
        repo.rename(repo.with_name("away"))
        assert known.of(ctx, [session["id"]]) == {session["id"]: (None, None)}


def test_the_last_ten_iterations_are_told_with_their_gaps() -> None:
    with open_context() as ctx:
        insert_session(ctx.store, a_session())
        for number in range(1, 13):
            spent = Usage() if number == 5 else Usage(total_tokens=number)
            made = an_iteration(number=number, id=f"add-login-aaaaaa/{number}", usage=spent, status="succeeded")
            insert_iteration(ctx.store, made)
        assert sessions_overview(ctx)[0].tokens == (3, 4, None, 6, 7, 8, 9, 10, 11, 12)


def test_today_counts_what_ended_today() -> None:
    with open_context() as ctx:
        insert_session(ctx.store, a_session())
        for number, ended in ((1, "2020-01-01T10:00:00.000Z"), (2, utc_now())):
            made = an_iteration(
                number=number, id=f"add-login-aaaaaa/{number}", ended_at=ended, status="succeeded",
                usage=Usage(total_tokens=number, cost_usd=0.5),
            )  # fmt: skip
            insert_iteration(ctx.store, made)
        assert (today(ctx).total_tokens, today(ctx).cost_usd) == (2, 0.5)


def test_a_thousand_sessions_ask_the_database_as_often_as_ten_and_git_never(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # there is no git
    asked = []
    for known, wanted in ((0, 10), (10, 1000)):
        with open_context() as ctx:
            with ctx.store.transaction():
                for n in range(known, wanted):
                    one = f"task-{n:06}"
                    insert_session(ctx.store, a_session(one, status="idle", branch=f"amp/{one}", worktree=f"/w/{one}"))
                    insert_iteration(ctx.store, an_iteration(one, id=f"{one}/1", status="succeeded"))
            statements: list[str] = []
            ctx.store.connection.set_trace_callback(statements.append)
            assert len(sessions_overview(ctx)) == wanted
            ctx.store.connection.set_trace_callback(None)
        asked.append(len(statements))
    assert asked == [2, 2]
