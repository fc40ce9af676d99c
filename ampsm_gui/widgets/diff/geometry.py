"""Where things stand in a diff: columns of numbers, signs and code, heights of rows."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.diff.document import DiffDocument
from ampsm_gui.models.diff.search import MOST_SHOWN
from ampsm_gui.widgets.diff.line import LineLayouts
from ampsm_gui.widgets.diff.selection import LEFT, RIGHT, UNIFIED

_MARKS = 16  # before the number, kept free for the marks of comments


class Half(NamedTuple):
    """One side of the diff: its place and, from its left edge, where numbers end, the sign stands, code begins."""

    side: int
    left: int
    width: int
    number_end: int
    second_end: int
    sign: int
    code: int

    def code_rect(self, top: int, height: int) -> QRect:
        return QRect(self.left + self.code, top, max(0, self.width - self.code), height)

    def gutter_rect(self, top: int, height: int) -> QRect:
        return QRect(self.left, top, min(self.code, self.width), height)


class Geometry:
    """The measures of one document in a viewport of one width."""

    def __init__(
        self, theme: Theme, layouts: LineLayouts, document: DiffDocument | None, split: bool, width: int
    ) -> None:
        self.row_height = round(layouts.metrics.height()) + theme.px(3)
        self.text_top = theme.px(3) // 2
        digits = max(2, len(str(document.largest_number if document else 0)))
        number = round(digits * layouts.column_width)
        gap, sign = theme.px(8), round(layouts.column_width)
        first = theme.px(_MARKS) + number
        if split:
            middle = width // 2
            code = first + gap + sign + gap
            self.halves: tuple[Half, ...] = (
                Half(LEFT, 0, middle, first, 0, first + gap, code),
                Half(RIGHT, middle + 1, width - middle - 1, first, 0, first + gap, code),
            )
        else:
            second = first + gap + number
            code = second + gap + sign + gap
            self.halves = (Half(UNIFIED, 0, width, first, second, second + gap, code),)
        room = min(half.width - half.code for half in self.halves)
        columns = min(document.columns, MOST_SHOWN) if document else 0
        after = theme.px(200 if document and document.columns > MOST_SHOWN else 24)
        self.text_width = round(columns * layouts.column_width) + after
        self.scroll_range = max(0, self.text_width - room)

    def half_at(self, x: int) -> Half:
        """The side that a place belongs to."""
        return self.halves[-1] if x >= self.halves[-1].left else self.halves[0]
