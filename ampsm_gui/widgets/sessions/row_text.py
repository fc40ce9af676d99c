"""Text of rows, laid out once and kept: a thousand cells are painted while somebody scrolls."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStaticText

from ampsm_gui.look.plain import in_order

_KEPT = 3000  # texts; then all are forgotten


class Face:
    """One font with what was laid out in it."""

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._metrics = QFontMetrics(font)
        self.height = self._metrics.height()
        self._texts: dict[str, tuple[QStaticText, int]] = {}
        self._cut: dict[tuple[str, int, Qt.TextElideMode], str] = {}

    def width(self, words: str) -> int:
        """How wide the words are when nothing is cut."""
        return self._laid_out(words)[1]

    def paint_left(
        self,
        painter: QPainter,
        rect: QRect,
        words: str,
        color: QColor,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> int:
        """Words from the left, in the middle of the height, cut to the room there is; how wide they came out."""
        room = rect.width()
        if room <= 0 or not words:
            return 0
        text, wide = self._laid_out(words)
        if wide > room:
            text, _ = self._laid_out(self._elided(words, room, elide))
            wide = room
        self._paint(painter, rect, rect.left(), text, color)
        return wide

    def paint_right(self, painter: QPainter, rect: QRect, words: str, color: QColor) -> int:
        """Words at the right end; how wide they came out."""
        room = rect.width()
        if room <= 0 or not words:
            return 0
        text, wide = self._laid_out(words)
        if wide > room:
            text, wide = self._laid_out(self._elided(words, room, Qt.TextElideMode.ElideRight))
        self._paint(painter, rect, rect.right() + 1 - wide, text, color)
        return wide

    def _paint(self, painter: QPainter, rect: QRect, left: int, text: QStaticText, color: QColor) -> None:
        painter.setFont(self._font)
        painter.setPen(color)
        high = round(text.size().height())  # more than that of the font where other fonts help out
        painter.drawStaticText(QPoint(left, rect.top() + (rect.height() - high + 1) // 2), text)

    def _laid_out(self, words: str) -> tuple[QStaticText, int]:
        key = words
        found = self._texts.get(key)
        if found is None:
            if len(self._texts) >= _KEPT:
                self._texts.clear()
            words = in_order(words)
            text = QStaticText(words)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            text.prepare(font=self._font)
            found = self._texts[key] = (text, self._metrics.horizontalAdvance(words))
        return found

    def _elided(self, words: str, room: int, elide: Qt.TextElideMode) -> str:
        key = (words, room, elide)
        found = self._cut.get(key)
        if found is None:
            if len(self._cut) >= _KEPT:
                self._cut.clear()
            found = self._cut[key] = self._metrics.elidedText(in_order(words), elide, room)
        return found
