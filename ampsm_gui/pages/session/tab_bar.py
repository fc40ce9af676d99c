"""The bar of the session page's tabs: a title each, and a figure beside it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QCursor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QTabBar, QWidget

from ampsm_gui.look.theme import Theme

_GAP = "  "


def tab_text(title: str, figure: int | None) -> str:
    """What stands on a tab: its title, and the figure if there is one."""
    return title if figure is None else f"{title}{_GAP}{figure:,}"


class TabBar(QTabBar):
    """Figures after a title stand in caption and muted. Narrow: without figures, titles closer together."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._narrow = False
        self.setExpanding(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setUsesScrollButtons(True)

    def set_narrow(self, narrow: bool) -> None:
        if narrow != self._narrow:
            self._narrow = narrow
            for index in range(self.count()):
                self.setTabText(index, self.tabText(index))  # makes it lay out its tabs again
            self.updateGeometry()
            self.update()

    def tabSizeHint(self, index: int) -> QSize:
        title, figure = self._words(index)
        bold, small = QFontMetrics(self._theme.font("body", 600)), QFontMetrics(self._theme.font("caption"))
        figures = self._theme.px(6) + small.horizontalAdvance(figure) if figure else 0
        around = self._theme.px(14 if self._narrow else 20)
        return QSize(bold.horizontalAdvance(title) + figures + around, self._theme.f + self._theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        under = self.mapFromGlobal(QCursor.pos())
        for index in range(self.count()):
            self._paint_tab(painter, index, hovered=self.underMouse() and self.tabRect(index).contains(under))

    def _paint_tab(self, painter: QPainter, index: int, *, hovered: bool) -> None:
        theme, area = self._theme, self.tabRect(index)
        current = index == self.currentIndex()
        title, figure = self._words(index)
        words, small = theme.font("body", 600 if current else 400), theme.font("caption")
        width = QFontMetrics(words).horizontalAdvance(title)
        gap = theme.px(6) if figure else 0
        whole = width + gap + QFontMetrics(small).horizontalAdvance(figure)
        left = area.left() + (area.width() - whole) // 2
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(words)
        painter.setPen(theme.color("text.primary" if current or hovered else "text.secondary"))
        painter.drawText(QRect(left, area.top(), width + 2, area.height()), middle, title)
        if figure:
            painter.setFont(small)
            painter.setPen(theme.color("text.muted"))
            painter.drawText(QRect(left + width + gap, area.top(), area.width(), area.height()), middle, figure)
        if current:
            thick = theme.px(2)
            line = QRect(left - theme.px(2), area.bottom() + 1 - thick, whole + theme.px(4), thick)
            painter.fillRect(line, theme.color("accent.focus"))
            if self.hasFocus():
                painter.setPen(QPen(theme.color("accent.focus"), thick))
                ring = area.adjusted(theme.px(2), theme.px(3), -theme.px(2), -theme.px(4))
                painter.drawRoundedRect(ring, theme.px(4), theme.px(4))

    def _words(self, index: int) -> tuple[str, str]:
        title, _gap, figure = self.tabText(index).partition(_GAP)
        return title, "" if self._narrow else figure
