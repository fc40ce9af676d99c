from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ampsm.journal.codec import decode, encode
from ampsm.journal.events import ToolFinished, ToolStarted
from ampsm.journal.view import IterationView
from ampsm.model.telemetry import ModelUsage, TestResult, ToolCall, Usage
from tests.support.event_notation import event, events


def view_of(notation: str) -> IterationView:
    view = IterationView(1)
    for item in events(notation):
        view.apply(item)
    return view


def rows_of(notation: str) -> dict[int, ToolCall]:
    view = IterationView(1)
    return {row.seq: row for item in events(notation) for row in view.apply(item)}


def tokens(prompt: int, completion: int) -> Usage:
    return Usage(prompt, completion, prompt + completion)


def test_whole_iteration() -> None:
    view = view_of(
        "start fix it; @context; #T-1; =gpt>opus; @agent; say Looking; say<a Sub; say ; +a Bash cmd=ls; -a; *slow Slow;"
        "done Fixed; ^c0ffee amp Fix; test 1200 3; end succeeded"
    )
    assert (view.prompt, view.start_sha, view.thread_id) == ("fix it", "base", "T-1")
    assert (view.model_requested, view.model, view.final_model) == ("gpt", "opus", "opus")
    assert (view.phase, view.status, view.last_text) == (None, "succeeded", "Looking")
    assert view.agent is not None
    assert view.agent.text == "Fixed"
    assert view.commits == [("c0ffee", "amp")]
    assert view.warnings == [("slow", "Slow")]
    assert view.test == TestResult("make test", 3, False, 1200)
    assert (view.tool_calls, view.tool_failures, view.last_seq) == (1, 0, 15)
    assert (view.started_at, view.ended_at) == ("2026-01-02T03:04:05.000Z", "2026-01-02T03:04:19.000Z")


def test_calls_pair_by_id_in_any_order() -> None:
    rows = rows_of("+a Read path=x; +b Bash; +c<b Grep; !b exit 1; -a 40; ?c; -ghost")
    ended = [(row.tool, row.success, row.duration_ms, row.error, row.parent_id) for row in rows.values()]
    assert ended == [
        ("Read", True, 40, None, None), ("Bash", False, 2000, "exit 1", None), ("Grep", None, 3000, None, "b"),
    ]  # fmt: skip


def test_call_without_a_result_stays_open_and_is_returned_at_the_end() -> None:
    view = IterationView(1)
    *stream, end = events("start; +a Bash; say x; end cancelled")
    for item in stream:
        view.apply(item)
    assert [(row.tool, row.success, row.ended_at) for row in view.apply(end)] == [("Bash", None, None)]


def test_message_sent_twice_starts_its_call_once_but_an_id_may_be_used_again_later() -> None:
    assert [row.seq for row in rows_of("+a Bash; +a Bash; -a; +a Bash; -a").values()] == [1, 4]


def test_repeated_message_id_replaces_and_calls_add_up() -> None:
    view = view_of("=opus; $m1 100/1; $m1 100/20; $m2 10/2; $ 5/5; $ 5/5; $m3 1/1 haiku")
    assert {part.model: part.usage for part in view.usage()} == {
        "opus": tokens(120, 32),
        "haiku": tokens(1, 1),
    }


def test_nothing_reported_is_no_usage() -> None:
    assert view_of("start; say x; end succeeded").usage() == []


def test_unnamed_calls_count_for_the_final_model() -> None:
    assert view_of("$m1 10/1; =asked>late; $m2 10/1").usage() == [ModelUsage("late", tokens(20, 2))]
    assert view_of("$m1 10/1").usage() == [ModelUsage(None, tokens(10, 1))]


def test_memory_does_not_grow_with_the_stream() -> None:
    view = IterationView(1)
    for number in range(3000):
        for word in (f"$m{number} 10/1", f"+t{number} Bash", f"-t{number}", f"*w{number} x"):
            view.apply(event(word))
    assert view.usage() == [ModelUsage(None, tokens(30_000, 3000))]
    assert (view.tool_calls, len(view.open_calls), len(view.warnings)) == (3000, 0, 100)
    assert len(view._recent_usage) <= 64


WORDS = "+a Bash;+b Read;-a;-b 5;!a no;?b;$m1 1/1;$m2 2/2 haiku;$ 3/3;=opus;say hi;end failed"


@given(st.lists(st.sampled_from(WORDS.split(";")), max_size=40))
def test_replay_twice_same_rows(stream: list[str]) -> None:
    live, replayed = IterationView(1), IterationView(1)
    rows: dict[int, ToolCall] = {}
    replayed_rows: dict[int, ToolCall] = {}
    for item in events("; ".join(stream)):
        rows |= {row.seq: row for row in live.apply(item)}
    for item in [*events("; ".join(stream)), *events("; ".join(stream))]:
        stored = decode(encode(item))
        assert stored is not None
        replayed_rows |= {row.seq: row for row in replayed.apply(stored)}
    assert replayed_rows == rows
    assert replayed.usage() == live.usage()
    assert (replayed.tool_calls, replayed.tool_failures) == (live.tool_calls, live.tool_failures)
    assert live.tool_calls == len(rows)
    assert live.tool_failures == sum(row.success is False for row in rows.values())


def test_times_of_the_agents_log_outweigh_arrival() -> None:
    view = IterationView(1)
    start, end, other = events("+a Read; -a; -a")
    assert isinstance(start, ToolStarted) and isinstance(end, ToolFinished)
    start.logged_at, end.logged_at = "2025-09-01T10:00:00.000Z", "2025-09-01T10:00:07.000Z"
    (row,) = view.apply(start)
    assert row.started_at == "2025-09-01T10:00:00.000Z"
    (row,) = view.apply(end)
    assert (row.started_at[:10], row.ended_at, row.duration_ms) == ("2025-09-01", "2025-09-01T10:00:07.000Z", 1000)
    assert view.apply(other) == []


def test_the_final_text_is_the_most_certain_there_is() -> None:
    plain = view_of("start; .noise; +a Read; -a; .Did it; . ; .Well; $ 10/5")
    assert plain.last_text is None
    assert plain.final_text == "Did it\n\nWell"
    assert view_of("start; .noise; say Looking; .noise").final_text == "Looking"
    assert view_of("start; say Looking; done Fixed").final_text == "Fixed"
    assert view_of("start").final_text is None


def test_plain_text_is_kept_in_bounded_memory() -> None:
    view = IterationView(1)
    (line,) = events("." + "x" * 100)
    for number in range(10_000):
        line.seq = number + 1
        view.apply(line)
    assert 10_000 < len(view.final_text or "") < 20_000
