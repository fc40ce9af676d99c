"""A sum that grows by iteration, as steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.plots.plot import Plot, Series
from ampsm_gui.widgets.plots.scale import Scale

_CENTER = Qt.AlignmentFlag.AlignCenter
_MOST_POINTS = 24


class StepPlot(Plot):
    """The running total of a figure; an iteration where it is not known is a hollow point that adds nothing."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        scale: Callable[[float], Scale],
        label: Callable[[float | None], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, title, [Series(title)], parent)
        self._make_scale, self._label = scale, label
        self._values: list[float | None] = []
        self._scale = scale(0)

    def set_values(self, values: Sequence[tuple[int, float | None]]) -> None:
        """What each iteration adds, oldest first: its number and the figure, None when it is not known."""
        self.numbers = [number for number, _ in values]
        self._values = [value for _, value in values]
        self._scale = self._make_scale(sum(value or 0 for value in self._values))
        self.update()

    def has_figures(self) -> bool:
        return any(value is not None for value in self._values)

    def scale(self) -> Scale:
        return self._scale

    def paint_items(self, painter: QPainter, area: QRect, scale: Scale) -> None:
        theme = self.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QPen(theme.color("text.primary"), max(1.0, theme.f / 11))
        points = self._points(area, scale)
        known = any(value is not None for value in self._values)
        painter.setPen(line)
        for before, after in pairwise(points if known else []):
            painter.drawLine(before, QPoint(after.x(), before.y()))
            painter.drawLine(QPoint(after.x(), before.y()), after)
        if known:
            painter.drawLine(QPoint(points[0].x(), self.y_of(0, area, scale)), points[0])
        side = theme.px(3) if len(points) <= _MOST_POINTS else 0
        painter.setFont(theme.font("caption"))
        for point, value in zip(points, self._values, strict=True):
            self._paint_point(painter, point, value, side)
        self._paint_total(painter, points)
        painter.restore()

    def _points(self, area: QRect, scale: Scale) -> list[QPoint]:
        total, points = 0.0, []
        for number, value in zip(self.numbers, self._values, strict=True):
            total += value or 0
            points.append(QPoint(self.column(number).center().x(), self.y_of(total, area, scale)))
        return points

    def _paint_point(self, painter: QPainter, point: QPoint, value: float | None, side: int) -> None:
        theme = self.theme
        if value is not None and not side:
            return
        if value is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("text.primary"))
            painter.drawEllipse(point, side, side)
            return
        painter.setPen(QPen(theme.color("plotAxis"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(theme.color("surface.base"))
        painter.drawEllipse(point, max(2, side + 1), max(2, side + 1))
        if side:
            metrics = painter.fontMetrics()
            place = QRect(
                point.x() - theme.px(10), point.y() - metrics.height() - side - 2, theme.px(20), metrics.height()
            )
            painter.setPen(theme.color("text.muted"))
            painter.drawText(place, _CENTER, "?")

    def _paint_total(self, painter: QPainter, points: list[QPoint]) -> None:
        """The figure at the last point, beside it or, where there is no room, above it."""
        known = [value for value in self._values if value is not None]
        if not known or not points:
            return
        painter.setFont(self.theme.font("small", 600))
        text, metrics = self._label(sum(known)), painter.fontMetrics()
        wide, high = metrics.horizontalAdvance(text), metrics.height()
        left = min(points[-1].x() - wide // 2, self.width() - wide - self.theme.px(4))
        painter.setPen(self.theme.color("text.primary"))
        painter.drawText(QRect(left, points[-1].y() - high - self.theme.px(5), wide + 2, high), _CENTER, text)
