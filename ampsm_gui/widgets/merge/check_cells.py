"""How a row of the checks is laid out and painted: its message takes the lines that it needs, its cures stand beside
these or below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyleOptionViewItem

from ampsm_gui.look.plain import in_order
from ampsm_gui.models.tables.cells import CELL_ROLE, Cell
from ampsm_gui.widgets.tables.delegate import PADDING, CellDelegate

#: The column with the message.
MESSAGE = 1
_MOST_LINES = 3


class CheckRowLayout(NamedTuple):
    """The `lines` of a message, how high they are with the room around them, and the whole row with its buttons."""

    lines: tuple[str, ...]
    words: int
    high: int
    beside: bool


class CheckDelegate(CellDelegate):
    """Title and word stand beside the first line of the message."""

    _places: Sequence[CheckRowLayout] = ()

    def set_places(self, places: Sequence[CheckRowLayout]) -> None:
        """How the rows are laid out now."""
        self._places = places

    def place(self, message: str, room: int, buttons: tuple[int, int] | None) -> CheckRowLayout:
        """A row whose message has so much room; `buttons` are how wide and high its cures are."""
        font, metrics = self._font("body", 400)
        room -= 2 * self._theme.px(PADDING)
        text = in_order(message)
        wide, high = buttons or (0, 0)
        if buttons and metrics.horizontalAdvance(text) + self._theme.px(PADDING) + wide <= room:
            both = max(self.row_height(), high)
            return CheckRowLayout((text,), both, both, True)
        lines = wrapped(text, font, room, _MOST_LINES)
        words = self.row_height() + (len(lines) - 1) * metrics.lineSpacing()
        return CheckRowLayout(lines, words, words + high, False)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        cell, row = index.data(CELL_ROLE), index.row()
        if not isinstance(cell, Cell) or row >= len(self._places):
            return
        place, rect = self._places[row], QRect(option.rect)  # type: ignore[attr-defined, unused-ignore]
        self._paint_ground(painter, option, rect)
        line = self._font("body", 400)[1].lineSpacing()
        first = place.words - (len(place.lines) - 1) * line
        if index.column() != MESSAGE:
            option.rect = QRect(rect.left(), rect.top(), rect.width(), first)  # type: ignore[attr-defined, unused-ignore]
            self._paint_cell(painter, option.rect, cell)  # type: ignore[attr-defined, unused-ignore]
            return
        padding = self._theme.px(PADDING)
        for at, text in enumerate(place.lines):
            where = QRect(rect.left() + padding, rect.top() + at * line, rect.width() - 2 * padding, first - 1)
            self._paint_text(painter, where, text, (cell.font, cell.weight), cell.token, False)


def wrapped(text: str, font: QFont, room: int, most: int) -> tuple[str, ...]:
    """The lines of a text in so much room; of more than `most` the last one loses its end."""
    metrics = QFontMetrics(font)
    if room <= 0 or metrics.horizontalAdvance(text) <= room:
        return (text,)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout = QTextLayout(text, font)
    layout.setTextOption(option)
    layout.beginLayout()
    starts = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(room)
        starts.append(line.textStart())
    layout.endLayout()
    units = text.encode("utf-16-le")
    pieces = [
        units[2 * begin : 2 * end if end is not None else None].decode("utf-16-le", "replace").strip()
        for begin, end in zip(starts, [*starts[1:], None], strict=True)
    ]
    if len(pieces) <= most:
        return tuple(pieces)
    rest = units[2 * starts[most - 1] :].decode("utf-16-le", "replace")
    return (*pieces[: most - 1], metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room))
