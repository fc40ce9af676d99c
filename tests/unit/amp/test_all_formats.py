"""Laws that hold for every format: where the bytes are cut, what is broken, and prose."""

from __future__ import annotations

import os
import tracemalloc
from itertools import islice

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampsm.amp.output.reader import AgentOutput
from ampsm.journal.events import Event, OutputLine
from ampsm.journal.lines import LineSplitter, decode_line
from ampsm.journal.view import IterationView
from tests.support.agent_lines import FORMATS, JSONL, PROSE, STREAM_JSON, TEXT, broken

#: Broken lines for each format; a thousand take about 60 ms.
BROKEN_LINES = 1_000_000 if os.environ.get("AMPSM_TEST_ALL_FAULTS") else 20_000

LINES = st.lists(
    st.sampled_from(JSONL + TEXT) | st.sampled_from(STREAM_JSON) | st.sampled_from(PROSE) | st.text(max_size=20),
    max_size=12,
)


def events_of(*reads: bytes) -> list[Event]:
    """The events of an output that arrives in these pieces."""
    splitter, output = LineSplitter(), AgentOutput("stream-json")
    lines = [line for read in reads for line in splitter.feed(read)] + splitter.finish()
    return [event for line in lines for event in output.stdout_line(decode_line(line))]


@given(LINES, st.sampled_from(["", "\n", "\r\n"]), st.lists(st.integers(0, 5_000), max_size=20))
def test_cut_the_bytes_anywhere_same_events(lines: list[str], end: str, cuts: list[int]) -> None:
    data = ("\n".join(lines) + end).encode()
    at = sorted(min(cut, len(data)) for cut in cuts)
    reads = [data[start:stop] for start, stop in zip([0, *at], [*at, len(data)], strict=True)]
    assert events_of(*reads) == events_of(data)


@given(LINES)
def test_one_byte_at_a_time(lines: list[str]) -> None:
    data = "\n".join(lines)[:3_000].encode()
    assert events_of(*(data[at : at + 1] for at in range(len(data)))) == events_of(data)


@given(LINES)
def test_no_line_is_lost(lines: list[str]) -> None:
    output = AgentOutput("text")
    for line in lines:
        first, *others = output.stdout_line(line)
        assert first.raw == line
        assert not any(isinstance(event.raw, str) for event in others)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.timeout(300 + BROKEN_LINES // 1_000)
def test_broken_lines_break_nothing(name: str) -> None:
    seed = int(os.environ.get("AMPSM_TEST_SEED", "20260120"))
    stream = broken([*FORMATS[name], *PROSE[:20]], seed)
    output, view, done = AgentOutput(name), IterationView(1), 0
    for line in islice(stream, BROKEN_LINES):
        events = output.stdout_line(line)
        assert events, line
        for event in events:
            done += 1
            event.seq, event.at = done, "2026-01-20T12:00:00.000Z"
            view.apply(msgspec.json.decode(msgspec.json.encode(event), type=type(event)))


@pytest.mark.parametrize("name", FORMATS)
def test_memory_stays_flat(name: str) -> None:
    stream = broken([*FORMATS[name], *PROSE[:20]], 7)
    output = AgentOutput(name)
    lines = [line.replace("Read", f"Read{number}") for number, line in enumerate(islice(stream, 16_000))]
    tracemalloc.start()
    try:
        sizes = []
        for part in range(4):
            for line in lines[part * 4_000 : (part + 1) * 4_000]:
                output.stdout_line(line)
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[3] - sizes[1] < 600_000, sizes


def test_prose_between_real_lines_stays_prose() -> None:
    output = AgentOutput("jsonl")
    real = [line for line in JSONL if "finish" not in line]
    for number, line in enumerate(PROSE):
        output.stdout_line(real[number % len(real)].replace('"Read"', '"other"'))
        assert [type(event) for event in output.stdout_line(line)] == [OutputLine], line
