"""The header of the section whose rows are at the top of the console, while its own row is above."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ampsm_gui.models.console.row_places import RowPlace
from ampsm_gui.widgets.console.delegate import ConsoleDelegate


class StickyHeader(QWidget):
    """Looks as the header's row does; a click goes to that."""

    clicked = Signal()

    def __init__(self, delegate: ConsoleDelegate, parent: QWidget) -> None:
        super().__init__(parent)
        self._delegate = delegate
        self.place: RowPlace | None = None
        self.hide()

    def show_section(self, place: RowPlace | None) -> None:
        """The section that a row belongs to; none for None."""
        self.place = place
        self.setVisible(place is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.place is not None:
            painter = QPainter(self)
            self._delegate.paint_header(painter, self.rect(), self.place)
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()
