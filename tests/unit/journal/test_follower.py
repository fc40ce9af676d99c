from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampsm.journal import events as ev
from ampsm.journal import follower
from ampsm.journal.codec import encode
from ampsm.journal.follower import follow, lines_from_end, read_events, tail_events
from ampsm.journal.writer import JournalWriter
from ampsm.system.secrecy.redaction import Redactor
from tests.support.event_notation import event, events


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "iteration-0001.jsonl"


class Following:
    """A follower in a thread of its own, as a terminal would be."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.seen: list[ev.AnyEvent] = []
        self.alive = True
        self._thread = threading.Thread(target=self._run, args=(path, options), daemon=True)
        self._thread.start()

    def _run(self, path: Path, options: dict[str, Any]) -> None:
        for found in follow(path, alive=lambda: self.alive, **options):
            self.seen.append(found)

    @property
    def seqs(self) -> list[int]:
        return [found.seq for found in self.seen]

    def ended(self, seconds: float = 60) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()


def test_reading_passes_over_what_is_no_event(path: Path) -> None:
    first, second = events("start; say a")
    path.write_bytes(encode(first) + b"noise\n\n" + b'{"type":"new","seq":2}\n' + encode(second) + b'{"type":"ph')
    assert list(read_events(path)) == [first, second]
    assert list(read_events(path.with_name("none"))) == []


def test_follower_sees_every_event_before_the_next_and_ends_with_the_iteration(
    path: Path, wait_until: Callable[..., Any]
) -> None:
    following = Following(path)
    with JournalWriter(path, Redactor([])) as writer:
        for number, word in enumerate(("start", "say a", "say b"), 1):
            writer.append(event(word))
            wait_until(lambda number=number: len(following.seen) == number)
        writer.append(event("end succeeded"))
    assert following.ended()
    assert following.seqs == [1, 2, 3, 4]


def test_half_line_waits_for_its_end(path: Path, wait_until: Callable[..., Any]) -> None:
    first, second = events("start; end failed")
    path.write_bytes(encode(first) + encode(second)[:20])
    following = Following(path)
    wait_until(lambda: following.seqs == [1])
    with path.open("ab") as file:
        file.write(encode(second)[20:])
    assert following.ended()
    assert following.seqs == [1, 2]


def test_follower_of_a_dead_writer_ends_after_what_was_written(path: Path) -> None:
    path.write_bytes(b"".join(map(encode, events("start; say a"))))
    assert [found.seq for found in follow(path, alive=lambda: False)] == [1, 2]
    assert list(follow(path.with_name("never"), alive=lambda: False)) == []


def test_last_words_written_while_the_writer_dies_are_seen(path: Path) -> None:
    first, last = events("start; say last")
    path.write_bytes(encode(first))

    def dies() -> bool:
        with path.open("ab") as file:
            file.write(encode(last))
        return False

    assert [found.seq for found in follow(path, alive=dies)] == [1, 2]


@pytest.mark.parametrize("cut", [0, 15])
def test_following_from_now_on(path: Path, wait_until: Callable[..., Any], cut: int) -> None:
    old, new, end = events("start; say new; end succeeded")
    path.write_bytes(encode(old) + encode(new)[:cut])
    looked = threading.Event()

    def alive() -> bool:
        looked.set()
        return True

    seen: list[int] = []
    thread = threading.Thread(
        target=lambda: seen.extend(e.seq for e in follow(path, alive=alive, from_start=False)), daemon=True
    )
    thread.start()
    assert looked.wait(60)
    with path.open("ab") as file:
        file.write(encode(new)[cut:] + encode(end))
    thread.join(60)
    assert seen == [2, 3]


@given(st.binary(max_size=200).map(lambda data: data.replace(b"\x00", b"\n")), st.integers(1, 9))
def test_lines_from_the_end_are_the_lines_reversed(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, block: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "lines"
    file.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(follower, "_BLOCK", block)
        assert list(lines_from_end(file)) == (data.split(b"\n")[::-1] if data else [])


def test_tail_reads_only_the_end(path: Path) -> None:
    stream = events("; ".join(f"say {number}" for number in range(5000)))
    path.write_bytes(b"".join(map(encode, stream)) + b'{"half')
    assert tail_events(path, 3) == stream[-3:]
    assert tail_events(path, 0) == tail_events(path.with_name("none"), 3) == []
    assert tail_events(path, 9999) == stream
