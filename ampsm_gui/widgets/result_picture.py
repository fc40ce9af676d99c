"""An image that a tool gave, on the checked ground, at most in its own size."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.results.pixels import SmallPicture
from ampsm_gui.widgets.checked_ground import paint_checks


class ResultPicture(QWidget):
    """Takes the focus, as a text would."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture: SmallPicture | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)

    def set_picture(self, picture: SmallPicture, note: str) -> None:
        """Shows an image; `note` says what it is to those who do not see it."""
        self._picture = picture
        self.setAccessibleName(f"Image, {note}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_checks(painter, self.rect(), self._theme, QPoint(0, 0))
        if self._picture is not None:
            gap = self._theme.px(8)
            room, size = self.rect().adjusted(gap, gap, -gap, -gap), self._picture.size
            if size.width() > room.width() or size.height() > room.height():
                size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(QPoint(0, 0), size)
            place.moveCenter(room.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._picture.image)
        painter.end()
