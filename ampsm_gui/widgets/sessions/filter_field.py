"""The field that filters sessions by words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ampsm_gui.look.theme import Theme

_LONG, _SHORT = "Filter by name, repository or branch", "Filter sessions"


class SessionFilterField(QLineEdit):
    """Shows the key that leads here while it is empty. Esc clears it, then leaves; Down and Enter go to the list."""

    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sessionFilter")
        self.setAccessibleName(_LONG)
        self.setClearButtonEnabled(True)
        self._theme = theme
        self._icon = self.addAction(theme.icon("filter"), QLineEdit.ActionPosition.LeadingPosition)
        theme.changed.connect(self._on_theme_changed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - self._theme.px(72)
        fits = self.fontMetrics().horizontalAdvance(_LONG) <= room
        self.setPlaceholderText(_LONG if fits else _SHORT)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.text() or self.hasFocus():
            return
        px = self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._theme.font("caption")
        side = QFontMetrics(font).height() + px(2)
        key = QRectF(self.width() - side - px(8) + 0.5, (self.height() - side) // 2 + 0.5, side - 1, side - 1)
        painter.setPen(self._theme.color("border.default"))
        painter.drawRoundedRect(key, px(3), px(3))
        painter.setPen(self._theme.color("text.muted"))
        painter.setFont(font)
        painter.drawText(key, Qt.AlignmentFlag.AlignCenter, "/")

    @Slot()
    def _on_theme_changed(self) -> None:
        self._icon.setIcon(self._theme.icon("filter"))
        self.update()
