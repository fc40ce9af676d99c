"""What every plot by iteration shares: title, legend, grid, and an iteration chosen by pointer or arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.focus_ring import FocusRing
from ampsm_gui.widgets.plots.scale import Scale

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter
_MARGIN, _SWATCH, _LEGEND_GAP = 16, 10, 16
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class Series(NamedTuple):
    """One kind of figure: its name and how it is drawn: the n-th colour, or grey, `hollow` or full."""

    name: str
    color: int | None = None
    hollow: bool = False


class Plot(QWidget):
    """Draws one column an iteration. What is chosen by pointer or keys is a band; the page sets it for all plots."""

    #: The number of the iteration that is chosen now, or None.
    chosen = Signal(object)

    def __init__(
        self, theme: Theme, title: str, series: Sequence[Series], parent: QWidget | None = None,
        nothing: str = "Not known for any iteration so far",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.theme, self.title, self.series, self.nothing = theme, title, tuple(series), nothing
        self.numbers: list[int] = []
        self.number: int | None = None
        self._ring = FocusRing(theme, self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(f"{title}. Arrow keys choose an iteration")
        theme.changed.connect(self._on_theme_changed)

    def choose(self, number: int | None) -> None:
        """Shows the band of an iteration."""
        if number != self.number:
            self.number = number
            self.update()

    def column(self, number: int) -> QRect:
        """The band of an iteration, in this widget's coordinates."""
        area = self.area()
        if number not in self.numbers:
            return QRect()
        place, count = self.numbers.index(number), len(self.numbers)
        left, right = (area.left() + area.width() * at // count for at in (place, place + 1))
        return QRect(left, area.top(), max(1, right - left), area.height())

    def area(self) -> QRect:
        """Where the bars stand, between title, labels and axis figures."""
        px, f = self.theme.px, self.theme.f
        top = px(8) + f + px(20)  # room for a figure above the highest bar
        left = (
            px(_MARGIN) + max((self._caption().horizontalAdvance(text) for text in self._figures()), default=0) + px(8)
        )
        bottom = self._caption().height() + px(8)
        return QRect(left, top, max(1, self.width() - left - px(_MARGIN)), max(1, self.height() - top - bottom))

    def scale(self) -> Scale:
        """The axis; for those that derive."""
        raise NotImplementedError

    def has_figures(self) -> bool:
        """Whether any figure is known; for those that derive."""
        raise NotImplementedError

    def paint_items(self, painter: QPainter, area: QRect, scale: Scale) -> None:
        """Bars or lines; for those that derive."""
        raise NotImplementedError

    def y_of(self, value: float, area: QRect, scale: Scale) -> int:
        """Where a figure lies."""
        return area.top() + area.height() - round(area.height() * value / scale.top)

    def series_color(self, series: Series) -> QColor:
        return self.theme.color("plotAxis") if series.color is None else self.theme.plot(series.color)

    def paint_swatch(self, painter: QPainter, rect: QRect, series: Series) -> None:
        """The look of a series: a full or a hollow rectangle."""
        color = self.series_color(series)
        if not series.hollow:
            painter.fillRect(rect, color)
            return
        painter.setPen(QPen(color, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(320), self.theme.px(170))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(160), self.theme.px(96))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.color("surface.base"))
        self._paint_head(painter)
        if not self.has_figures():
            self._paint_nothing(painter)
            return
        area, scale = self.area(), self.scale()
        if self.number in self.numbers and self.number is not None:
            painter.fillRect(self.column(self.number), self.theme.color("surface.hover"))
        self._paint_grid(painter, area, scale)
        if self.numbers:
            self.paint_items(painter, area, scale)
            self._paint_numbers(painter, area)
        self._paint_ring(painter)

    def _paint_nothing(self, painter: QPainter) -> None:
        """One line where there is nothing to draw."""
        px = self.theme.px
        painter.setFont(self.theme.font("small"))
        painter.setPen(self.theme.color("text.muted"))
        high = painter.fontMetrics().height()
        line = QRect(px(_MARGIN), px(8) + self.theme.f + px(8), self.width() - 2 * px(_MARGIN), high)
        words = painter.fontMetrics().elidedText(self.nothing, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, _LEFT, words)
        self._paint_ring(painter)

    def _paint_ring(self, painter: QPainter) -> None:
        if self._ring.shown:
            self._ring.paint(painter, self.rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.numbers or (event.key() not in _KEYS and event.key() not in (Qt.Key.Key_Home, Qt.Key.Key_End)):
            if event.key() == Qt.Key.Key_Escape and self.number is not None:
                self.chosen.emit(None)
                return
            super().keyPressEvent(event)
            return
        last = len(self.numbers) - 1
        if event.key() == Qt.Key.Key_Home:
            place = 0
        elif event.key() == Qt.Key.Key_End or self.number not in self.numbers:
            place = last
        else:
            place = min(last, max(0, self.numbers.index(self.number) + _KEYS[Qt.Key(event.key())]))
        self.chosen.emit(self.numbers[place])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring.clicked()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self._number_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self.chosen.emit(None)
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.chosen.emit(None)
        super().focusOutEvent(event)

    def _number_at(self, place: QPoint) -> int | None:
        area = self.area()
        if not self.numbers or not area.left() <= place.x() < area.left() + area.width() or place.y() < area.top():
            return None
        return self.numbers[min(len(self.numbers) - 1, (place.x() - area.left()) * len(self.numbers) // area.width())]

    def _caption(self) -> QFontMetrics:
        return QFontMetrics(self.theme.font("caption"))

    def _figures(self) -> list[str]:
        scale = self.scale()
        return [scale.label(value) for value in scale.lines()]

    def _paint_head(self, painter: QPainter) -> None:
        px, theme = self.theme.px, self.theme
        line = QRect(px(_MARGIN), px(8), self.width() - 2 * px(_MARGIN), theme.f)
        painter.setFont(theme.font("body", 600))
        painter.setPen(theme.color("text.primary"))
        metrics = painter.fontMetrics()
        painter.drawText(line, _LEFT, metrics.elidedText(self.title, Qt.TextElideMode.ElideRight, line.width()))
        free = line.width() - metrics.horizontalAdvance(self.title) - px(_LEGEND_GAP)
        if len(self.series) > 1 and self.has_figures():
            self._paint_legend(painter, line, free)

    def _paint_legend(self, painter: QPainter, line: QRect, free: int) -> None:
        px = self.theme.px
        painter.setFont(self.theme.font("small"))
        metrics = painter.fontMetrics()
        for gap in (px(_LEGEND_GAP), px(_LEGEND_GAP) // 2):
            widths = [px(_SWATCH) + px(5) + metrics.horizontalAdvance(series.name) for series in self.series]
            if sum(widths) + gap * (len(widths) - 1) <= free:
                break
        else:
            return  # the tooltip says it all
        left = line.left() + line.width() - sum(widths) - gap * (len(widths) - 1)
        for series, width in zip(self.series, widths, strict=True):
            side = px(_SWATCH)
            self.paint_swatch(painter, QRect(left, line.center().y() - side // 2 + 1, side, side), series)
            painter.setPen(self.theme.color("text.secondary"))
            painter.drawText(QRect(left + side + px(5), line.top(), width, line.height()), _LEFT, series.name)
            left += width + gap

    def _paint_grid(self, painter: QPainter, area: QRect, scale: Scale) -> None:
        painter.setFont(self.theme.font("caption"))
        height = painter.fontMetrics().height()
        lines = scale.lines()
        every = max(1, -(-height * (len(lines) - 1) // max(1, area.height())))  # figures that do not touch
        for number, value in enumerate(lines):
            y = self.y_of(value, area, scale)
            token = "plotGrid" if value else "plotAxis"
            painter.fillRect(area.left(), y, area.width(), 1, self.theme.color(token))
            if number % every:
                continue
            painter.setPen(self.theme.color("text.muted"))
            place = QRect(0, y - height // 2, area.left() - self.theme.px(8), height)
            painter.drawText(place, _RIGHT, scale.label(value))

    def _paint_numbers(self, painter: QPainter, area: QRect) -> None:
        """Names of iterations below the axis; every n-th where there is no room for all."""
        caption, chosen = self.theme.font("caption"), self.theme.font("caption", 600)
        metrics = self._caption()
        width = area.width() / len(self.numbers)
        long = metrics.horizontalAdvance(f"Iteration {self.numbers[-1]}") + self.theme.px(8) <= width
        needed = metrics.horizontalAdvance(str(self.numbers[-1])) + self.theme.px(6)
        every = 1 if long else next(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**6) if n * width >= needed)
        for place, number in enumerate(self.numbers):
            here = number == self.number
            if not here and number % every and (place or every < 5):
                continue
            if not here and self.number is not None and every > 1 and abs(number - self.number) < every:
                continue  # the chosen one's name takes its room
            words = f"Iteration {number}" if long else str(number)
            column = self.column(number)
            wide = max(column.width(), metrics.horizontalAdvance(words) + self.theme.px(8))
            left = min(max(column.center().x() - wide // 2, 0), self.width() - wide)
            rect = QRect(left, area.top() + area.height() + self.theme.px(3), wide, metrics.height())
            painter.setFont(chosen if here else caption)
            painter.setPen(self.theme.color("text.primary" if here else "text.muted"))
            painter.drawText(rect, _CENTER, words)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
