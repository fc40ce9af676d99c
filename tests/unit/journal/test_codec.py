from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampsm.journal import events as ev
from ampsm.journal.codec import decode, encode
from tests.support.event_notation import events

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "args": st.dictionaries(st.text(max_size=5), values, max_size=3),
    "error": st.none(),
    "usage": st.none(),
}


@st.composite
def any_event(draw: st.DrawFn) -> ev.Event:
    kind = draw(st.sampled_from(ev.EVENTS))
    given_fields = {}
    for field in msgspec.structs.fields(kind):
        if field.name in ("v", "raw_seq"):
            continue
        given_fields[field.name] = draw(FIELDS[field.name] if field.name in FIELDS else st.from_type(field.type))
    return kind(**given_fields)


@given(any_event())
def test_every_event_survives_its_line(event: ev.Event) -> None:
    line = encode(event)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode(line) == event


def test_line_has_the_keys_of_the_contract() -> None:
    [event] = events("+a Bash cmd=ls")
    assert json.loads(encode(event)) == {
        "v": 1, "seq": 1, "at": "2026-01-02T03:04:05.000Z", "type": "tool_started", "id": "a", "tool": "Bash",
        "args": {"cmd": "ls"}, "parentId": None, "estimated": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b'{"type":"assistant_text","text":"half',
        b'{"type":"from_the_future","v":1,"seq":9,"at":""}',
        b'{"type":"phase"}',
        b'{"type":"phase","name":"\xff"}',
        b"[" * 100_000,
        b"null",
    ],
)
def test_line_that_is_no_event_is_none(line: bytes) -> None:
    assert decode(line) is None


def test_unknown_keys_of_newer_versions_are_passed_over() -> None:
    assert decode(b'{"type":"phase","name":"agent","mood":"good"}') == ev.Phase(name="agent")


def test_lone_surrogates_become_replacement_characters() -> None:
    event = ev.ToolStarted(id="a", tool="t", args={"\ud800": ["x\udfff"]})
    assert decode(encode(event)) == ev.ToolStarted(id="a", tool="t", args={"�": ["x�"]})
