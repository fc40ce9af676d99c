"""The bar of the session page's tabs: a title each, and a figure beside it."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QCursor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QTabBar, QWidget

from ampsm_gui.look.theme import Theme


class Fit(IntEnum):
    """How tabs fit themselves into the room they have, the roomiest first."""

    FIGURES = 0
    TITLES = 1
    CLOSE = 2  # titles closer together
    CUT = 3  # the longest titles lose their ends


_GAP = "  "
#: Room around the words of a tab, in px at 100 %.
_AROUND = {Fit.FIGURES: 20, Fit.TITLES: 14, Fit.CLOSE: 8, Fit.CUT: 8}


def tab_text(title: str, figure: int | None) -> str:
    """What stands on a tab: its title, and the figure if there is one."""
    return title if figure is None else f"{title}{_GAP}{figure:,}"


class TabBar(QTabBar):
    """Figures after a title stand in caption and muted; where there is less room, titles alone, and closer together."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fit = Fit.FIGURES
        self._longest = 0  # of a title that is cut, in pixels
        self.setExpanding(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setUsesScrollButtons(True)

    def set_fit(self, fit: Fit, room: int) -> None:
        """Lays the tabs out so; `room` is what those have that are cut."""
        longest = self._longest_in(room) if fit is Fit.CUT else 0
        if (fit, longest) != (self._fit, self._longest):
            self._fit, self._longest = fit, longest
            for index in range(self.count()):
                self.setTabText(index, self.tabText(index))  # makes it lay out its tabs again
            self.updateGeometry()
            self.update()

    def width_of(self, fit: Fit) -> int:
        """What all tabs take that are laid out so and not cut."""
        metrics = self._metrics()
        return sum(self._width(index, fit, metrics) for index in range(self.count()))

    def tabSizeHint(self, index: int) -> QSize:
        width = self._width(index, self._fit, self._metrics(), self._longest)
        return QSize(width, self._theme.f + self._theme.px(18))

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def _metrics(self) -> tuple[QFontMetrics, QFontMetrics]:
        """Of a title where it is widest, and of a figure."""
        return QFontMetrics(self._theme.font("body", 600)), QFontMetrics(self._theme.font("caption"))

    def _width(self, index: int, fit: Fit, metrics: tuple[QFontMetrics, QFontMetrics], longest: int = 0) -> int:
        title, figure = self._words(index, fit)
        bold, small = metrics
        figures = self._theme.px(6) + small.horizontalAdvance(figure) if figure else 0
        words = bold.horizontalAdvance(title)
        return min(words, longest or words) + figures + self._theme.px(_AROUND[fit])

    def _longest_in(self, room: int) -> int:
        """How long a title may be so that all have room: short ones stay whole."""
        bold, around = QFontMetrics(self._theme.font("body", 600)), self._theme.px(_AROUND[Fit.CUT])
        titles = sorted(bold.horizontalAdvance(self._words(index, Fit.CUT)[0]) for index in range(self.count()))
        left = room - around * len(titles)
        for place, title in enumerate(titles):
            share = left // (len(titles) - place)
            if title > share:
                return max(1, share)
            left -= title
        return 0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        under = self.mapFromGlobal(QCursor.pos())
        for index in range(self.count()):
            self._paint_tab(painter, index, hovered=self.underMouse() and self.tabRect(index).contains(under))

    def _paint_tab(self, painter: QPainter, index: int, *, hovered: bool) -> None:
        theme, area = self._theme, self.tabRect(index)
        current = index == self.currentIndex()
        title, figure = self._words(index, self._fit)
        words, small = theme.font("body", 600 if current else 400), theme.font("caption")
        if self._longest:
            title = QFontMetrics(words).elidedText(title, Qt.TextElideMode.ElideRight, self._longest)
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

    def _words(self, index: int, fit: Fit) -> tuple[str, str]:
        title, _gap, figure = self.tabText(index).partition(_GAP)
        return title, figure if fit is Fit.FIGURES else ""
