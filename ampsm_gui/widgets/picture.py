"""A window with a dialog over it as one picture, as a screen would show the two."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QWidget

_PADDING = 7
_DIMMED = QColor(0, 0, 0, 90)


def picture_of_both(window: QWidget, dialog: QWidget) -> QPixmap:
    """The window, dimmed, with the dialog and its title in its middle; as large as the window."""
    picture = window.grab()
    painter = QPainter(picture)
    painter.fillRect(window.rect(), _DIMMED)
    bar = QRect(0, 0, dialog.width(), dialog.fontMetrics().height() + 2 * _PADDING)
    bar.moveTo((window.width() - bar.width()) // 2, max(0, (window.height() - dialog.height() - bar.height()) // 2))
    painter.fillRect(bar, dialog.palette().color(QPalette.ColorRole.Window))
    painter.setPen(dialog.palette().color(QPalette.ColorRole.WindowText))
    painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, dialog.windowTitle())
    painter.drawPixmap(bar.bottomLeft() + QPoint(0, 1), dialog.grab())
    painter.end()
    return picture
