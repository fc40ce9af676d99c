"""Fonts, lengths and colours for the console's rows, looked up once: a window full of rows asks for a thousand."""

from __future__ import annotations

import re

from PySide6.QtCore import QObject, QRect, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from ampsm_gui.look.plain import in_order
from ampsm_gui.look.theme import Theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
AT_END = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class RowPen(QObject):
    """What the theme has, kept until it changes; and lines of text as rows write them."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fonts: dict[tuple[str, int], tuple[QFont, QFontMetrics]] = {}
        self._lengths: dict[float, int] = {}
        self._colors: dict[str, QColor] = {}
        theme.changed.connect(self._on_theme_changed)

    def font(self, role: str, weight: int = 400) -> tuple[QFont, QFontMetrics]:
        """The font of a role, and its measures."""
        found = self._fonts.get((role, weight))
        if found is None:
            font = self._theme.font(role, weight)
            found = self._fonts[role, weight] = (font, QFontMetrics(font))
        return found

    def px(self, pixels: float) -> int:
        """As the theme's."""
        found = self._lengths.get(pixels)
        if found is None:
            found = self._lengths[pixels] = self._theme.px(pixels)
        return found

    def color(self, token: str) -> QColor:
        """As the theme's."""
        found = self._colors.get(token)
        if found is None:
            found = self._colors[token] = self._theme.color(token)
        return found

    def icon(self, painter: QPainter, left: int, line: QRect, side: int, name: str, token: str) -> None:
        """Paints an icon, `side` px large, in the middle of a line."""
        size = self.px(side)
        self._theme.paint_icon(painter, QRect(left, line.center().y() - size // 2, size, size), name, token)

    def write(
        self, painter: QPainter, rect: QRect, words: str, role: str, token: str, weight: int = 400, right: bool = False,
        hits: tuple[re.Pattern[str], QColor] | None = None, middle: bool = False,
    ) -> int:  # fmt: skip
        """Paints a line, its end (or its middle) cut off where there is no room, with what a search has found on a
        ground; how wide it is."""
        font, metrics = self.font(role, weight)
        words = in_order(words[:2000]).replace("\n", " ")
        cut = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        words = metrics.elidedText(words, cut, max(0, rect.width()))
        if hits is not None:
            for hit in hits[0].finditer(words):
                start = rect.left() + metrics.horizontalAdvance(words[: hit.start()])
                wide = metrics.horizontalAdvance(hit[0])
                spot = QRect(start, rect.center().y() - metrics.height() // 2, wide, metrics.height())
                painter.fillRect(spot, hits[1])
        painter.setFont(font)
        painter.setPen(self.color(token))
        painter.drawText(rect, AT_END if right else LEFT, words)
        return min(rect.width(), metrics.horizontalAdvance(words))

    @Slot()
    def _on_theme_changed(self) -> None:
        self._fonts.clear()
        self._lengths.clear()
        self._colors.clear()
