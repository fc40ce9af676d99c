"""Tables: fitted to the width on a terminal, aligned complete columns in a pipe.

Written by hand rather than with rich: a library that takes longer to import than `list` takes to run is no help here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ampsm_cli.output import Output
from ampsm_cli.style import clean, paint

TableCell = str | tuple[str, str]
_GAP = 2
_SHORTEST = 12


class Column(NamedTuple):
    """`keep`: never shortened. `leave_out`: on a narrow terminal the column with the highest figure goes first; 0 never
    goes."""

    title: str
    right: bool = False
    keep: bool = True
    leave_out: int = 0


def show_table(
    output: Output, columns: Sequence[Column], rows: Iterable[Sequence[TableCell]], *, indent: int = 0
) -> None:
    """Prints the rows below the titles. A cell is its text, or text and style."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    widths = {
        i: max([text_width(column.title), *(text_width(row[i][0]) for row in cells)])
        for i, column in enumerate(columns)
    }
    if output.answer_is_terminal:
        widths = _fitted(columns, widths, output.width - indent)
    on = output.answer_color
    titles = [(column.title, "dim") for column in columns]
    for line in [titles, *cells]:
        parts = []
        for i, width in widths.items():
            text, style = line[i]
            if text_width(text) > width:
                text = shortened(output.without_secrets(text), width)
            padding = " " * (width - text_width(text))
            shown = paint(text, style, on=on)
            parts.append(padding + shown if columns[i].right else shown + padding)
        output.answer((" " * indent + (" " * _GAP).join(parts)).rstrip())


def text_width(text: str) -> int:
    """Columns the text takes on a screen."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def shortened(text: str, width: int) -> str:
    """The text in at most `width` columns, with `…` where it was cut."""
    if text_width(text) <= width:
        return text
    kept = text[: max(0, width - 1)]
    while text_width(kept) > width - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _cell(cell: TableCell) -> tuple[str, str]:
    text, style = (cell, "") if isinstance(cell, str) else cell
    return clean(text), style


def _fitted(columns: Sequence[Column], natural: dict[int, int], width: int) -> dict[int, int]:
    """The columns to show and their widths: the most dispensable are left out until the rest fits, then those that may
    be shortened share what is left."""
    widths = dict(natural)

    def least() -> int:
        return sum(w if columns[i].keep else min(w, _SHORTEST) for i, w in widths.items()) + _GAP * (len(widths) - 1)

    while least() > width:
        dispensable = max(widths, key=lambda i: columns[i].leave_out)
        if not columns[dispensable].leave_out:
            break
        del widths[dispensable]
    excess = sum(widths.values()) + _GAP * (len(widths) - 1) - width
    while excess > 0:
        longest = max((i for i in widths if not columns[i].keep), key=lambda i: widths[i], default=None)
        if longest is None or widths[longest] <= min(_SHORTEST, natural[longest]):
            break
        widths[longest] -= 1
        excess -= 1
    return widths
