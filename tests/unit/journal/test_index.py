"""The index of a journal: the same events as decoding every line, wherever one begins."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ampsm.journal import events as ev
from ampsm.journal import index
from ampsm.journal.codec import decode, encode
from ampsm.journal.index import KINDS, agent_lines, last_begin, lines_with, scan_journal

_TRICKS = ('\n{"type":"commit"', '"parentId":"x"', 'Z","raw":"no', "支払い 🔐", "x" * 3000, "")


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Two hundred events, also broken lines and one that is still being written."""
    rng = random.Random(7)
    lines = []
    for seq in range(1, 201):
        text = rng.choice(_TRICKS)
        event: ev.Event = rng.choice([
            ev.AssistantText(text=text, parent_id=rng.choice([None, "call-1"])),
            ev.ToolStarted(id=f"c{seq}", tool="Bash", args={"cmd": text}),
            ev.ToolFinished(id=f"c{seq}", success=True, result=text),
            ev.OutputLine(stream="stdout", text=text),
        ])  # fmt: skip
        event.seq, event.at = seq, "2026-11-24T07:00:00.000Z"
        if rng.random() < 0.5:
            event.raw = f'{{"type":"assistant","text":"{text}"}}'
        lines.append(encode(event))
        if rng.random() < 0.1:
            lines.append(rng.choice([b"half a li\n", b'{"type":"of_tomorrow","v":2}\n', b"\n"]))
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b"".join(lines) + b'{"type":"output","stream"')
    return path


def decoded(path: Path) -> dict[int, ev.AnyEvent]:
    found, offset = {}, 0
    for line in path.read_bytes().splitlines(keepends=True):
        event = decode(line)
        if event is not None:
            found[offset] = event
        offset += len(line)
    return found


def test_offsets_and_kinds_are_those_of_decoding(journal: Path) -> None:
    part, events = scan_journal(journal), decoded(journal)
    assert list(part.offsets) == list(events)
    assert list(part.kinds) == [KINDS[type(event)] for event in events.values()]
    below = [offset for offset, event in events.items() if getattr(event, "parent_id", None) == "call-1"]
    assert list(part.below["call-1"]) == below


def test_blocks_of_any_size_give_the_same(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = scan_journal(journal)
    for size in (1, 7, 100, 5000):
        monkeypatch.setattr(index, "_BLOCK", size)
        part = scan_journal(journal)
        assert (part.offsets, part.kinds, part.below, part.end) == (whole.offsets, whole.kinds, whole.below, whole.end)


def test_the_end_and_what_is_before_it_make_the_whole(journal: Path) -> None:
    whole = scan_journal(journal)
    begin = last_begin(journal, 9000)
    assert 0 < begin < whole.end
    last, first = scan_journal(journal, begin), scan_journal(journal, 0, begin)
    assert first.offsets + last.offsets == whole.offsets
    assert first.end == begin
    assert last_begin(journal, 10_000_000) == 0


def test_a_half_line_is_left_for_later(journal: Path) -> None:
    before = scan_journal(journal)
    with journal.open("ab") as file:
        file.write(b':"stdout","text":"x","v":1,"seq":201,"at":"2026-11-24T07:00:00.000Z"}\n')
    more = scan_journal(journal, before.end)
    assert list(more.offsets) == [before.end]


def test_agent_lines_are_those_with_raw_or_plain_output(journal: Path) -> None:
    events = decoded(journal)
    wanted = [at for at, event in events.items() if isinstance(event.raw, str) or isinstance(event, ev.OutputLine)]
    assert [at for at in agent_lines(journal).offsets if at in events] == wanted


def test_finds_words_in_either_case_and_of_any_script(journal: Path) -> None:
    events = decoded(journal)
    found = dict(lines_with(journal, "支払い"))
    assert {at for at in found if at in events} == {at for at, event in events.items() if "支払い" in str(event)}
    assert dict(lines_with(journal, "BASH")).keys() >= {at for at, e in events.items() if isinstance(e, ev.ToolStarted)}
    assert list(lines_with(journal, "is nowhere")) == []


def test_no_journal_has_no_events(tmp_path: Path) -> None:
    assert len(scan_journal(tmp_path / "none").offsets) == 0
    assert last_begin(tmp_path / "none", 10) == 0
