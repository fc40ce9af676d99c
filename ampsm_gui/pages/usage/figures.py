"""The figures at the top of the usage tab, in one row or, where it is narrow, in two."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.usage.figures import Figure
from ampsm_gui.widgets.plots.sparkline import Sparkline

_PADDING, _TOP = 16, 8


class UsageFigures(QWidget):
    """Paints them, and holds the sparkline beside the first."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._figures: list[Figure] = []
        self._one_row = False
        self.sparkline = Sparkline(theme, self)
        self.sparkline.setObjectName("tokenSparkline")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def set_figures(self, figures: Sequence[Figure]) -> None:
        self._figures = list(figures)
        self.setAccessibleName("Usage: " + ", ".join(f"{one.value} {one.words}" for one in figures))
        self.updateGeometry()
        self._place_sparkline()
        self.update()

    def set_one_row(self, one: bool) -> None:
        """Where there is little height: one row, without the last figures that it does not hold."""
        if one != self._one_row:
            self._one_row = one
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        rows = max((row for row, _ in self._places()), default=0) + 1
        return QSize(self._theme.px(600), rows * self._row_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()
        self._place_sparkline()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.fillRect(self.rect(), theme.color("surface.base"))
        for (_, rect), figure in zip(self._places(), self._figures, strict=False):
            rule = theme.color("border.subtle")
            painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, rule)
            painter.fillRect(rect.right(), rect.top(), 1, rect.height(), rule)
            inner = rect.adjusted(theme.px(_PADDING), theme.px(_TOP), -theme.px(4), 0)
            painter.setFont(theme.font("title", 600))
            painter.setPen(theme.color("text.primary"))
            value = painter.fontMetrics()
            painter.drawText(inner.left(), inner.top() + value.ascent(), figure.value)
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text.secondary"))
            words = painter.fontMetrics()
            painter.drawText(inner.left(), inner.top() + value.height() + theme.px(2) + words.ascent(), figure.words)

    def _places(self) -> list[tuple[int, QRect]]:
        """Row and rectangle of each figure; rows are filled to their end."""
        widths = [self._width_of(number) for number in range(len(self._figures))]
        rows = [list(range(len(widths)))]
        if self._one_row:
            while len(rows[0]) > 1 and sum(widths[one] for one in rows[0]) > self.width():
                rows[0].pop()
        elif sum(widths) > self.width() and widths:
            half = (len(widths) + 1) // 2
            rows = [rows[0][:half], rows[0][half:]]
        places: list[tuple[int, QRect]] = []
        height = self._row_height()
        for number, row in enumerate(rows):
            spare = max(0, self.width() - sum(widths[one] for one in row))
            left = 0
            for place, one in enumerate(row):
                wide = widths[one] + spare * (place + 1) // len(row) - spare * place // len(row)
                places.append((number, QRect(left, number * height, wide, height)))
                left += wide
        return places

    def _width_of(self, number: int) -> int:
        figure, theme = self._figures[number], self._theme
        value = QFontMetrics(theme.font("title", 600)).horizontalAdvance(figure.value)
        if number == 0:
            value += theme.px(10) + self.sparkline.sizeHint().width()
        words = QFontMetrics(theme.font("small")).horizontalAdvance(figure.words)
        return max(value, words) + 2 * theme.px(_PADDING)

    def _row_height(self) -> int:
        theme = self._theme
        value, words = QFontMetrics(theme.font("title", 600)).height(), QFontMetrics(theme.font("small")).height()
        return value + words + 2 * theme.px(_TOP) + theme.px(3)

    def _place_sparkline(self) -> None:
        size, theme = self.sparkline.sizeHint(), self._theme
        value = QFontMetrics(theme.font("title", 600))
        wide = value.horizontalAdvance(self._figures[0].value) if self._figures else 0
        left = theme.px(_PADDING) + wide + theme.px(10)
        top = theme.px(_TOP) + value.ascent() - size.height()
        self.sparkline.setGeometry(left, top, size.width(), size.height())

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self._place_sparkline()
        self.update()
