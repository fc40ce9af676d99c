"""The fact of a step in the little room below its name: two lines at most, and a commit at its end is never cut."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

_COMMIT = re.compile(r"[0-9a-f]{7,40}")


def fact_lines(fact: str, metrics: QFontMetrics, room: int) -> list[str]:
    """One line where the fact fits, else two; what does not fit there loses its end, or its middle before a commit."""
    if metrics.horizontalAdvance(fact) <= room:
        return [fact]
    words = fact.split(" ")
    if len(words) > 1 and _COMMIT.fullmatch(words[-1]):
        return [metrics.elidedText(" ".join(words[:-1]), Qt.TextElideMode.ElideMiddle, room), words[-1]]
    first = next(
        (many for many in range(len(words) - 1, 0, -1) if metrics.horizontalAdvance(" ".join(words[:many])) <= room), 0
    )
    if not first:
        return [metrics.elidedText(fact, Qt.TextElideMode.ElideRight, room)]
    rest = " ".join(words[first:])
    return [" ".join(words[:first]), metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room)]
