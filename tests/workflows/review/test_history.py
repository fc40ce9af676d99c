"""What the desktop app's tool calls, usage and history are made of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import Context
from ampsm.journal.codec import decode
from ampsm.journal.events import ToolFinished
from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.workflows.review.logs import iteration_details
from ampsm.workflows.review.timeline import session_history
from ampsm.workflows.review.tool_calls import result_in_full, summary_by_tool, tool_call_details, tool_calls_from
from ampsm.workflows.review.usage import session_usage
from ampsm.workflows.session import merge_records
from ampsm.workflows.session.operations import operations
from tests.support.world import World

_TOOLS = [
    {"name": "Bash", "id": "one", "input": {"cmd": "pytest -q"}, "result": "2 failed", "error": True},
    {"name": "Task", "id": "two", "input": {"prompt": "look"}, "result": "looked", "seconds": 0.05},
    {"name": "Bash", "id": "three", "parent": "two", "input": {"cmd": "ls"}},
]


def steps_of(ctx: Context, session: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(session_history(ctx, session["id"]))
    return found


def test_steps_stand_in_the_order_of_time(world: World, ctx: Context) -> None:
    world.use()
    session = world.new(world.make_repo(), "Task", "--script", "true")
    world.iterate(session)
    created, first = steps_of(ctx, session)
    assert (created["kind"], created["base"], created["sha"]) == ("created", "main", session["baseSha"])
    assert (first["kind"], first["iteration"]["number"]) == ("iteration", 1)

    world.ok("run", session["id"])
    world.ok("squash", session["id"], "--message", "feat: all of it")
    steps = steps_of(ctx, session)
    assert [step["kind"] for step in steps] == ["created", "iteration", "test", "squash"]
    assert steps[2]["test"]["passed"] and steps[3]["undoable"] and not steps[3]["undone"]

    world.ok("undo", session["id"])
    steps = steps_of(ctx, session)
    assert [step["kind"] for step in steps] == ["created", "iteration", "test", "squash", "undo"]
    assert steps[3]["undone"] and not steps[3]["undoable"]
    assert (steps[4]["of"], steps[4]["from"], steps[4]["to"]) == ("squash", steps[3]["to"], steps[3]["from"])
    assert len({step["key"] for step in steps}) == 5


def test_what_a_person_committed_is_a_step(world: World, ctx: Context) -> None:
    world.use()
    session = world.new(world.make_repo())
    world.iterate(session)
    world.git(session["worktree"], "commit", "-q", "--allow-empty", "-m", "by hand")
    empty = world.git(session["worktree"], "rev-parse", "HEAD")
    (Path(session["worktree"]) / "README.md").write_text("one\ntwo\n")
    world.git(session["worktree"], "commit", "-qam", "with something")
    first, second = (step for step in steps_of(ctx, session) if step["kind"] == "commit")
    assert (first["subject"], first["sha"]) == ("by hand", empty)
    assert [first[name] for name in ("changedFiles", "insertions", "deletions")] == [0, 0, 0]
    assert [second[name] for name in ("changedFiles", "insertions", "deletions")] == [1, 2, 1]


def test_what_was_given_up_is_a_step(world: World, ctx: Context) -> None:
    """Once: neither the operation that it may have recorded nor its undoing are told besides."""
    world.use(edits={"README.md": "session\n"})
    repo = world.make_repo()
    session = world.new(repo)
    world.iterate(session)
    world.commit(repo, {"README.md": "main\n"}, "on main")
    assert world.cli("merge", session["id"], "--message", "feat: all", "--no-test").code == 4
    assert [step["kind"] for step in steps_of(ctx, session)][-1] == "open"
    world.ok("abort-merge", session["id"])
    steps = steps_of(ctx, session)
    assert [step["kind"] for step in steps] == ["created", "iteration", "aborted"]
    assert (steps[-1]["merge"]["operation"], steps[-1]["merge"]["target"]) == ("merge", "main")


def test_a_commit_stands_before_the_step_that_began_with_it(world: World, ctx: Context) -> None:
    """Also when both happened in one second, which is all that a commit knows of its time."""
    world.use()
    session = world.new(world.make_repo())
    world.iterate(session)
    world.git(
        session["worktree"], "commit", "-q", "--allow-empty", "-m", "by hand", "--date", "2090-01-02T03:04:05Z"
    )  # fmt: skip
    world.ok("squash", session["id"], "--message", "feat: all")
    world.ok("undo", session["id"])
    record = ctx.paths.journal_dir(session["id"]) / "operations.json"
    squash, undone = operations(ctx, session["id"])[0].at, operations(ctx, session["id"])[0].undone_at
    text = record.read_text().replace(squash, "2090-01-02T03:04:05.100Z")
    record.write_text(text.replace(str(undone), "2090-01-02T03:04:05.200Z"))
    assert [step["kind"] for step in steps_of(ctx, session)] == [
        "created", "iteration", "commit", "squash", "undo",
    ]  # fmt: skip


def test_a_commit_stands_before_the_merge_that_was_given_up_with_it(
    world: World, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when both happened in one second."""
    world.use(edits={"README.md": "session\n"})
    repo = world.make_repo()
    session = world.new(repo)
    world.iterate(session)
    date = "2090-01-02T03:04:05Z"
    world.git(session["worktree"], "commit", "-q", "--allow-empty", "-m", "by hand", "--date", date)
    world.commit(repo, {"README.md": "main\n"}, "on main")
    assert world.cli("merge", session["id"], "--no-squash", "--no-test").code == 4
    world.ok("abort-merge", session["id"])
    (given_up,) = merge_records.recorded_merges(ctx, session["id"])
    at_once = replace(given_up, ended_at="2090-01-02T03:04:05.100Z")
    monkeypatch.setattr(merge_records, "recorded_merges", lambda *_: [at_once])
    assert [step["kind"] for step in steps_of(ctx, session)] == ["created", "iteration", "commit", "aborted"]


def test_an_iterations_last_words(world: World, ctx: Context) -> None:
    world.use(text="All done.\n\nSee **feature.py**.")
    session = world.new(world.make_repo(), "Task", "--script", "for i in 1 2 3; do echo line $i; done; exit 3")
    world.iterate(session, code=8)
    details = iteration_details(ctx, session["id"], 1)
    assert details.answer == "All done.\n\nSee **feature.py**."
    assert details.test_output == ["line 1", "line 2", "line 3"]
    assert details.iteration.test and details.iteration.test.exit_code == 3
    with pytest.raises(UserError, match="no iteration 2"):
        iteration_details(ctx, session["id"], 2)


def test_an_answer_in_plain_text(world: World, ctx: Context) -> None:
    world.use(text="Written as text.")
    world.ok("config", "set", "enableJSONLogs", "false")
    session = world.new(world.make_repo())
    world.iterate(session)
    assert iteration_details(ctx, session["id"], 1).answer == "Written as text."


def test_long_results_of_one_line_are_whole(world: World, ctx: Context) -> None:
    long = [json.dumps({"output": f"{name} " * 9_000, "exitCode": 0}) for name in ("first", "second")]
    uses = [{"type": "tool_use", "id": f"t{n}", "name": "Bash", "input": {"cmd": "x"}} for n in range(2)]
    results = [{"type": "tool_result", "tool_use_id": f"t{n}", "content": text} for n, text in enumerate(long)]
    lines = [
        {"type": "assistant", "message": {"role": "assistant", "content": uses}},
        {"type": "user", "message": {"role": "user", "content": results}},
    ]
    world.use(raw="".join(f"{json.dumps(line)}\n" for line in lines))
    session = world.new(world.make_repo())
    world.iterate(session)
    calls = tool_calls_from(ctx, session["id"], 0, 0)
    assert [tool_call_details(ctx, session["id"], 1, call.seq)[1] for call in calls[:2]] == long

    journal = ctx.paths.journal(session["id"], 1)
    offset, found = 0, []
    for line in journal.read_bytes().splitlines(keepends=True):
        event = decode(line)
        if isinstance(event, ToolFinished):
            assert len(event.result or "") <= 4_000
            found.append(result_in_full(journal, offset, event))
        offset += len(line)
    assert found[:2] == long


def test_calls_by_tool_and_one_with_its_result(world: World, ctx: Context) -> None:
    world.use(tools=_TOOLS)
    session = world.new(world.make_repo())
    world.iterate(session)
    world.iterate(session)
    calls = tool_calls_from(ctx, session["id"], 0, 0)
    assert [(call.iteration, call.tool) for call in calls] == [
        (1, "Bash"), (1, "Task"), (1, "Bash"), (2, "Bash"), (2, "Task"), (2, "Bash"),
    ]  # fmt: skip
    assert tool_calls_from(ctx, session["id"], 2, calls[4].seq) == calls[4:]
    assert tool_calls_from(ctx, session["id"], 3, 0) == []

    task, bash = summary_by_tool(calls)
    assert (task.tool, task.calls, task.failures, task.unanswered) == ("Task", 2, 0, 0)
    assert task.median_ms is not None and task.slowest_ms is not None and task.median_ms >= 40 <= task.slowest_ms
    assert (bash.tool, bash.calls, bash.failures, bash.unanswered) == ("Bash", 4, 2, 2)

    assert tool_call_details(ctx, session["id"], 2, calls[4].seq) == (calls[4], "looked")
    assert tool_call_details(ctx, session["id"], 2, calls[5].seq) == (calls[5], None)
    failed, _ = tool_call_details(ctx, session["id"], 1, calls[0].seq)
    assert "2 failed" in str(failed.error)
    with pytest.raises(UserError, match="has no tool call 999"):
        tool_call_details(ctx, session["id"], 1, 999)


def test_figures_that_are_known_and_others(world: World, ctx: Context) -> None:
    world.use(model="claude-opus-4-7", tools=[], runs=[{}, {"text": None, "result": False}])
    session = world.new(world.make_repo(), "Task", "--script", "true")
    world.iterate(session, "--model", "smart")
    world.iterate(session, code=7)  # it ended before it reported anything
    found = session_usage(ctx, session["id"])
    first, second = found.iterations
    assert (first.usage.fresh_tokens, first.usage.cache_read_tokens, first.usage.completion_tokens) == (50, 150, 30)
    assert first.usage.cache_share == 0.75 and first.requested == "smart"
    assert first.test_ms is not None and first.agent_ms is not None
    assert (second.usage.fresh_tokens, second.usage.total_tokens, second.usage.cache_share) == (None, None, None)
    assert first.usage.cost_usd is not None and second.usage.cost_usd is None
    assert found.models[0].model == "claude-opus-4-7" and found.models[0].requested == ("smart",)
    assert [one.number for one in session_usage(ctx, session["id"], last=1).iterations] == [2]
