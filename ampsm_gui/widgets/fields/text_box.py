"""A box for a few lines of text, with a fixed height."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ampsm_gui.look.theme import Theme


class TextBox(QPlainTextEdit):
    """Plain text; Tab leaves it. It asks for the height of `lines` lines and takes more where there is room."""

    def __init__(self, theme: Theme, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = lines
        self.setTabChangesFocus(True)
        theme.changed.connect(self._on_theme_changed)

    def set_lines(self, lines: int) -> None:
        """Asks for another height."""
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(240), self._height(self._lines))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self._height(self._lines))

    def _height(self, lines: int) -> int:
        margins = round(2 * self.document().documentMargin()) + self._theme.px(16)
        return self.fontMetrics().lineSpacing() * lines + margins

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
