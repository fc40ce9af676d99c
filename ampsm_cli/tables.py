"""Tables: fitted to the width on a terminal, aligned plain columns in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ampsm_cli.output import Output
from ampsm_cli.style import clean

Cell = str | tuple[str, str]
_GAP = 2
_SHORTEST = 8


class Column(NamedTuple):
    """`keep`: never shortened. `leave_out`: on a narrow terminal the column with the highest figure goes first; 0 never
    goes."""

    title: str
    right: bool = False
    keep: bool = True
    leave_out: int = 0


def show_table(output: Output, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, indent: int = 0) -> None:
    """Prints the rows below the titles. A cell is its text, or text and style."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    if output.answer_is_terminal and output.can_move:
        _show_fitted(output, columns, cells, indent)
        return
    lines = [[column.title for column in columns], *([text for text, _ in row] for row in cells)]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(columns))]
    for line in lines:
        parts = []
        for column, text, width in zip(columns, line, widths, strict=True):
            padding = " " * (width - _width(text))
            parts.append(padding + text if column.right else text + padding)
        output.answer((" " * indent + (" " * _GAP).join(parts)).rstrip())


def _cell(cell: Cell) -> tuple[str, str]:
    text, style = (cell, "") if isinstance(cell, str) else cell
    return clean(text), style


def _width(text: str) -> int:
    """Columns the text takes on a screen."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _show_fitted(
    output: Output, columns: Sequence[Column], cells: list[list[tuple[str, str]]], indent: int
) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, no_color=not output.answer_color, highlight=False, markup=False, emoji=False)
    shown = _that_fit(columns, cells, console.width - indent)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim" if output.answer_color else "")
    for i in shown:
        column = columns[i]
        table.add_column(
            Text(column.title), justify="right" if column.right else "left", no_wrap=True, overflow="ellipsis",
            min_width=_natural(i, columns, cells) if column.keep else min(_SHORTEST, _natural(i, columns, cells)),
        )
    for row in cells:
        table.add_row(*(Text(row[i][0], style=row[i][1] if output.answer_color else "") for i in shown))
    if indent:
        from rich.padding import Padding

        console.print(Padding(table, (0, 0, 0, indent)))
    else:
        console.print(table)


def _natural(i: int, columns: Sequence[Column], cells: list[list[tuple[str, str]]]) -> int:
    return max([_width(columns[i].title), *(_width(row[i][0]) for row in cells)])


def _that_fit(columns: Sequence[Column], cells: list[list[tuple[str, str]]], width: int) -> list[int]:
    """Indexes of the columns to show: the most dispensable are left out until the rest fits."""
    shown = list(range(len(columns)))

    def needed() -> int:
        least = [
            _natural(i, columns, cells) if columns[i].keep else min(_SHORTEST * 2, _natural(i, columns, cells))
            for i in shown
        ]
        return sum(least) + _GAP * (len(shown) - 1)

    while needed() > width:
        dispensable = max(shown, key=lambda i: columns[i].leave_out)
        if not columns[dispensable].leave_out:
            break
        shown.remove(dispensable)
    return shown
