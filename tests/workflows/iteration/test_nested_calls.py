"""Calls of sub-agents, the oracle and MCP servers are tool calls like others, with the call they belong to."""

from __future__ import annotations

from tests.support.world import World


def test_calls_know_their_parents(world: World) -> None:
    world.use(
        tools=[
            {"name": "Task", "id": "task", "input": {"prompt": "list", "description": "list"}},
            {"name": "Bash", "id": "inner", "parent": "task", "input": {"cmd": "ls"}},  # its result is never told
            {"name": "mcp__files__read", "id": "mcp", "parent": "task", "input": {"path": "a"}, "result": "text"},
            {"name": "oracle", "id": "oracle", "input": {"task": "think"}, "result": "thought"},
            {"name": "tb__lint", "id": "lint", "input": {}, "result": "no such tool", "error": True},
        ]
    )
    session = world.new(world.make_repo())
    iteration = world.iterate(session)["iteration"]
    calls = world.ok("tools", session["id"], "--json").json["toolCalls"]
    assert [(call["tool"], call["parentId"], call["success"]) for call in calls] == [
        ("Task", None, None),
        ("Bash", "task", None),
        ("mcp__files__read", "task", True),
        ("oracle", None, True),
        ("tb__lint", None, False),
    ]
    assert (iteration["toolCalls"], iteration["toolFailures"]) == (5, 1)
    shown = world.ok("tools", session["id"]).out
    assert all(call["tool"] in shown for call in calls)
