"""Conflict markers that none of the sides had."""

from __future__ import annotations

import pytest

from ampsm.git.content.new_markers import first_new_marker

OPEN, MIDDLE, CLOSE = b"<<<<<<< main\n", b"=======\n", b">>>>>>> theirs\n"


@pytest.mark.parametrize(
    ("result", "sides", "line"),
    [
        (b"a\nb\n", (b"a\n", b"b\n", b"c\n"), None),
        (b"a\n" + OPEN + b"b\n", (b"", b"", b""), 2),
        (b"a\r\n\r\n" + CLOSE.replace(b"\n", b"\r\n"), (b"", b"", b""), 3),
        (b"a\n=======", (b"", b"", b""), 2),
        (MIDDLE + b"x\n" + MIDDLE, (b"", MIDDLE, b""), 3),
        (MIDDLE + b"x\n" + MIDDLE, (b"", MIDDLE, MIDDLE), None),
        (MIDDLE + b"x\n" + MIDDLE, (MIDDLE, MIDDLE, MIDDLE), 3),
        (MIDDLE, (MIDDLE, b"", b""), 1),
        (b"|||||||\n", (b"", b"", b"|||||||\r\n"), None),
        (b"x <<<<<<< y\n<<<<<<\n========\n", (b"", b"", b""), None),
    ],
)
def test_a_line_is_new_when_the_sides_do_not_account_for_it(
    result: bytes, sides: tuple[bytes, bytes, bytes], line: int | None
) -> None:
    assert first_new_marker(result, *sides, 7) == line


def test_markers_are_as_long_as_the_attribute_says() -> None:
    assert first_new_marker(OPEN, b"", b"", b"", 9) is None
    assert first_new_marker(b"<<<<<<<<<\n", b"", b"", b"", 9) == 1
