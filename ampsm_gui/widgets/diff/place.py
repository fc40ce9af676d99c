"""Finding the same place again: after a layout, a fold, or a newer diff of the file."""

from __future__ import annotations

import re

from ampsm_gui.models.diff.document import DiffDocument
from ampsm_gui.models.diff.lines import PatchLine
from ampsm_gui.models.diff.rows import LINE, DiffRows

#: Lines that a place may have moved by and still be found by its text.
_FAR = 2000

_WORD = re.compile(r"\w+|[^\w\s]+|\s+")


def line_key(document: DiffDocument, rows: DiffRows, row: int) -> PatchLine | None:
    """The first line at or below a row."""
    for kind, left, right in rows.rows[row : row + 200]:
        if kind == LINE:
            return document.lines[right if right >= 0 else left]
    return None


def row_of_line(rows: DiffRows, index: int) -> int | None:
    """The row in which a line of the document stands."""
    if rows.split:
        return next((row for row, (kind, *lines) in enumerate(rows.rows) if kind == LINE and index in lines), None)
    for wanted in ((LINE, index, index), (LINE, index, -1), (LINE, -1, index)):
        if wanted in rows.rows:
            return rows.rows.index(wanted)
    return None


def index_at(rows: DiffRows, row: int) -> int:
    """The line at or below a row, of the new side where there is one; -1 when there is none near."""
    found = (
        max(left, right) if right < 0 else right for kind, left, right in rows.rows[row : row + 200] if kind == LINE
    )
    return next(found, -1)


def nearest_row(document: DiffDocument, rows: DiffRows, wanted: PatchLine) -> int:
    """The row with the same text that is nearest, else the one with the nearest number."""
    lines, number, text = document.lines.raw, wanted.new or wanted.old, wanted.text
    found = [(row, lines[right if right >= 0 else left]) for row, (kind, left, right) in enumerate(rows.rows)
             if kind == LINE and lines[right if right >= 0 else left][3] == text]  # fmt: skip
    near = [(row, line) for row, line in found if abs((line[2] or line[1]) - number) <= _FAR]
    if not near:
        near = [(row, lines[right if right >= 0 else left]) for row, (kind, left, right) in enumerate(rows.rows)
                if kind == LINE]  # fmt: skip
    if not near:
        return 0
    return min(near, key=lambda pair: (abs((pair[1][2] or pair[1][1]) - number), pair[1][0] != wanted.sign))[0]


def word_around(text: str, column: int) -> tuple[int, int]:
    """Where the word at a column begins and ends."""
    for found in _WORD.finditer(text):
        if found.start() <= column < found.end():
            return found.span()
    return column, column
