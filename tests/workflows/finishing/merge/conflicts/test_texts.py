"""The text of a conflicted file for people, and theirs as bytes of that file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampsm.model.conflicts import Hunk, HunkKind
from ampsm.model.errors import UserError
from ampsm.workflows.finishing.merge.conflicts.texts import encoding_of, only_white_space

MARK = b"\xef\xbb\xbf"


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_what_is_shown_becomes_the_same_bytes_again(target: bytes, session: bytes) -> None:
    found = encoding_of(target, session)
    assert [found.encode(found.decode(side)) for side in (target, session)] == [target, session]


@pytest.mark.parametrize(
    ("sides", "text", "content"),
    [
        ((b"b\n", b"c\n"), "x\ny", b"x\ny\n"),
        ((b"b\n", b"c\n"), "x\r\ny\r\n", b"x\ny\n"),
        ((b"b\r\n", b""), "x\ny", b"x\r\ny\r\n"),
        ((b"a\r\nb\r\n", b"a\r\nc"), "x\ny", b"x\r\ny"),
        ((b"b\r\n", b"c\r\n"), "x\r\ny\n", b"x\r\ny\n"),
        ((b"a\r\nb\r\nc\n", b"a\r\nb\r\nc\n"), "a\nnew\nc\n", b"a\r\nnew\r\nc\n"),
        ((b"b", b"c"), "x", b"x"),
        ((b"b\n", b"c\n"), "", b""),
        ((b"a\n", "b €\n".encode()), "€\n", "€\n".encode()),
        ((b"a\n", b"b \xe9\n"), "é\n", b"\xe9\n"),
        ((b"a\n", b"b \xe9\n"), "é\n".encode(), b"\xe9\n"),
        ((b"a\n", b"b \xe9\n"), b"\xe9\n", b"\xe9\n"),
        ((MARK + b"a\n", MARK + b"b\n"), "x\n", MARK + b"x\n"),
        ((MARK + b"a\n", MARK + b"b\n"), "\ufeffx\n", MARK + b"x\n"),
        ((MARK + b"a\n", b"b\n"), "x\n", b"x\n"),
        ((b"", b""), "x\r\ny", b"x\r\ny"),
    ],
)
def test_the_whole_text_is_written_as_the_file_is(
    sides: tuple[bytes, bytes], text: str | bytes, content: bytes
) -> None:
    assert encoding_of(*sides).given_whole(text) == content


def test_a_base_in_another_encoding_can_be_read() -> None:
    assert encoding_of("é\n".encode(), b"b\n").decode(b"x \xe9\n") == "x \ufffd\n"


def test_the_text_of_a_hunk_is_no_whole_file() -> None:
    found = encoding_of(MARK + b"a\r\n", MARK + b"b\r\n")
    assert found.given("x\ny") == b"x\r\ny"


@pytest.mark.parametrize(("side", "text"), [(b"\xe9\n", "€"), (b"a\n", b"\xe9\n"), (b"a\n", "\ud800")])
def test_what_the_file_cannot_hold_is_refused(side: bytes, text: str | bytes) -> None:
    with pytest.raises(UserError) as refused:
        encoding_of(side, side).given(text)
    assert refused.value.code == "not-in-encoding"


@pytest.mark.parametrize(
    ("kind", "texts", "only"),
    [
        (HunkKind.CONFLICT, ("a b\n", "a  b\n", "\ta\nb\n"), True),
        (HunkKind.CONFLICT, ("a b\n", "a b\r\n", "x\n"), False),
        (HunkKind.CONFLICT, ("x\n", "a\n", "a\n"), False),
        (HunkKind.TARGET, ("a\n", "a\r\n", "a\n"), True),
        (HunkKind.SESSION, ("a\n", "a\n", "\n\n  a\n"), True),
        (HunkKind.SAME, ("a\n", "b\n", "b\n"), False),
    ],
)
def test_hunks_of_white_space_only(kind: HunkKind, texts: tuple[str, str, str], only: bool) -> None:
    assert only_white_space(Hunk(1, kind, 1, *texts, None, texts[0])) is only
