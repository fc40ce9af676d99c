"""Whether a file that was in conflict still holds markers which none of its sides had (SPEC sections 6 and 12)."""

from __future__ import annotations

import re
from collections import Counter


def first_new_marker(result: bytes, base: bytes, target: bytes, session: bytes, size: int) -> int | None:
    """The number, from 1, of the first line that could be a conflict marker of this size and that the sides do not
    account for; None when there is none. A file that a side does not have is empty.

    A line may be there as often as one side has it, or as often as both have added it to the base together.
    """
    had_base, had_target, had_session = (_markers(side, size) for side in (base, target, session))
    seen = Counter[bytes]()
    for number, line in _marker_lines(result, size):
        seen[line] += 1
        of_target, of_session = had_target[line], had_session[line]
        if seen[line] > max(of_target + of_session - had_base[line], of_target, of_session):
            return number
    return None


def without_labels(text: bytes, size: int) -> bytes:
    """The text with conflict markers of this size that do not name their sides: git names them in more than one way."""
    return re.sub(rb"^([<>|]{%d}) [^\r\n]*" % size, rb"\1", text, flags=re.M)


def _markers(text: bytes, size: int) -> Counter[bytes]:
    return Counter(line for _, line in _marker_lines(text, size))


def _marker_lines(text: bytes, size: int) -> list[tuple[int, bytes]]:
    """Each line that could be a marker, with its number."""
    pattern = re.compile(rb"^(?:[<>|]{%d,}(?: .*)?|={%d})\r?$" % (size, size), re.M)
    found = []
    number, at = 1, 0
    for match in pattern.finditer(text):
        number += text.count(b"\n", at, match.start())
        at = match.start()
        found.append((number, match[0].removesuffix(b"\r")))
    return found
