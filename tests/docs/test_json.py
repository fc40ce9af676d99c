"""The keys in docs/json.md are those of the documents."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ampsm_cli.group import COMMANDS
from tests.docs.pages import ROOT
from tests.docs.shop import Shop

PAGE = ROOT / "docs" / "json.md"
OBJECTS = {
    title: keys
    for title, section in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.M | re.S)
    if (keys := set(re.findall(r"^\| `(\w+)` \|", section, re.M)))
}
DOCUMENTS = {
    command: set(re.findall(r"`(\w+)`", keys))
    for commands, keys in re.findall(r"^\| (`.*?`) \| (`.*?`) \|$", PAGE.read_text().split("\n## Session")[0], re.M)
    for command in re.findall(r"`([^`]+)`", commands)
}
#: What `test_documents_of_finishing` asks for; `test_documents_and_objects` asks for all others.
FINISHING = {
    "preflight", "squash", "rebase", "merge", "conflicts", "conflicts PATH", "resolve", "continue-merge", "abort-merge",
    "undo", "undo --list",
}  # fmt: skip
CHECK = {"id", "status", "message", "hint"}


@pytest.fixture
def world(home: Path) -> Shop:
    world = Shop(home)
    world.shell("amp-sessions new --name Login --prompt 'Add a login page' --script 'make test'")
    world.shell("amp-sessions iterate <session-id>")
    return world


def test_every_command_has_its_document() -> None:
    assert {command.split()[0] for command in DOCUMENTS} == set(COMMANDS)
    assert set(DOCUMENTS) > FINISHING


def test_documents_and_objects(world: Shop) -> None:
    found = {
        "new": world.ask("new --name Logout --prompt '[[demo:nothing]] Look around'"),
        "set": world.ask("set <session-id> --name Other"),
        "new --iterate": world.ask("new --iterate --name Both --prompt 'Add a login page' --script 'make test'"),
        "iterate": world.ask("iterate <session-id>"),
        "list": world.ask("list"),
        "gui": json.loads(world.shell("QT_QPA_PLATFORM=offscreen closed amp-sessions gui --json").stdout),
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
        "verify-amp": world.ask("verify-amp --no-smoke"),
        "doctor": world.ask("doctor"),
        "demo": world.ask("demo"),
        "completion": world.ask("completion bash"),
        "queue": world.ask("queue <session-id>"),
        "adopt": world.ask("adopt fix-login"),
        "cleanup": world.ask("cleanup <session-id> --yes"),
        "restore": world.ask("restore <session-id>"),
    }
    (world.repo / ".worktrees" / world.newest()["id"] / "notes.txt").write_text("mine\n")
    found["commit"] = world.ask("commit <session-id> --message 'Add notes'")
    world.ask("iterate <session-id> --detach --notes '[[demo:hang]]'")
    found["iterate --queue"] = world.ask("iterate <session-id> --queue --notes 'Write a test'")
    found["stop"] = world.ask("stop <session-id> --queued")
    assert _keys(found) == {command: keys for command, keys in DOCUMENTS.items() if command not in FINISHING}
    assert set(found["cleanup"]["removed"]) == {"worktree", "branch"}
    assert set(found["iterate --queue"]["queued"]) == {"id", "notes", "at"}
    assert set(found["verify-amp"]["checks"][0]) == CHECK
    assert set(found["verify-amp"]["amp"]) == {"path", "version", "capabilities"}
    assert set(found["doctor"]["findings"][0]) == {"id", "severity", "subject", "message", "fix", "fixed"}
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
    asked_elsewhere = {"ConflictFile", "Hunk"}
    assert {name: set(document) for name, document in objects.items()} == {
        name: keys for name, keys in OBJECTS.items() if name not in asked_elsewhere
    }
    assert set(found["usage"]["iterations"][0]) == OBJECTS["Usage"] | {"number", "model", "startedAt"}
    assert set(found["usage"]["models"][0]) == OBJECTS["Usage"] | {"model", "iterations"}


def test_documents_of_finishing(world: Shop) -> None:
    found = {
        "preflight": world.ask("preflight <session-id>"),
        "squash": world.ask("squash <session-id> --message 'Add a login page'"),
        "rebase": world.ask("rebase <session-id>"),
    }
    listed = found["undo --list"] = world.ask("undo <session-id> --list")
    found["undo"] = world.ask("undo <session-id>")
    (world.repo / "demo").mkdir()
    (world.repo / "demo" / "notes.md").write_text("# Theirs\n")
    world.git(world.repo, "add", "demo")
    world.git(world.repo, "commit", "-q", "-m", "Take other notes")
    found["merge"] = world.ask("merge <session-id> --message 'Add a login page'")
    assert found["merge"]["status"] == "conflict"
    merge = world.ask("status <session-id>")["merge"]
    files = found["conflicts"] = world.ask("conflicts <session-id>")
    hunks = found["conflicts PATH"] = world.ask("conflicts <session-id> demo/notes.md")
    found["resolve"] = world.ask("resolve <session-id> demo/notes.md --take both --done")
    found["abort-merge"] = world.ask("abort-merge <session-id>")
    assert found["abort-merge"]["status"] == "aborted"
    world.ask("merge <session-id> --message 'Add a login page'")
    (Path(world.newest()["worktree"]) / "demo" / "notes.md").write_text("# Both\n")
    found["continue-merge"] = world.ask("continue-merge <session-id>")
    assert found["continue-merge"]["status"] == "merged"
    assert _keys(found) == {command: keys for command, keys in DOCUMENTS.items() if command in FINISHING}
    assert set(found["preflight"]["checks"][0]) == CHECK
    assert set(found["preflight"]["branch"]) == {"ahead", "behind", "branchPoint", "ampCommits", "manualCommits"}
    assert set(merge) == {
        "mergeId", "operation", "step", "waitingFor", "onto", "startedAt", "conflicts", "rebasing", "notes"
    }  # fmt: skip
    assert set(files["files"][0]) == OBJECTS["ConflictFile"] and set(hunks["hunks"][0]) == OBJECTS["Hunk"]
    assert set(files["step"]) == {"n", "of"} and set(files["sides"]) == {"target", "session", "base"}
    assert set(files["sides"]["target"]) == {"label", "ref", "commit", "subject"}
    assert set(listed["operations"][0]) == {
        "n", "operation", "at", "from", "to", "target", "undoable", "reason",
    }  # fmt: skip
    merged = world.ask("undo <session-id> --list")["operations"][0]
    assert set(merged["target"]) == {"branch", "ref", "from", "to"}


def test_an_error_alone_is_the_whole_document(world: Shop) -> None:
    assert set(world.ask("status nosuch")) == {"error"}


def _keys(found: dict[str, dict[str, Any]]) -> dict[str, set[str]]:
    """The keys of each document without `error`, which all have."""
    assert all("error" in document for document in found.values()), found
    return {command: set(document) - {"error"} for command, document in found.items()}
