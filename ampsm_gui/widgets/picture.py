"""A window with a dialog over it as one picture, as a screen would show the two."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

_DIMMED = QColor(0, 0, 0, 90)


def picture_of_both(window: QWidget, dialog: QWidget) -> QPixmap:
    """The window, dimmed, with the dialog in its middle; as large as the window."""
    picture = window.grab()
    painter = QPainter(picture)
    painter.fillRect(window.rect(), _DIMMED)
    place = QPoint((window.width() - dialog.width()) // 2, (window.height() - dialog.height()) // 2)
    painter.drawPixmap(place, dialog.grab())
    painter.end()
    return picture
