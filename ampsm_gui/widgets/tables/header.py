"""The head of a table: the column that sorts has its mark beside the title, which keeps its room."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from ampsm_gui.look.theme import Theme

#: Lengths at 100 %: what is around a title, and its mark with the room between the two.
_PADDING, _MARK, _GAP = 8, 10, 2
SORT_MARK = _MARK + _GAP


class SortHeader(QHeaderView):
    """Draws the mark where the style would draw it over the title. It points down where the largest come first."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme

    def mark_place(self, number: int, rect: QRect) -> QRect:
        """Where the mark of a column is, of a section that is there."""
        px, model = self._theme.px, self.model()
        title = str(model.headerData(number, self.orientation()) or "")
        right = bool(int(model.headerData(number, self.orientation(), Qt.ItemDataRole.TextAlignmentRole) or 0)
                     & int(Qt.AlignmentFlag.AlignRight))  # fmt: skip
        room = min(QFontMetrics(self.font()).horizontalAdvance(title), rect.width()) + px(_PADDING) + px(_GAP)
        place = QRect(rect.topLeft(), QSize(px(_MARK), rect.height()))
        place.moveLeft(max(rect.left(), rect.right() - room - px(_MARK)) if right else rect.left() + room)
        return place

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        super().paintSection(painter, rect, section)
        painter.restore()
        if section == self.sortIndicatorSection():
            down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            place = self.mark_place(section, rect)
            self._theme.paint_icon(painter, place, "chevron-down" if down else "chevron-up", "text.secondary")
