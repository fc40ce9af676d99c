"""Finding what somebody else has put in the place of each conflict of a text (SPEC section 12, proposals).

What is between the conflicts is laid on the other text by git's own line diff. A conflict whose neighbours are as they
were has what stands between them; where these were changed as well, nobody can tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ampsm.git.content.text_patch import text_patch
from ampsm.model.conflicts import HunkKind
from ampsm.workflows.finishing.merge.conflicts.hunks import Region, ThreeWay, composed

_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


def texts_between(three: ThreeWay, other: bytes) -> Mapping[int, bytes | None]:
    """What the other text has for each conflict, by its number; None where that cannot be told. Raises GitError."""
    kept, gaps = list[bytes](), dict[int, int]()
    for part in three.parts:
        if isinstance(part, Region) and part.kind is HunkKind.CONFLICT:
            gaps[part.n] = len(kept)
        else:
            kept += _lines(part if isinstance(part, bytes) else composed(ThreeWay((part,)), {}))
    lines = _lines(other)
    changes = _changes(b"".join(kept), other)
    bounds = [-1, *gaps.values(), len(kept) + 1]
    return {
        n: _text_at(gap, bounds[place] + 1, bounds[place + 2] - 1, kept, lines, changes)
        for place, (n, gap) in enumerate(gaps.items())
    }  # fmt: skip


def _text_at(
    gap: int, first: int, last: int, kept: list[bytes], lines: list[bytes], changes: list[tuple[int, int, int, int]]
) -> bytes | None:
    """What stands at a gap between two kept lines; changes from `first` to `last` may be about it. An insertion beside
    it is one at it, when the lines between are the same wherever it is made."""
    near = [change for change in changes if change[0] <= last and change[0] + change[1] >= first]
    for old, old_count, new, new_count in near:
        if old_count:
            if old <= gap <= old + old_count:
                return None
            continue
        shift = gap - old
        at = new + shift
        if shift >= 0 and kept[old:gap] == lines[new:at]:
            return b"".join(lines[at : at + new_count])
        if shift < 0 and kept[gap:old] == lines[at + new_count : new + new_count]:
            return b"".join(lines[at : at + new_count])
    return b"" if all(old + count < gap or old > gap for old, count, _, _ in near) else None


def _changes(old: bytes, new: bytes) -> list[tuple[int, int, int, int]]:
    """The changes of a patch: (first old line, how many, first new line, how many), counted from 0."""
    found = []
    for match in _HUNK.finditer(text_patch(old, new, 0)):
        old_at, old_count, new_at, new_count = (1 if part is None else int(part) for part in match.groups())
        found.append((old_at - bool(old_count), old_count, new_at - bool(new_count), new_count))
    return found


def _lines(text: bytes) -> list[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+", text)
