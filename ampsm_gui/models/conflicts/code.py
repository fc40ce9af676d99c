"""Lines of code as they are painted beside each other."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from ampsm_gui.models.diff.syntax import Coloured
from ampsm_gui.models.diff.words import Span


class CodeLine(NamedTuple):
    """A line without its end; `number` 0 is not shown. `marks` are the words that differ. `tone` is what it stands for:
    nothing, `apart` for lines that differ as a whole, `quiet` for lines around a change, `change` for those of one
    side, `conflict` for those in conflict."""

    number: int
    text: str
    marks: tuple[Span, ...] = ()
    colours: tuple[Coloured, ...] = ()
    tone: str = ""


class CodeRows(Protocol):
    """Rows of lines in columns; None: nothing stands there."""

    @property
    def rows(self) -> int: ...

    @property
    def columns(self) -> int: ...

    @property
    def largest_number(self) -> int: ...

    @property
    def widest(self) -> int:
        """How many signs the longest line has, about."""
        ...

    def line(self, row: int, column: int) -> CodeLine | None: ...


class Beside:
    """Columns of lines that are all known."""

    def __init__(self, *columns: list[CodeLine]) -> None:
        self._columns = columns
        self.columns = len(columns)
        self.rows = max(map(len, columns), default=0)
        self.largest_number = max((line.number for lines in columns for line in lines), default=0)
        self.widest = max((len(line.text) for lines in columns for line in lines), default=0)

    def line(self, row: int, column: int) -> CodeLine | None:
        """The line that stands there."""
        lines = self._columns[column]
        return lines[row] if row < len(lines) else None


def lines_of(text: str) -> list[str]:
    """The lines of a text, without their ends; a carriage return is a part of an end."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines]
