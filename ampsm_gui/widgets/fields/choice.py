"""Choices that fold out: their list shows every row, and every row whole."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

_ROWS = 24


class ChoiceBox(QComboBox):
    """A combo box whose list is as wide as its longest row, as far as the screen is, and shows 24 rows before it
    scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxVisibleItems(_ROWS)

    def showPopup(self) -> None:
        view = self.view()
        scrolls = self.count() > self.maxVisibleItems()
        bar = view.verticalScrollBar().sizeHint().width() if scrolls else 0
        widest = view.sizeHintForColumn(self.modelColumn()) + 2 * view.frameWidth() + bar
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.setMinimumWidth(min(widest, self.screen().availableGeometry().width()))
        super().showPopup()
