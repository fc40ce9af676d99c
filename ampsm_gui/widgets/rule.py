"""A line of one pixel between two parts."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ampsm_gui.look.theme import Theme


class Rule(QWidget):
    """`token` is its colour."""

    def __init__(self, theme: Theme, parent: QWidget, token: str = "border.subtle") -> None:
        super().__init__(parent)
        self._theme = theme
        self._token = token
        self.setFixedHeight(1)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color(self._token))
