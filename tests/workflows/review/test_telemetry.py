"""The answers of `tools` and `usage`, with every filter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.model.telemetry import ModelUsage, Usage
from ampsm.store import iterations, telemetry
from ampsm.store.sessions import insert_session
from ampsm.workflows.review.tool_calls import session_tool_calls
from ampsm.workflows.review.usage import SessionUsage, session_usage
from tests.support.records import a_call, a_session, an_iteration, at

RunGit = Callable[..., str]
SESSION = "add-login-aaaaaa"


@pytest.fixture
def session(ctx: Context) -> Session:
    """Three iterations with two calls each, the second of which failed; no repository."""
    made = a_session()
    insert_session(ctx.store, made)
    for number in (1, 2, 3):
        add_iteration(ctx, number, commit_sha=f"{number:04x}" + "c" * 36)
    return made


def add_iteration(ctx: Context, number: int, **changes: Any) -> None:
    iterations.insert_iteration(ctx.store, an_iteration(number=number, **changes))
    calls = [a_call(number, 1), a_call(number, 2, success=False)]
    telemetry.upsert_tool_calls(ctx.store, f"{SESSION}/{number}", calls)


def numbers(ctx: Context, **filters: Any) -> list[int]:
    found = session_tool_calls(ctx, SESSION, **filters)
    return sorted({call.iteration for call in found})


@pytest.mark.usefixtures("session")
def test_tools_by_iteration_limit_and_failure(ctx: Context) -> None:
    everything = session_tool_calls(ctx, SESSION)
    assert [(call.iteration, call.seq) for call in everything] == [(n, s) for n in (1, 2, 3) for s in (1, 2)]
    assert everything[0] == a_call(1, 1)
    assert numbers(ctx, last=True) == [3]
    assert numbers(ctx, iteration=2) == [2]
    assert numbers(ctx, limit=3) == [2, 3]
    assert [call.seq for call in session_tool_calls(ctx, SESSION, failed=True, limit=2)] == [2, 2]
    assert numbers(ctx, iteration=1, since=at(2)) == []
    assert numbers(ctx, last=True, failed=True, limit=1) == [3]


def test_a_session_without_iterations_answers_with_nothing(ctx: Context) -> None:
    insert_session(ctx.store, a_session())
    assert session_tool_calls(ctx, SESSION) == session_tool_calls(ctx, SESSION, last=True) == []
    assert session_usage(ctx, SESSION) == session_usage(ctx, SESSION, last=1)
    assert session_usage(ctx, SESSION) == SessionUsage([], [])


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("filters", "code", "exit_code"),
    [
        ({"iteration": 4}, "no-such-iteration", 3),
        ({"since": "2026-13-01"}, "invalid-value", 2),
        ({"since": "Tuesday"}, "invalid-value", 2),
        ({"since": "amp/add-login"}, "invalid-value", 2),
        ({"since": "0001-01-01T00:00+05:00"}, "invalid-value", 2),
        ({"since": "abc"}, "no-such-commit", 3),
        ({"since": ""}, "no-such-commit", 3),
        ({"since": "nonsense"}, "no-such-commit", 3),
        ({"since": "abcdef"}, "no-such-commit", 3),
        ({"since": "0" * 65}, "no-such-commit", 3),
    ],
)
def test_tools_refuses(ctx: Context, filters: dict[str, Any], code: str, exit_code: int) -> None:
    with pytest.raises(UserError) as error:
        session_tool_calls(ctx, SESSION, **filters)
    assert (error.value.code, error.value.exit_code) == (code, exit_code)


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2026-01-01", [1, 2, 3]),
        ("2026-01-01T00:02", [2, 3]),
        ("2026-01-01T00:02:00Z", [2, 3]),
        ("2026-01-01T00:02:03", [3]),
        ("2026-01-01T02:02:00+02:00", [2, 3]),
        ("20260101T000300Z", [3]),
        ("2026-01-02", []),
    ],
)
def test_tools_since_a_time(ctx: Context, since: str, expected: list[int]) -> None:
    assert numbers(ctx, since=since) == expected


@pytest.mark.usefixtures("session")
def test_tools_since_a_commit_that_only_the_store_knows(ctx: Context) -> None:
    assert numbers(ctx, since="0001cccc") == [2, 3]
    assert numbers(ctx, since="0003CCCC") == []
    assert numbers(ctx, since=f"{2:040x}") == [2]


@pytest.fixture
def history(ctx: Context, make_repo: Callable[..., Path], run_git: RunGit) -> dict[str, str]:
    """`first` (main), then one commit for each of the iterations 1 and 2; iteration 3 changed nothing."""
    repo = make_repo()
    insert_session(ctx.store, a_session(repo=str(repo)))
    shas = {"first": run_git(repo, "rev-parse", "HEAD")}
    run_git(repo, "switch", "-q", "-c", "amp/x")
    start = shas["first"]
    for number in (1, 2):
        (repo / f"{number}.txt").write_text("x")
        run_git(repo, "add", "-A")
        run_git(repo, "commit", "-q", "-m", f"amp: {number}")
        shas[f"c{number}"] = run_git(repo, "rev-parse", "HEAD")
        add_iteration(ctx, number, start_sha=start, commit_sha=shas[f"c{number}"], end_sha=shas[f"c{number}"])
        start = shas[f"c{number}"]
    add_iteration(ctx, 3, start_sha=start, end_sha=start)
    return shas


@pytest.mark.parametrize(("name", "expected"), [("first", [1, 2, 3]), ("c1", [2, 3]), ("c2", [3])])
def test_tools_since_a_commit(ctx: Context, history: dict[str, str], name: str, expected: list[int]) -> None:
    for length in (40, 12, 7):
        assert numbers(ctx, since=history[name][:length]) == expected
    assert numbers(ctx, since=history[name], limit=1) == [3]


def test_tools_since_a_commit_after_a_rewrite(
    ctx: Context, history: dict[str, str], tmp_path: Path, run_git: RunGit
) -> None:
    repo = tmp_path / "repo"
    run_git(repo, "switch", "-q", "main")
    (repo / "main.txt").write_text("m")
    run_git(repo, "add", "-A")
    run_git(repo, "commit", "-q", "-m", "main goes on")
    onto = run_git(repo, "rev-parse", "HEAD")
    run_git(repo, "rebase", "-q", "main", "amp/x")
    rebased = run_git(repo, "rev-parse", "amp/x")
    add_iteration(ctx, 4, start_sha=rebased, end_sha=rebased)
    assert numbers(ctx, since=history["c2"]) == [3, 4], "the old name of a commit that is still there"
    assert numbers(ctx, since=rebased) == numbers(ctx, since=onto) == [4]
    assert numbers(ctx, since=history["first"]) == [1, 2, 3, 4]


def test_tools_since_a_commit_beside_the_session(
    ctx: Context, history: dict[str, str], tmp_path: Path, run_git: RunGit
) -> None:
    repo = tmp_path / "repo"
    run_git(repo, "switch", "-q", "-c", "else", history["first"])
    run_git(repo, "commit", "-q", "--allow-empty", "-m", "beside")
    assert numbers(ctx, since=run_git(repo, "rev-parse", "HEAD")) == []


def test_usage_by_iteration_and_model(ctx: Context, session: Session) -> None:
    parts = {
        1: [ModelUsage("claude", Usage(10, 5, 15, 4, 1, 0.5))],
        2: [ModelUsage("claude", Usage(1, 1, 2, cost_usd=0.25)), ModelUsage("gpt", Usage(2, 2, 4))],
    }
    for number, models in parts.items():
        telemetry.replace_usage(ctx.store, f"{SESSION}/{number}", models)
        iterations.update_iteration(ctx.store, f"{SESSION}/{number}", model="claude")
    iterations.update_iteration(ctx.store, f"{SESSION}/3", model="gpt")
    found = session_usage(ctx, SESSION)
    assert [row.number for row in found.iterations] == [1, 2, 3]
    first = found.iterations[0]
    assert (first.model, first.started_at, first.usage) == ("claude", at(1), Usage(10, 5, 15, 4, 1, 0.5))
    assert found.iterations[2].usage.total_tokens is None
    assert found.totals == Usage(13, 8, 21, 4, 1, None)
    assert [(spent.model, spent.iterations, spent.usage) for spent in found.models] == [
        ("claude", 2, Usage(11, 6, 17, 4, 1, 0.75)),
        ("gpt", 2, Usage(2, 2, 4)),
    ]
    last = session_usage(ctx, SESSION, last=1)
    assert [row.number for row in last.iterations] == [3]
    assert last.totals == Usage()
    newest = session_usage(ctx, SESSION, last=2)
    assert [row.number for row in newest.iterations] == [2, 3]
    assert newest.totals.total_tokens == 6
    assert session_usage(ctx, SESSION, last=99) == found
