"""Finding the same place again: after a layout, a fold, or a newer diff of the file."""

from __future__ import annotations

import re

from ampsm_gui.models.diff_document import DiffDocument
from ampsm_gui.models.diff_patch import PatchLine
from ampsm_gui.models.diff_rows import LINE, DiffRows

_WORD = re.compile(r"\w+|[^\w\s]+|\s+")


def line_key(document: DiffDocument, rows: DiffRows, row: int) -> PatchLine | None:
    """The first line at or below a row."""
    for kind, left, right in rows.rows[row : row + 200]:
        if kind == LINE:
            return document.lines[right if right >= 0 else left]
    return None


def nearest_row(document: DiffDocument, rows: DiffRows, wanted: PatchLine) -> int:
    """The row whose line has the same text and is nearest, else the one with the nearest number."""
    number, best, best_distance = wanted.new or wanted.old, 0, float("inf")
    for row, (kind, left, right) in enumerate(rows.rows):
        if kind != LINE:
            continue
        line = document.lines[right if right >= 0 else left]
        distance: float = abs((line.new or line.old) - number) + (0 if line.text == wanted.text else 400)
        distance += 0.0 if line.sign == wanted.sign else 0.5
        if distance < best_distance:
            best, best_distance = row, distance
    return best


def word_around(text: str, column: int) -> tuple[int, int]:
    """Where the word at a column begins and ends."""
    for found in _WORD.finditer(text):
        if found.start() <= column < found.end():
            return found.span()
    return column, column
