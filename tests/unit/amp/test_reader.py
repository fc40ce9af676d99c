from __future__ import annotations

import json

from ampsm.amp.output.reader import AgentOutput
from ampsm.journal.events import UNSET, AssistantText, Event, Output
from ampsm.journal.writer import SAME_LINE
from tests.unit.amp.conftest import CLASSIC, recorded_lines


def texts(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Output | AssistantText)]


def test_the_first_event_of_a_line_carries_it() -> None:
    output = AgentOutput("stream-json")
    for line in recorded_lines(CLASSIC, "edit"):
        first, *others = output.stdout_line(line)
        assert first.raw == line and first.raw_seq is UNSET
        assert all(event.raw is UNSET and event.raw_seq == SAME_LINE for event in others)
    assert output.answered and output.agent is not None and output.agent.success
    assert output.thread_id == "T-01a20bc2-7af1-774f-93fe-2e5b8a18b2ee" and output.model == "smart"
    assert output.stdout_tail == "" and output.finish() == []


def test_stderr_is_kept_without_escapes() -> None:
    output = AgentOutput("stream-json")
    (event,) = output.stderr_line("\x1b[=0u\x1b[<u\x1b[?25hError: no")
    assert event == Output(stream="stderr", text="Error: no", raw="\x1b[=0u\x1b[<u\x1b[?25hError: no")
    assert output.stderr_tail == "Error: no\n" and not output.answered


def test_login_text_is_noticed_on_a_line_of_its_own_only() -> None:
    output = AgentOutput("stream-json")
    words = {"type": "text", "text": "No API key found."}
    output.stdout_line(json.dumps({"type": "assistant", "message": {"content": [words]}}))
    output.stderr_line("warning: No API key found in .env")
    assert not output.wants_login
    output.stdout_line("No API key found. Starting login flow...")
    assert output.wants_login


def test_text_mode_is_one_answer_at_the_end() -> None:
    output = AgentOutput("text")
    lines = ["I edited README.md.", "", "All tests pass."]
    assert [texts(output.stdout_line(line)) for line in lines] == [[line] for line in lines]
    assert output.finish() == [AssistantText(text="I edited README.md.\n\nAll tests pass.")]
    assert AgentOutput("text").finish() == []


def test_tails_and_answer_are_bounded() -> None:
    output = AgentOutput("text")
    for number in range(200_000):
        output.stdout_line(f"line {number}")
        output.stderr_line(f"line {number}")
    assert len(output.stdout_tail) < 10_000 and output.stderr_tail.endswith("line 199999\n")
    (answer,) = texts(output.finish())
    assert answer.startswith("line 0\n") and len(answer) < 100_000
