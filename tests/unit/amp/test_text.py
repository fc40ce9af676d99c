from __future__ import annotations

from typing import Any

import pytest

from ampsm.amp.output.reader import AgentOutput
from ampsm.journal.events import Model, OutputLine, ToolFinished, ToolStarted, UsageReported
from tests.unit.amp.conftest import RECORDINGS

PROSE = (RECORDINGS / "prose.txt").read_text().splitlines()


def read(*lines: str) -> list[Any]:
    output = AgentOutput("text")
    return [event for line in lines for event in output.stdout_line(line)]


@pytest.mark.parametrize(
    ("line", "tool", "args", "time"),
    [
        ('[2026-01-20T12:00:00.000Z] Using Read tool with args: {"path":"/a"}', "Read", {"path": "/a"}, True),
        ('Using mcp__x__y tool with args: {"a": {"b": [1, "}"]}}', "mcp__x__y", {"a": {"b": [1, "}"]}}, False),
        ("Using web-search tool with args: {}", "web-search", {}, False),
        ("Tool Bash started", "Bash", {}, False),
        ("[2026-01-20 12:00:00] Tool Bash started  ", "Bash", {}, True),
        ("[2026-01-20T13:00:00+01:00] Invoking oracle tool", "oracle", {}, True),
        ("\x1b[32mInvoking oracle tool\x1b[0m", "oracle", {}, False),
        ("Using write tool with args: " + '{"text": "' + "x" * 50_000 + '"}', "write", {"text": "x" * 50_000}, False),
    ],
)
def test_starts(line: str, tool: str, args: dict[str, Any], time: bool) -> None:
    (event,) = read(line)
    assert isinstance(event, ToolStarted) and (event.tool, event.args, event.estimated) == (tool, args, True)
    assert event.raw == line
    assert event.logged_at == "2026-01-20T12:00:00.000Z" if time else not isinstance(event.logged_at, str)


@pytest.mark.parametrize(
    ("line", "success", "milliseconds", "error"),
    [
        ("[2026-01-20T12:00:02.500Z] Bash tool completed successfully in 150ms", True, 150, None),
        ("[2026-01-20T12:00:02.500Z] Bash tool completed successfully", True, 2500, None),
        ("Bash tool failed in 1,300ms", False, 1300, None),
        ("Bash tool failed in 1.5s: no such file", False, 1500, "no such file"),
        ("Bash tool failed", False, None, None),
        ("Tool Bash done", True, None, None),
        ("Tool Bash done in 2s", True, 2000, None),
        ("Tool Bash finished (12 ms)", True, 12, None),
        ("Tool Bash finished.", True, None, None),
        ("Tool Bash failed: exit code 1", False, None, "exit code 1"),
        ("Tool Bash failed with exit code 1", False, None, "with exit code 1"),
    ],
)
def test_ends(line: str, success: bool, milliseconds: int | None, error: str | None) -> None:
    _, event = read("[2026-01-20T12:00:00.000Z] Tool Bash started", line)
    assert isinstance(event, ToolFinished)
    assert (event.success, event.duration_ms, event.error) == (success, milliseconds, error)


def test_an_end_counts_only_for_a_call_that_is_open() -> None:
    lines = ["Tool Bash done", "Read tool completed successfully in 3ms", "Tool Read started", "Tool Bash done"]
    assert [type(event) for event in read(*lines)] == [OutputLine, OutputLine, ToolStarted, OutputLine]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Token usage - prompt: 1500, completion: 800, total: 2300", (1500, 800, 2300)),
        ("[2026-01-20T12:00:00Z] Token usage - prompt: 1,500, completion: 12,345,678, total: 12,347,178",
         (1500, 12_345_678, 12_347_178)),
        ("Prompt tokens: 1500, Completion tokens: 800, Total: 2300", (1500, 800, 2300)),
        ("Prompt tokens: 1 500, Completion tokens: 800, Total: 2 300", (1500, 800, 2300)),
        ("tokens: total: 2,300", (None, None, 2300)),
        ("Tokens: total: 0", (None, None, 0)),
        ("Token usage - prompt: -5, completion: 800, total: 2300", (None, 800, 2300)),
        ("Token usage - prompt: 99999999999999999999, completion: 800, total: 99999999999999999999", (None, 800, 800)),
    ],
)  # fmt: skip
def test_tokens(line: str, expected: tuple[int | None, int | None, int | None]) -> None:
    (event,) = read(line)
    assert isinstance(event, UsageReported) and event.estimated
    assert (event.prompt_tokens, event.completion_tokens, event.total_tokens) == expected


@pytest.mark.parametrize(
    ("line", "model"),
    [
        ("Model: gpt-4o", "gpt-4o"), ("Model: claude-opus-4-5-20251101", "claude-opus-4-5-20251101"),
        ("Model: smart", "smart"), ("[2026-01-20T12:00:00Z] Model: o3", "o3"), ("Model: GPT-5", "GPT-5"),
        ("Model: anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4.5"),
    ],
)  # fmt: skip
def test_models(line: str, model: str) -> None:
    (event,) = read(line)
    assert isinstance(event, Model) and event.used == model


@pytest.mark.parametrize("line", ["amp 0.0.1755000000", "amp version v1.2.3", "amp v0.0.1755000000-g12ab"])
def test_versions_stay_output(line: str) -> None:
    assert [type(event) for event in read(line)] == [OutputLine]


def test_the_corpus_of_prose_is_large() -> None:
    assert len(set(PROSE)) >= 80


def test_prose_is_never_telemetry() -> None:
    output = AgentOutput("text")
    for line in PROSE:
        assert [type(event) for event in output.stdout_line(line)] == [OutputLine], line
    assert not output.worked and output.model is None
