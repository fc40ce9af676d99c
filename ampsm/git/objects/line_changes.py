"""The edit script between two texts, as git's line diff finds it."""

from __future__ import annotations

import re

from ampsm.model.record import record

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@record
class LineChange:
    """`old_count` lines from `old_start` become `new_count` lines from `new_start`; the first line is 0. Either count
    may be 0; between two changes there is at least one line that both have."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int


def changes_of_patch(patch: bytes) -> list[LineChange]:
    """The changes in a patch of one file, however many lines of context it has."""
    found: list[LineChange] = []
    old = new = 0
    inside = False  # of a change: the last line was not common to both
    in_hunks = False
    for line in patch.split(b"\n"):
        if header := _HUNK.match(line):
            old, new = (_lines_before(*header.group(n, n + 1)) for n in (1, 3))
            inside, in_hunks = False, True
            continue
        sign = line[:1]
        if not in_hunks or sign not in (b" ", b"-", b"+"):
            continue
        if sign == b" ":
            old, new, inside = old + 1, new + 1, False
            continue
        before = found.pop() if inside else LineChange(old, 0, new, 0)
        removed, added = int(sign == b"-"), int(sign == b"+")
        found.append(
            LineChange(before.old_start, before.old_count + removed, before.new_start, before.new_count + added)
        )
        old, new, inside = old + removed, new + added, True
    return found


def _lines_before(start: bytes, count: bytes | None) -> int:
    """How many lines come before a range of a hunk's header, which counts from 1 but an empty range from 0."""
    return int(start) if count == b"0" else int(start) - 1
