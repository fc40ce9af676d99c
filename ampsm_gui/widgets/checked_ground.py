"""The ground of images, which shows where they let light through."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter

from ampsm_gui.look.theme import Theme

_CHECK = 8  # px at 100 %


def paint_checks(painter: QPainter, frame: QRect, theme: Theme, origin: QPoint, token: str = "surface.sunken") -> None:
    """Fills a frame with checks that are counted from `origin`."""
    check = theme.px(_CHECK)
    painter.fillRect(frame, theme.color("surface.base"))
    painter.save()
    painter.setClipRect(frame)
    color = theme.color(token)
    first = (frame.top() - origin.y()) // check
    for row in range(first, (frame.bottom() - origin.y()) // check + 1):
        top, left = origin.y() + row * check, origin.x() + check * (row % 2)
        while left <= frame.right():
            painter.fillRect(left, top, check, check, color)
            left += 2 * check
    painter.restore()
