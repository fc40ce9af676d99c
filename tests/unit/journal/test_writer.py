from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from ampsm.journal import events as ev
from ampsm.journal import writer as writer_module
from ampsm.journal.follower import read_events
from ampsm.journal.writer import SAME_LINE, JournalWriter
from ampsm.model.errors import UserError
from ampsm.system.secrecy.redaction import Redactor
from tests.support.event_notation import event

NO_SECRETS = Redactor([])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.d" / "journals" / "s-abcdef" / "iteration-0001.jsonl"


def test_events_are_numbered_stamped_and_on_disk_at_once(path: Path) -> None:
    with JournalWriter(path, NO_SECRETS) as writer:
        for word in ("start", "say hello", "end succeeded"):
            writer.append(event(word))
            assert path.read_bytes().endswith(b"\n")
        assert [found.seq for found in read_events(path)] == [1, 2, 3]
        assert all(found.at.endswith("Z") for found in read_events(path))
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_second_writer_goes_on_where_the_first_ended(path: Path) -> None:
    with JournalWriter(path, NO_SECRETS) as writer:
        writer.append(event("start"))
    with JournalWriter(path, NO_SECRETS) as writer:
        assert writer.append(event("say more")).seq == 2


@pytest.mark.parametrize(
    "left_behind",
    [
        b'{"type":"assistant_text","text":"cu',
        b'{"type":"from_the_future","v":1,"seq":7,"at":"2026-01-01T00:00:00.000Z"}\n{"type',
        b"\x00\x00\x00",
        b"\n\n",
    ],
)
def test_half_line_of_a_killed_writer_is_ended_and_stays(path: Path, left_behind: bytes) -> None:
    with JournalWriter(path, NO_SECRETS) as writer:
        writer.append(event("start"))
    with path.open("ab") as file:
        file.write(left_behind)
    before = path.read_bytes()
    with JournalWriter(path, NO_SECRETS) as writer:
        added = writer.append(event("say on"))
    assert path.read_bytes().startswith(before)
    assert added.seq == (8 if b'"seq":7' in left_behind else 2)
    assert [type(found) for found in read_events(path)] == [ev.IterationStarted, ev.AssistantText]


def test_further_events_of_a_line_name_the_event_that_has_it(path: Path) -> None:
    with JournalWriter(path, NO_SECRETS) as writer:
        writer.append(event("start"))
        writer.append(ev.AssistantText(text="a", raw='{"line":1}'))
        writer.append(ev.UsageReported(raw_seq=SAME_LINE))
        writer.append(ev.Phase(name="commit"))
    found = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line.get("raw"), line.get("rawSeq")) for line in found] == [
        (None, None), ('{"line":1}', None), (None, 2), (None, None),
    ]  # fmt: skip


def test_no_secret_reaches_the_file(path: Path) -> None:
    secret = 'hunter2"\nhunter2'
    nested = json.dumps({"content": json.dumps({"output": secret})})
    with JournalWriter(path, Redactor([secret])) as writer:
        writer.append(ev.AssistantText(text=f"it is {secret}!", raw=nested))
        writer.append(ev.ToolStarted(id="a", tool="Bash", args={"env": [{"X": secret}], secret: 1}))
        writer.append(ev.IterationFinished(status="failed", error={"message": f"bad key {secret}"}))
    text = path.read_text()
    assert "hunter2" not in text
    assert text.count("[REDACTED]") == 5
    lines = [json.loads(line) for line in text.splitlines()]
    assert json.loads(json.loads(lines[0]["raw"])["content"]) == {"output": "[REDACTED]"}


def test_time_never_goes_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(["2026-05-05T10:00:00.000Z", "2026-05-05T09:00:00.000Z", "2026-05-05T10:00:01.000Z"])
    monkeypatch.setattr(writer_module, "utc_now", lambda: next(times))
    with JournalWriter(path, NO_SECRETS) as writer:
        writer.append(event("start"))
    with JournalWriter(path, NO_SECRETS) as writer:
        writer.append(event("say a"))
        writer.append(event("say b"))
    assert [found.at[11:19] for found in read_events(path)] == ["10:00:00", "10:00:00", "10:00:01"]


def test_full_disk_is_a_users_error_and_the_next_event_stands_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    room = [10, 0]

    def limited(file: int, data: bytes) -> int:
        if room:
            space = room.pop(0)
            if not space:
                raise OSError(errno.ENOSPC, "No space left on device")
            return write(file, data[:space])
        return write(file, data)

    with JournalWriter(path, NO_SECRETS) as writer:
        monkeypatch.setattr(os, "write", limited)
        with pytest.raises(UserError) as caught:
            writer.append(event("start"))
        assert caught.value.code == "disk-full"
        writer.append(event("say freed"))
    assert [(type(found), found.seq) for found in read_events(path)] == [(ev.AssistantText, 1)]


def test_absurdly_nested_arguments_do_not_stop_the_journal(path: Path) -> None:
    args: dict[str, object] = {}
    for _ in range(5000):
        args = {"a": args}
    with JournalWriter(path, NO_SECRETS) as writer:
        writer.append(ev.ToolStarted(id="a", tool="t", args=args, raw="the line"))
    [found] = read_events(path)
    assert isinstance(found, ev.ToolStarted)
    assert (found.args, found.raw) == ({}, "the line")
