from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ampsm.journal.lines import LineSplitter, decode_line


def split(*reads: bytes, limit: int = 1000) -> list[bytes]:
    splitter = LineSplitter(limit)
    lines = [line for read in reads for line in splitter.feed(read)]
    return lines + splitter.finish()


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"\n", [b""]),
        (b"a\nb", [b"a", b"b"]),
        (b"a\r\n\r\nb\r", [b"a", b"", b"b"]),
        (b"50%\r100%\n", [b"50%\r100%"]),
        (b"\x00\xff\n", [b"\x00\xff"]),
        ("one\u2028line\x0b\x0c\n".encode(), ["one\u2028line\x0b\x0c".encode()]),
    ],
)
def test_lines_end_at_newlines_only(data: bytes, lines: list[bytes]) -> None:
    assert split(data) == lines


@given(
    st.lists(st.sampled_from([b"a", b"\n", b"\r", b"\r\n", b"\xc3", b"\xa9", b"\x00", b"word"]), max_size=60),
    st.lists(st.integers(0, 200), max_size=12),
    st.integers(1, 9),
)
@example([b"a", b"\r", b"\n"], [2], 1)
def test_cut_the_bytes_anywhere_same_lines(parts: list[bytes], cuts: list[int], limit: int) -> None:
    data = b"".join(parts)
    at = sorted(min(cut, len(data)) for cut in cuts)
    reads = [data[start:end] for start, end in zip([0, *at], [*at, len(data)], strict=True)]
    assert split(*reads, limit=limit) == split(data, limit=limit)


@given(st.binary(max_size=300), st.integers(1, 20))
def test_no_byte_is_lost(data: bytes, limit: int) -> None:
    lines = split(data, limit=limit)
    assert b"".join(lines).replace(b"\r", b"") == data.replace(b"\n", b"").replace(b"\r", b"")
    assert all(len(line) <= limit for line in lines)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_line_of_exactly_the_limit_is_one_line(ending: bytes) -> None:
    assert split(b"x" * 10 + ending, b"y" * 11 + ending, limit=10) == [b"x" * 10, b"y" * 10, b"y"]


def test_line_without_end_is_held_in_bounded_memory() -> None:
    splitter = LineSplitter(1 << 16)
    pieces = [piece for _ in range(64) for piece in splitter.feed(b"x" * 50_000)] + splitter.finish()
    assert {len(piece) for piece in pieces[:-1]} == {1 << 16}
    assert sum(map(len, pieces)) == 64 * 50_000


def test_text_of_broken_utf8_keeps_its_other_characters() -> None:
    assert decode_line(b"a\xff\x00b\xc3\xa9") == "a�\x00bé"
