from __future__ import annotations

import json
from typing import Any

import pytest

from ampsm.amp.output.reader import AgentOutput
from ampsm.journal.events import Model, OutputLine, ToolFinished, ToolStarted, UsageReported
from ampsm.journal.view import IterationView


def read(*lines: dict[str, Any] | str) -> list[Any]:
    output = AgentOutput("jsonl")
    found = []
    for line in lines:
        for event in output.stdout_line(line if isinstance(line, str) else json.dumps(line)):
            event.raw = event.raw_seq = 0  # type: ignore[assignment]
            found.append(event)
    return found


def totals(*lines: dict[str, Any] | str) -> list[tuple[str | None, int | None, int | None, int | None, bool]]:
    """What the reports add up to: model, prompt, completion, total, estimated."""
    view = IterationView(1)
    for event in read(*lines):
        view.apply(event)
    return [
        (part.model, part.usage.prompt_tokens, part.usage.completion_tokens, part.usage.total_tokens,
         part.usage.estimated)
        for part in view.usage()
    ]  # fmt: skip


def at(second: float) -> str:
    return f"2026-01-20T12:00:{second:06.3f}Z"


@pytest.mark.parametrize(
    ("start", "finish"),
    [
        ({"event": "tool_start", "tool": "Read"}, {"event": "tool_finish", "tool": "Read"}),
        ({"action": "start", "tool": "Read"}, {"action": "finish", "tool": "Read"}),
        ({"type": "tool_start", "tool": "Read"}, {"type": "tool_finish", "data": {"tool": "Read"}}),
        ({"type": "tool_start", "data": {"tool": "Read"}}, {"event": "tool_finish", "tool": "Read"}),
    ],
)
def test_every_way_to_tell_of_a_call(start: dict[str, Any], finish: dict[str, Any]) -> None:
    started, finished = read({**start, "args": {"path": "a"}}, {**finish, "success": False, "duration": 12})
    assert isinstance(started, ToolStarted) and isinstance(finished, ToolFinished)
    assert (started.tool, started.estimated) == ("Read", False)
    assert started.args == ({"path": "a"} if "data" not in start else started.args)
    assert (finished.id, finished.success, finished.duration_ms) == (started.id, False, 12)


@pytest.mark.parametrize("tool", ["mcp__x__y", "web-search", "tb:run/it", "Bash", "читать"])
def test_any_name(tool: str) -> None:
    started, finished = read({"event": "tool_start", "tool": tool}, {"event": "tool_finish", "tool": tool})
    assert started.tool == tool and finished.id == started.id and finished.success is None


@pytest.mark.parametrize(
    ("fields", "milliseconds"),
    [
        ({"duration": 150}, 150), ({"durationMs": 300}, 300), ({"duration": "150"}, 150), ({"duration": "1.5s"}, 1500),
        ({"duration": "2,000"}, 2000), ({"duration": 12.6}, 13), ({"duration": -1}, 2500), ({"duration": 1e30}, 2500),
        ({"duration": "soon"}, 2500), ({}, 2500), ({"timestamp": None}, None), ({"timestamp": at(0)}, None),
        ({"duration": "3 ms", "timestamp": None}, 3),
    ],
)  # fmt: skip
def test_durations(fields: dict[str, Any], milliseconds: int | None) -> None:
    _, finished = read(
        {"event": "tool_start", "tool": "Read", "timestamp": at(1)},
        {"event": "tool_finish", "tool": "Read", "timestamp": at(3.5), **fields},
    )
    assert finished.duration_ms == milliseconds


@pytest.mark.parametrize(
    "stamp", ["2026-01-20T12:00:00.000Z", "2026-01-20T13:00:00+01:00", "2026-01-20 12:00:00", 1768910400, 1768910400000]
)
def test_times_of_the_log(stamp: Any) -> None:
    (started,) = read({"event": "tool_start", "tool": "Read", "timestamp": stamp})
    assert started.logged_at == "2026-01-20T12:00:00.000Z"


def test_ends_pair_by_name_the_first_open_start_first() -> None:
    starts = [{"event": "tool_start", "tool": tool, "args": {"n": n}} for n, tool in enumerate("aba")]
    found = read(*starts, {"event": "tool_finish", "tool": "a"}, {"event": "tool_finish", "tool": "a"})
    assert [event.id for event in found] == ["log-1", "log-2", "log-3", "log-1", "log-3"]


def test_ids_of_the_log_pair_first() -> None:
    found = read(
        {"event": "tool_start", "tool": "a", "id": "x"}, {"event": "tool_start", "tool": "a", "id": 7},
        {"event": "tool_start", "tool": "a", "id": "x"},
        {"event": "tool_finish", "tool": "a", "id": 7}, {"event": "tool_finish", "id": "x"},
    )  # fmt: skip
    assert [getattr(event, "id", None) for event in found] == ["x", "7", None, "7", "x"]
    by_line = read({"event": "tool_start", "tool": "a", "id": 1}, {"event": "tool_finish", "tool": "a", "id": 2})
    assert [event.id for event in by_line] == ["1", "1"], "ids of lines, not of calls"


def test_an_end_without_a_start_is_a_call_all_the_same() -> None:
    started, finished = read({"event": "tool_finish", "tool": "Bash", "success": True, "duration": 20})
    assert started.tool == "Bash" and finished.id == started.id and finished.duration_ms == 20


def test_what_an_end_says_of_its_result() -> None:
    start = {"event": "tool_start", "tool": "a", "args": "text"}
    started, finished = read(start, {"event": "tool_finish", "tool": "a", "error": "no such file", "output": "out"})
    assert started.args == {"input": "text"}
    assert (finished.success, finished.error, finished.result) == (False, "no such file", "out")
    assert read(start, {"event": "tool_finish", "tool": "a", "success": "true"})[1].success is True


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"tokens": {"prompt": 10, "completion": 5, "total": 15}}, (None, 10, 5, 15)),
        ({"token_usage": {"prompt_tokens": "1,500", "completion_tokens": "800"}}, (None, 1500, 800, 2300)),
        ({"usage": {"input_tokens": 10, "output_tokens": 5}, "model": "gpt-4o"}, ("gpt-4o", 10, 5, 15)),
        ({"usage": {"input_tokens": 10, "cache_read_input_tokens": 90, "output_tokens": 5}}, (None, 100, 5, 105)),
        ({"usage": {"total_tokens": 15}}, (None, None, None, 15)),
        ({"prompt": 10, "completion": 5, "total": 15, "model": "o3"}, ("o3", 10, 5, 15)),
        ({"timestamp": at(0), "event": "llm", "tokens": {"prompt": 10, "completion": 5}}, (None, 10, 5, 15)),
        ({"type": "token_usage", "prompt": 10, "completion": 5}, (None, 10, 5, 15)),
        ({"type": "llm_usage", "data": {"prompt_tokens": 10, "completion_tokens": 5}}, (None, 10, 5, 15)),
        ({"type": "llm_usage", "data": {"usage": {"prompt": 10, "completion": 5}, "model": "m1"}}, ("m1", 10, 5, 15)),
        ({"prompt": 10, "completion": 5, "total": -1}, (None, 10, 5, 15)),
        ({"usage": {"prompt": -10, "completion": 5}}, (None, None, 5, 5)),
        ({"usage": {"prompt": 10**18, "completion": 5.0}}, (None, None, 5, 5)),
        ({"usage": {"prompt": True, "completion": 5}}, (None, None, 5, 5)),
    ],
)
def test_every_way_to_report_tokens(line: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert totals(line) == [(*expected, False)]


def report(prompt: int, completion: int, **more: Any) -> dict[str, Any]:
    return {"prompt": prompt, "completion": completion, **more}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([report(10, 5)] * 3, [(None, 10, 5, 15)]),
        ([report(10, 5), report(20, 5), report(40, 9)], [(None, 40, 9, 49)]),
        ([report(40, 9), report(10, 5)], [(None, 50, 14, 64)]),
        ([report(10, 5), report(20, 2)], [(None, 30, 7, 37)]),
        ([report(10, 5), report(20, 9), report(5, 1), report(6, 1)], [(None, 26, 10, 36)]),
        ([report(10, 5, requestId="a"), report(20, 9, requestId="b")], [(None, 30, 14, 44)]),
        ([report(10, 5, messageId="a"), report(20, 9, messageId="a")], [(None, 20, 9, 29)]),
        ([report(10, 5, model="m"), report(20, 9, model="n")], [("m", 10, 5, 15), ("n", 20, 9, 29)]),
        (
            [report(10, 5, model="m"), report(1, 1, model="n"), report(20, 9, model="m"), report(2, 2, model="n")],
            [("m", 20, 9, 29), ("n", 2, 2, 4)],
        ),
        ([report(10, 5), report(20, 9, model="m"), report(30, 9)], [("m", 30, 9, 39)]),
        ([{"usage": {"total": 10}}, report(8, 4)], [(None, 8, 4, 12)]),
    ],
)
def test_totals_so_far_count_once_and_calls_add_up(lines: list[Any], expected: list[Any]) -> None:
    assert totals(*lines) == [(*part, False) for part in expected]


def test_text_that_repeats_a_figure_does_not_make_it_an_estimate() -> None:
    text = "Token usage - prompt: 10, completion: 5, total: 15"
    assert totals(report(10, 5), text) == [(None, 10, 5, 15, False)]
    assert totals(text, report(10, 5)) == [(None, 10, 5, 15, False)]
    assert totals(report(9, 5), text) == [(None, 10, 5, 15, True)]


@pytest.mark.parametrize(
    "line",
    [{"model": "gpt-4o"}, {"timestamp": at(0), "model": "gpt-4o"}, {"type": "model_info", "model": "gpt-4o"},
     {"type": "model_info", "data": {"name": "gpt-4o"}}],
)  # fmt: skip
def test_models(line: dict[str, Any]) -> None:
    (event,) = read(line)
    assert isinstance(event, Model) and event.used == "gpt-4o"


@pytest.mark.parametrize(
    "line",
    [
        {}, {"model": ""}, {"model": 5}, {"model": "a\nb"}, {"model": "User", "view": "users/index"},
        {"model": {"name": "x"}}, {"tool": "Read"}, {"event": "tool_start"}, {"event": "tool_start", "tool": ""},
        {"event": "tool_start", "tool": 7}, {"event": "tool_finish", "success": True}, {"event": "start", "tool": "x"},
        {"action": "start"}, {"action": "restart", "tool": "x"}, {"prompt": "Write a poem", "completion": "Roses are"},
        {"prompt": 5}, {"completion": 5}, {"usage": "amp [options]"}, {"usage": {}}, {"usage": {"cpu": 5}},
        {"tokens": ["a", "b"]}, {"tokens": 17}, {"prompt": -1, "completion": -2}, {"type": "token_usage"},
        {"type": "stream_event", "usage": {"input_tokens": 5, "output_tokens": 5}},
        {"type": "result", "usage": {"prompt": 5, "completion": 6}} | {"type": "system"},
        {"type": "tool_start", "data": "Read"}, {"name": "ampsm", "version": "1.0", "model": "x", "private": True},
        {"type": ["tool_start"], "tool": 1}, {"event": {"tool": "x"}},
    ],
)  # fmt: skip
def test_objects_of_other_shapes_are_output(line: dict[str, Any]) -> None:
    assert [type(event) for event in read(line)] == [OutputLine]


def test_a_report_names_the_model_too() -> None:
    model, usage = read(report(10, 5, model="gpt-5"))
    assert isinstance(model, Model) and model.used == "gpt-5"
    assert isinstance(usage, UsageReported) and usage.model == "gpt-5" and not usage.estimated


def test_memory_stays_flat() -> None:
    output = AgentOutput("jsonl")
    for number in range(20_000):
        output.stdout_line(json.dumps({"event": "tool_start", "tool": f"t{number % 9000}"}))
        output.stdout_line(json.dumps(report(number % 7, 1, model=f"m{number}")))
    log, _ = output._logs
    calls, spending = log._calls, log._spending
    assert len(calls._open) <= 4_096 and len(calls._by_name) <= 4_096 and len(spending._latest) <= 32
