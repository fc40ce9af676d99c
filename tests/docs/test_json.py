"""The keys in docs/json.md are those of the documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import ROOT
from tests.docs.world import World

PAGE = ROOT / "docs" / "json.md"
OBJECTS = {
    title: set(re.findall(r"^\| `(\w+)` \|", section, re.M))
    for title, section in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.M | re.S)
}
DOCUMENTS = {
    command: set(re.findall(r"`(\w+)`", keys))
    for commands, keys in re.findall(r"^\| (`.*?`) \| (`.*?`) \|$", PAGE.read_text().split("\n## Session")[0], re.M)
    for command in re.findall(r"`([^`]+)`", commands)
}
Keys = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def world(home: Path) -> World:
    world = World(home)
    world.shell("amp-sessions new --name Login --prompt 'Add a login page' --script 'make test'")
    world.shell("amp-sessions iterate <session-id>")
    return world


def test_documents_and_objects_have_the_documented_keys(world: World) -> None:
    found = {
        "new": world.ask("new --name Logout --prompt '[[demo:nothing]] Look around'"),
        "set": world.ask("set <session-id> --name Other"),
        "new --iterate": world.ask("new --iterate --name Both --prompt 'Add a login page' --script 'make test'"),
        "iterate": world.ask("iterate <session-id>"),
        "list": world.ask("list"),
        "status": world.ask("status <session-id>"),
        "path": world.ask("path <session-id>"),
        "diff": world.ask("diff <session-id>"),
        "run": world.ask("run <session-id>"),
        "tools": world.ask("tools <session-id>"),
        "usage": world.ask("usage <session-id>"),
        "logs": world.ask("logs <session-id>"),
        "config get": world.ask("config get"),
        "config get KEY": world.ask("config get ampPath"),
        "config set": world.ask("config set ampRetries 3"),
        "config unset": world.ask("config unset ampRetries"),
        "config list": world.ask("config list"),
        "config path": world.ask("config path"),
        "demo": world.ask("demo"),
        "completion": world.ask("completion bash"),
        "queue": world.ask("queue <session-id>"),
        "adopt": world.ask("adopt fix-login"),
        "cleanup": world.ask("cleanup <session-id> --yes"),
        "restore": world.ask("restore <session-id>"),
    }
    assert set(found["cleanup"]["removed"]) == {"worktree", "branch"}
    (world.repo / ".worktrees" / world.newest()["id"] / "notes.txt").write_text("mine\n")
    found["commit"] = world.ask("commit <session-id> --message 'Add notes'")
    world.ask("iterate <session-id> --detach --notes '[[demo:hang]]'")
    found["iterate --queue"] = world.ask("iterate <session-id> --queue --notes 'Write a test'")
    found["stop"] = world.ask("stop <session-id> --queued")
    assert set(found["iterate --queue"]["queued"]) == {"id", "notes", "at"}
    assert {command: set(document) for command, document in found.items()} == {
        command: keys | {"error"} for command, keys in DOCUMENTS.items()
    }
    objects = {
        "Session": found["list"]["sessions"][0],
        "Iteration": found["iterate"]["iteration"],
        "Usage": found["usage"]["totals"],
        "ToolCall": found["tools"]["toolCalls"][0],
        "TestResult": found["run"]["test"],
        "File": found["diff"]["files"][0],
        "Git": found["status"]["git"],
        "Setting": found["config list"]["settings"][0],
        "Error": world.ask("status nosuch")["error"],
    }
    assert {name: set(document) for name, document in objects.items()} == OBJECTS
    assert set(found["usage"]["iterations"][0]) == OBJECTS["Usage"] | {"number", "model", "startedAt"}
    assert set(found["usage"]["models"][0]) == OBJECTS["Usage"] | {"model", "iterations"}


def test_an_error_alone_is_the_whole_document(world: World) -> None:
    assert set(world.ask("status nosuch")) == {"error"}
