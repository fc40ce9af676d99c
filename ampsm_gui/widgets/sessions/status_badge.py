"""A status in a page header: tint, shape and word."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ampsm_gui.look.status import StatusLook
from ampsm_gui.look.theme import Theme


class StatusBadge(QWidget):
    """Shows one status; takes no room while it has none. In rows the shape and the word stand without a tint."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look: StatusLook | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def set_look(self, look: StatusLook | None) -> None:
        """Shows another status."""
        if look == self._look:
            return
        self._look = look
        self.setAccessibleName(look.word if look else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._look is None:
            return QSize(0, 0)
        words = QFontMetrics(self._theme.font("body", 500))
        width = words.horizontalAdvance(self._look.word) + self._theme.px(12) + self._theme.px(21)
        return QSize(width, words.height() + self._theme.px(4))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._look is None:
            return
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._look.tint))
        painter.drawRoundedRect(self.rect(), theme.px(4), theme.px(4))
        side = theme.px(12)
        glyph = QRect(theme.px(7), (self.height() - side) // 2, side, side)
        theme.paint_icon(painter, glyph, self._look.glyph, self._look.token)
        painter.setPen(theme.color(self._look.token))
        painter.setFont(theme.font("body", 500))
        words = self.rect().adjusted(glyph.right() + 1 + theme.px(6), 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._look.word)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
