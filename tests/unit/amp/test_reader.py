from __future__ import annotations

import json

from ampsm.amp.output.reader import AgentOutput
from ampsm.journal.events import UNSET, AssistantText, Event, OutputLine, ToolFinished, ToolStarted
from ampsm.journal.writer import SAME_LINE
from tests.unit.amp.conftest import CLASSIC, recorded_lines


def texts(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, OutputLine | AssistantText)]


def test_the_first_event_of_a_line_carries_it() -> None:
    output = AgentOutput("stream-json")
    for line in recorded_lines(CLASSIC, "edit"):
        first, *others = output.stdout_line(line)
        assert first.raw == line and first.raw_seq is UNSET
        assert all(event.raw is UNSET and event.raw_seq == SAME_LINE for event in others)
    assert output.answered and output.agent is not None and output.agent.success
    assert output.thread_id == "T-01a20bc2-7af1-774f-93fe-2e5b8a18b2ee" and output.model == "smart"
    assert output.stdout_tail == ""


def test_stderr_is_kept_without_escapes() -> None:
    output = AgentOutput("stream-json")
    (event,) = output.stderr_line("\x1b[=0u\x1b[<u\x1b[?25hError: no")
    assert event == OutputLine(stream="stderr", text="Error: no", raw="\x1b[=0u\x1b[<u\x1b[?25hError: no")
    assert output.stderr_tail == "Error: no\n" and not output.answered


def test_login_text_is_noticed_on_a_line_of_its_own_only() -> None:
    output = AgentOutput("stream-json")
    words = {"type": "text", "text": "No API key found."}
    output.stdout_line(json.dumps({"type": "assistant", "message": {"content": [words]}}))
    output.stderr_line("warning: No API key found in .env")
    assert not output.wants_login
    output.stdout_line("No API key found. Starting login flow...")
    assert output.wants_login


def test_plain_text_is_output_whatever_was_asked_for() -> None:
    lines = ["I edited README.md.", "", "All tests pass.", '{"key": "value"}', "[1]"]
    for kind in ("stream-json", "jsonl", "text"):
        output = AgentOutput(kind)
        assert [texts(output.stdout_line(line)) for line in lines] == [[line] for line in lines]
        assert not output.worked and output.model is None


def test_formats_alternate_line_by_line() -> None:
    output = AgentOutput("stream-json")
    init = {"type": "system", "subtype": "init", "session_id": "T-1", "agent_mode": "smart"}
    call = {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {}}
    lines = [
        json.dumps(init),
        "Using Read tool with args: {}",
        json.dumps({"type": "assistant", "message": {"content": [call], "usage": {"input_tokens": 5}}}),
        json.dumps({"event": "tool_start", "tool": "Grep"}),
        "Read tool completed successfully in 20ms",
        "Tool Grep failed",
        json.dumps({"event": "tool_finish", "tool": "Read", "success": True}),
        "Model: gpt-4o",
        json.dumps({"prompt": 1, "completion": 2}),
    ]
    found = [event for line in lines for event in output.stdout_line(line)]
    assert [type(event).__name__ for event in found] == [
        "Thread", "Model", "ToolStarted", "ToolStarted", "UsageReported", "ToolStarted", "ToolFinished", "ToolFinished",
        "ToolStarted", "ToolFinished", "Model", "UsageReported",
    ]  # fmt: skip
    ids = [event.id for event in found if isinstance(event, ToolStarted | ToolFinished)]
    assert ids == ["log-1", "toolu_1", "log-2", "log-1", "log-2", "log-3", "log-3"]
    assert output.model == "gpt-4o" and output.worked


def test_ids_made_here_differ_between_attempts() -> None:
    lines = ["Tool Read started", '{"event": "tool_start", "tool": "x", "id": "a"}', '{"prompt": 1, "completion": 2}']
    seen: list[str | None] = []
    for attempt in (1, 2):
        output = AgentOutput("jsonl", attempt)
        for event in (event for line in lines for event in output.stdout_line(line)):
            seen.append(event.id if isinstance(event, ToolStarted) else getattr(event, "message_id", None))
    assert seen == ["log-1", "a", "log-usage-1", "2-log-1", "2-a", "2-log-usage-1"]


def test_of_text_and_logs_everything_counts_as_an_answer() -> None:
    for kind, tail in (("stream-json", ""), ("jsonl", "Model: gpt-4o\n"), ("text", "Model: gpt-4o\n")):
        output = AgentOutput(kind)
        output.stdout_line("Model: gpt-4o")
        assert output.stdout_tail == tail


def test_tails_are_bounded() -> None:
    output = AgentOutput("text")
    for number in range(200_000):
        output.stdout_line(f"line {number}")
        output.stderr_line(f"line {number}")
    assert len(output.stdout_tail) < 10_000 and output.stderr_tail.endswith("line 199999\n")
