"""What a cell of a table shows, in words of the design: one answer of a model for everything that paints it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt

#: The role under which a model gives its `Cell`.
CELL_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class Cell(NamedTuple):
    """One cell; names of icons, colours and type roles are the theme's.

    `note` stands behind the text, smaller and quieter. `middle` loses its middle where there is no room (paths), else
    the end goes. `bar` is a share from 0 to 1 of the room left of a figure. `rail` draws a line through the cell's
    glyph: up, down, or both. `link` says that a click does something. `value` is what a figure is sorted by.
    """

    text: str = ""
    token: str = "text.primary"
    glyph: str = ""
    glyph_token: str = ""
    note: str = ""
    note_token: str = "text.secondary"
    font: str = "body"
    weight: int = 400
    right: bool = False
    middle: bool = False
    indent: int = 0
    bar: float | None = None
    rail: tuple[bool, bool] | None = None
    link: bool = False
    tip: str = ""
    value: float | None = None

    @property
    def words(self) -> str:
        """Everything it says."""
        return f"{self.text} {self.note}".strip()


class TableColumn(NamedTuple):
    """A column: its `key` for remembering it, its title and its width at 100 %; one of a table takes what is left."""

    key: str
    title: str
    width: int
    right: bool = False
    tip: str = ""
