"""Stacked bars by iteration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.plots.plot import Plot, Series
from ampsm_gui.widgets.plots.scale import Scale

_CENTER = Qt.AlignmentFlag.AlignCenter
_OF_ANY = "for any iteration so far"
_WIDEST, _SHARE = 56, 0.6


class Bar(NamedTuple):
    """One iteration: a part for each series, from below; None as a whole: not reported. `label` stands above it."""

    number: int
    parts: tuple[float | None, ...] | None
    label: str = ""

    @property
    def total(self) -> float:
        return sum(part or 0 for part in self.parts or ())


class BarPlot(Plot):
    """One bar an iteration, a colour or a shade a series. What was not reported is a dashed outline."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        series: Sequence[Series],
        scale: Callable[[float], Scale],
        missing: str = "not reported",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, title, series, parent, f"{missing[:1].upper()}{missing[1:]} {_OF_ANY}")
        self._make_scale, self._missing = scale, missing
        self._bars: list[Bar] = []
        self._scale = scale(0)

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Shows these iterations, oldest first."""
        self._bars = list(bars)
        self.numbers = [bar.number for bar in bars]
        self._scale = self._make_scale(max((bar.total for bar in bars), default=0))
        self.update()

    def has_figures(self) -> bool:
        return any(bar.parts is not None for bar in self._bars)

    def scale(self) -> Scale:
        return self._scale

    def paint_items(self, painter: QPainter, area: QRect, scale: Scale) -> None:
        painter.setFont(self.theme.font("small"))
        metrics = painter.fontMetrics()
        widest = max((metrics.horizontalAdvance(bar.label) for bar in self._bars), default=0)
        labels = widest + self.theme.px(6) <= area.width() / len(self._bars)
        for bar in self._bars:
            column = self.column(bar.number)
            width = min(self.theme.px(_WIDEST), max(1, round(column.width() * _SHARE)))
            place = QRect(column.center().x() - width // 2, area.top(), width, area.height())
            if bar.parts is None:
                self._paint_missing(painter, place, column, labels)
                continue
            top = self._paint_parts(painter, place, bar, scale)
            if labels or bar.number == self.number:
                self._paint_label(painter, column, top, bar.label)

    def _paint_parts(self, painter: QPainter, place: QRect, bar: Bar, scale: Scale) -> int:
        """The parts, each a pixel apart; where the top came out."""
        below, top = 0.0, place.top() + place.height()
        for series, part in zip(self.series, bar.parts or (), strict=True):
            if not part:
                continue
            bottom = self.y_of(below, place, scale)
            top = self.y_of(below + part, place, scale)
            gap = 1 if below and bottom - top > 2 else 0
            rect = QRect(place.left(), top, place.width(), max(1, bottom - top - gap))
            self.paint_swatch(painter, rect, series)
            below += part
        return top

    def _paint_missing(self, painter: QPainter, place: QRect, column: QRect, words: bool) -> None:
        height = min(place.height(), self.theme.px(28))
        outline = QRect(place.left(), place.top() + place.height() - height, place.width(), height)
        painter.setPen(QPen(self.theme.color("plotAxis"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(outline.adjusted(0, 0, -1, 0))
        if words and painter.fontMetrics().horizontalAdvance(self._missing) <= column.width():
            self._paint_label(painter, column, outline.top(), self._missing, "text.muted")

    def _paint_label(self, painter: QPainter, column: QRect, top: int, text: str, token: str = "text.primary") -> None:
        metrics = painter.fontMetrics()
        wide = max(column.width(), metrics.horizontalAdvance(text) + 2)
        left = min(max(column.center().x() - wide // 2, 0), self.width() - wide)
        rect = QRect(left, top - metrics.height() - self.theme.px(2), wide, metrics.height())
        if wide > column.width():  # over its neighbours
            painter.fillRect(rect, self.theme.color("surface.hover"))
        painter.setPen(self.theme.color(token))
        painter.drawText(rect, _CENTER, text)
