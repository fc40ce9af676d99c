"""What is selected in a diff: a run of text on one side, and its code without signs and numbers."""

from __future__ import annotations

from typing import NamedTuple

from ampsm_gui.models.diff.document import DiffDocument
from ampsm_gui.models.diff.lines import PatchLine
from ampsm_gui.models.diff.rows import LINE, DiffRows

UNIFIED, LEFT, RIGHT = 0, 1, 2


class TextPlace(NamedTuple):
    """A place in the text: row of the layout, column in the line."""

    row: int
    column: int


class Selection(NamedTuple):
    """From where to where; `side` is the half it lies in, side by side."""

    side: int
    anchor: TextPlace
    caret: TextPlace

    @property
    def first(self) -> TextPlace:
        return min(self.anchor, self.caret)

    @property
    def last(self) -> TextPlace:
        return max(self.anchor, self.caret)

    @property
    def empty(self) -> bool:
        return self.anchor == self.caret

    def span(self, row: int, length: int) -> tuple[int, int] | None:
        """The selected columns of a row; one more than its length where the line break is selected, too."""
        first, last = self.first, self.last
        if self.empty or not first.row <= row <= last.row:
            return None
        start = first.column if row == first.row else 0
        end = last.column if row == last.row else length + 1
        return (start, end) if start < end else None


def line_at(rows: DiffRows, row: int, side: int) -> int:
    """The index of the line in a row as a side has it; -1 for a filler or a fold."""
    if not 0 <= row < len(rows.rows):
        return -1
    kind, left, right = rows.rows[row]
    if kind != LINE:
        return -1
    if side == UNIFIED:
        return right if right >= 0 else left
    return left if side == LEFT else right


def selected_text(document: DiffDocument, rows: DiffRows, selection: Selection) -> str:
    """The code that is selected, whole even where a line is cut on the screen."""
    found = []
    for row in range(selection.first.row, selection.last.row + 1):
        index = line_at(rows, row, selection.side)
        if index < 0:
            continue
        text = document.lines[index].text.removesuffix("\r")
        span = selection.span(row, len(text))
        found.append(text[span[0] : span[1]] if span else "")
    return "\n".join(found)


def carried(selection: Selection, old: tuple[DiffDocument, DiffRows], new: tuple[DiffDocument, DiffRows]
            ) -> Selection | None:  # fmt: skip
    """The same selection in a newer diff of the file; None when its lines are not there any more."""
    if old[1].split != new[1].split:
        return None
    places = []
    for place in (selection.anchor, selection.caret):
        if place.row >= len(old[1].rows):
            places.append(TextPlace(len(new[1].rows), 0))
            continue
        index = line_at(old[1], place.row, selection.side)
        row = row_like(*new, old[0].lines[index], selection.side) if index >= 0 else None
        if row is None:
            return None
        places.append(TextPlace(row, place.column))
    return Selection(selection.side, *places)


def row_like(document: DiffDocument, rows: DiffRows, line: PatchLine, side: int) -> int | None:
    """The row with a line of the same text and sign, of several the one with the nearest number."""
    lines, best, best_distance = document.lines.raw, None, 0
    for row in range(len(rows.rows)):
        index = line_at(rows, row, side)
        if index >= 0 and lines[index][3] == line.text and lines[index][0] == line.sign:
            distance = abs((lines[index][2] or lines[index][1]) - (line.new or line.old))
            if best is None or distance < best_distance:
                best, best_distance = row, distance
    return best
