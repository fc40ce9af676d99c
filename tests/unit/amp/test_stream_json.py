from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampsm.amp.output.stream_json import RESULT_LENGTH, StreamJson, decode_object
from ampsm.journal.events import (
    AgentFinished,
    AssistantText,
    Event,
    Model,
    Thinking,
    Thread,
    ToolFinished,
    ToolStarted,
    UsageReported,
    UserText,
)
from tests.unit.amp.conftest import CLASSIC, RECORDINGS, RELEASES, recorded_lines

INIT = {"type": "system", "subtype": "init", "session_id": "T-1", "agent_mode": "smart"}


def read(parser: StreamJson, line: Any) -> list[Event]:
    value = decode_object(line if isinstance(line, str) else json.dumps(line))
    return parser.read(value) if value is not None else []


def parse(*lines: Any) -> list[Event]:
    parser = StreamJson()
    return [event for line in lines for event in read(parser, line)]


def assistant(*content: dict[str, Any], **message: Any) -> dict[str, Any]:
    parent = message.pop("parent", None)
    fields = {"type": "message", "role": "assistant", "content": list(content), "stop_reason": "end_turn", **message}
    return {"type": "assistant", "message": fields, "parent_tool_use_id": parent, "session_id": "T-1"}


def tool_result(text: Any, is_error: Any = False, call: str = "t1") -> dict[str, Any]:
    block = {"type": "tool_result", "tool_use_id": call, "content": text, "is_error": is_error}
    return {"type": "user", "message": {"role": "user", "content": [block]}, "session_id": "T-1"}


def finished(result: Any, is_error: Any = False) -> ToolFinished:
    (event,) = [e for e in parse(tool_result(result, is_error)) if isinstance(e, ToolFinished)]
    return event


def test_a_whole_recorded_run() -> None:
    events = parse(*recorded_lines(CLASSIC, "edit"))
    kinds = [type(event).__name__ for event in events]
    turn = ["AssistantText", "ToolStarted", "UsageReported", "ToolFinished"]
    assert kinds == ["Thread", "Model", "UserText", *turn, *turn, *turn[1:], *turn[::2], "AgentFinished"]
    thread, model, prompt = events[:3]
    assert thread == Thread(thread_id="T-01a20bc2-7af1-774f-93fe-2e5b8a18b2ee")
    assert model == Model(used="smart")
    assert isinstance(prompt, UserText) and prompt.text.startswith("Change the heading.")
    usage = next(event for event in events if isinstance(event, UsageReported))
    assert usage == UsageReported(
        prompt_tokens=52 + 120 + 1000,
        completion_tokens=65,
        total_tokens=52 + 120 + 1000 + 65,
        cache_read_tokens=1000,
        cache_write_tokens=120,
    )
    assert events[-1] == AgentFinished(success=True, text="Done: I edited README.md.", duration_ms=227, turns=4)


def test_the_thread_is_said_once_and_again_when_it_changes() -> None:
    other = {**INIT, "session_id": "T-2", "agent_mode": "rush"}
    events = parse(INIT, assistant({"type": "text", "text": "a"}), other)
    assert [e.thread_id for e in events if isinstance(e, Thread)] == ["T-1", "T-2"]
    assert [e.used for e in events if isinstance(e, Model)] == ["smart", "rush"]


@pytest.mark.parametrize("bad", ["--last", "", "a b", 7, None, "-x", "T-" + "x" * 300])
def test_what_cannot_be_a_thread_is_none(bad: Any) -> None:
    assert not [e for e in parse({**INIT, "session_id": bad}) if isinstance(e, Thread)]


def test_a_sub_agent_neither_changes_the_thread_nor_the_model() -> None:
    line = {**assistant({"type": "text", "text": "sub"}, model="haiku", parent="t1", usage={"input_tokens": 1})}
    line["session_id"] = "T-9"
    text, usage = parse(INIT, line)[2:]
    assert text == AssistantText(text="sub", parent_id="t1")
    assert isinstance(usage, UsageReported) and usage.model == "haiku"


def test_the_model_of_a_message_is_used_and_reported() -> None:
    usage = {"input_tokens": 3, "output_tokens": 4}
    events = parse(INIT, assistant(model="claude-opus-4-7", id="msg_1", usage=usage))
    assert events[2:] == [
        Model(used="claude-opus-4-7"),
        UsageReported(
            message_id="msg_1", model="claude-opus-4-7", prompt_tokens=3, completion_tokens=4, total_tokens=7
        ),
    ]


def test_one_message_in_several_lines_keeps_its_id_and_starts_a_tool_once() -> None:
    usage, call = {"input_tokens": 1, "output_tokens": 2}, {"type": "tool_use", "id": "t1", "name": "Read", "input": {}}
    text = {"type": "text", "text": "I look."}
    events = parse(*(assistant(*blocks, id="m", usage=usage) for blocks in ([text], [text, call], [call])))
    assert [e.message_id for e in events if isinstance(e, UsageReported)] == ["m"] * 3
    assert [e.id for e in events if isinstance(e, ToolStarted)] == ["t1"]


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"input_tokens": "5", "output_tokens": True}, (5, None, 5)),
        ({"input_tokens": "many", "output_tokens": True}, None),
        ({"input_tokens": -5, "output_tokens": 10**15}, None),
        ({"output_tokens": 5}, (None, 5, 5)),
        ({"input_tokens": 5, "cache_read_input_tokens": None, "output_tokens": 0}, (5, 0, 5)),
        ([], None),
    ],
)
def test_only_sensible_counts_are_tokens(usage: Any, expected: tuple[int | None, ...] | None) -> None:
    found = [e for e in parse(assistant({"type": "text", "text": "a"}, usage=usage)) if isinstance(e, UsageReported)]
    counts = [(e.prompt_tokens, e.completion_tokens, e.total_tokens) for e in found]
    assert counts == ([expected] if expected else [])


def test_thinking_and_parents() -> None:
    block = {"type": "thinking", "thinking": "hm"}
    call = {"type": "tool_use", "id": "t2", "name": "Bash", "input": {"cmd": "ls"}}
    assert parse(assistant(block, call, parent="t1")) == [
        Thinking(text="hm", parent_id="t1"),
        ToolStarted(id="t2", tool="Bash", args={"cmd": "ls"}, parent_id="t1"),
    ]


@pytest.mark.parametrize(
    ("result", "is_error", "error"),
    [
        ("done", False, None),
        ("done", None, None),
        ("Could not find exact match\nfor old_str", True, "Could not find exact match"),
        ("", True, "failed"),
        ('{"output":"","exitCode":0}', False, None),
        ('{"output":"","exitCode":3}', False, "Exit code 3"),
        ('{"output":"a\\nfatal: no\\n","exitCode":128}', False, "Exit code 128: fatal: no"),
        ('{"output":"killed","exitCode":null}', False, None),
        ('{"output":"exitCode\\":3 in prose"}', False, None),
        ('{"exitCode": 1 broken', False, None),
        ("Tool execution rejected by user: Rejected by user permissions rule 0", True, "Tool execution rejected by"),
        ("Tool rejected by plugin: Rejected by user permissions rule 1", False, "Tool rejected by plugin"),
        ("Matches user permissions rule 2", False, "Matches user permissions rule 2"),
        ('{"absolutePath":"/a","content":"1: rejected by user"}', False, None),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], False, None),
        (None, False, None),
    ],
)
def test_whether_a_tool_call_succeeded(result: Any, is_error: Any, error: str | None) -> None:
    event = finished(result, is_error)
    assert event.success is (error is None)
    assert (event.error or "").startswith(error or "") and bool(event.error) is bool(error)
    assert event.duration_ms is None


def test_refused_calls_are_counted() -> None:
    parser = StreamJson()
    for release in (RECORDINGS / name for name in RELEASES):
        for line in (release / "rejected_by_rule.stdout").read_text().splitlines():
            read(parser, line)
    assert parser.denied_tools == 2


def test_results_are_bounded() -> None:
    event = finished("x" * 1_000_000)
    assert event.result is not None and len(event.result) == RESULT_LENGTH and event.result.endswith("…")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"subtype": "success", "is_error": False, "result": "ok"}, AgentFinished(success=True, text="ok")),
        ({"subtype": "success", "result": "ok"}, AgentFinished(success=False, text="ok", error="ok")),
        (
            {"subtype": "error_during_execution", "is_error": True, "error": "no"},
            AgentFinished(success=False, error="no"),
        ),
        ({"is_error": True, "error": {"message": "no"}}, AgentFinished(success=False, error='{"message": "no"}')),
        ({"is_error": True}, AgentFinished(success=False, error="no reason given")),
    ],
)
def test_only_a_result_without_error_is_success(line: dict[str, Any], expected: AgentFinished) -> None:
    assert parse({"type": "result", **line}) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "plain text",
        "No API key found. Starting login flow...",
        "Using Bash tool with args: {}",
        "Token usage - prompt: 10, completion: 20, total: 30",
        '{"half": ',
        "[1, 2]",
        "{}",
        '{"type": 7}',
        '{"type": "assistant"}',
        '{"type": "assistant", "message": {"content": []}}',
        '{"type": "user", "message": "hi"}',
        '{"type": "system", "subtype": "compact"}',
        '{"type": "rate_limit_event", "session_id": "T-1"}',
        '{"type": "assistant", "message": {"content": [{"type": "tool_use", "name": "Read"}]}}',
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_what_says_nothing_known_gives_no_event(line: str) -> None:
    assert parse(line) == []


def test_halves_of_surrogate_pairs_do_not_hide_a_line() -> None:
    (event,) = parse('{"type":"assistant","message":{"content":[{"type":"text","text":"cut \\ud83d"}]}}')
    assert event == AssistantText(text="cut \ufffd")
    assert msgspec.json.encode(event)


def test_a_message_that_breaks_off_is_noticed() -> None:
    parser = StreamJson()
    states = []
    for line in (
        assistant({"type": "text", "text": "I was cut o"}, stop_reason=None),
        tool_result("x"),
        assistant({"type": "tool_use", "id": "t", "name": "Bash", "input": {}}, stop_reason=None),
        assistant({"type": "text", "text": "sub"}, stop_reason=None, parent="t"),
        assistant({"type": "text", "text": "done"}),
    ):
        read(parser, line)
        states.append(parser.awaits_model)
    assert states == [True, False, False, False, False]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["T-1", "tool_use", "text"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([
        "type", "message", "content", "usage", "input", "id", "name", "text", "is_error", "tool_use_id", "session_id",
        "input_tokens", "output_tokens", "model", "error", "result", "subtype", "agent_mode", "exitCode",
    ]), inner),
    max_leaves=12,
)  # fmt: skip
LINES = st.text() | st.builds(
    lambda kind, value: json.dumps({**(value if isinstance(value, dict) else {"message": value}), "type": kind}),
    st.sampled_from(["system", "assistant", "user", "result", "other"]),
    VALUES,
)


@given(st.lists(LINES))
def test_no_line_breaks_it(lines: list[str]) -> None:
    parser = StreamJson()
    for line in lines:
        for event in read(parser, line):
            msgspec.json.encode(event)


def test_memory_stays_flat() -> None:
    parser = StreamJson()
    call: dict[str, Any] = {"type": "tool_use", "name": "Read", "input": {}}
    for number in range(20_000):
        read(parser, assistant({**call, "id": f"t{number}"}))
    assert len(parser._calls) <= 4_096
