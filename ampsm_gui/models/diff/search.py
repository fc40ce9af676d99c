"""All lines as one text, so that a search in a hundred thousand of them is not felt."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence

#: Characters of a line that are searched: those the view shows.
MOST_SHOWN = 4000


class LineText:
    """Where words stand in lines, whatever their case. Columns are those of the lines."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._starts = array("q")
        at = 0
        parts = []
        for line in lines:
            part = lowered(line[:MOST_SHOWN])
            self._starts.append(at)
            parts.append(part)
            at += len(part) + 1
        self._text = "\n".join(parts)

    def find(self, words: str, most: int) -> list[tuple[int, int]]:
        """Line and column of at most so many places."""
        wanted = lowered(words)
        found: list[tuple[int, int]] = []
        at = self._text.find(wanted) if wanted else -1
        while at >= 0 and len(found) < most:
            line = bisect_right(self._starts, at) - 1
            found.append((line, at - self._starts[line]))
            at = self._text.find(wanted, at + len(wanted))
        return found


def lowered(text: str) -> str:
    """In lower case, with as many characters as before."""
    found = text.lower()
    if len(found) == len(text):
        return found
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)
