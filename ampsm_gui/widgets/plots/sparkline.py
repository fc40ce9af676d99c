"""Tokens by iteration as a few small bars: a painter for delegates, and a widget."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ampsm_gui.look import figures
from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.theme import Theme

#: Iterations that are drawn, the last ones.
MOST_BARS = 10
_BAR, _GAP, _HEIGHT = 4, 2, 14
_LEAST, _BOX = 2, 4


def sparkline_width(theme: Theme, values: Sequence[int | None]) -> int:
    """How wide the bars of `values` come out; 0 without any."""
    count = min(len(values), MOST_BARS)
    return count * theme.px(_BAR) + max(0, count - 1) * theme.px(_GAP)


def sparkline_height(theme: Theme) -> int:
    """How high the tallest bar is meant to be."""
    return theme.px(_HEIGHT)


def paint_sparkline(
    painter: QPainter, rect: QRect, values: Sequence[int | None], theme: Theme, live: bool = False
) -> None:
    """Paints one bar an iteration into `rect`, from its left, scaled to the largest of those shown.

    The last bar is darker, one that is `live` in the colour of what runs; None (not reported) is a small hollow box.
    What does not fit is left out from the oldest on.
    """
    bar, gap = theme.px(_BAR), theme.px(_GAP)
    shown = list(values[-max(0, min(MOST_BARS, (rect.width() + gap) // (bar + gap))) :])
    if not shown or rect.width() < bar:
        return
    largest = max((value for value in shown if value), default=1)
    bottom = rect.top() + rect.height()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for place, value in enumerate(shown):
        left = rect.left() + place * (bar + gap)
        last = place == len(shown) - 1
        token = ("running.text" if live else "text.primary") if last else "plotAxis"
        if value is None:
            side = min(theme.px(_BOX), rect.height())
            painter.setPen(QPen(theme.color(token if live and last else "plotAxis"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(left, bottom - side, bar - 1, side - 1)
        else:
            height = max(min(theme.px(_LEAST), rect.height()), round(rect.height() * value / largest))
            painter.fillRect(left, bottom - height, bar, height, theme.color(token))
    painter.restore()


class Sparkline(QWidget):
    """The same bars as a widget, as wide as ten of them; says its figures in words to those who cannot see it. Hidden
    while there is nothing to show."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: list[int | None] = []
        self._live = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)
        self.set_values([])

    def set_values(self, values: Sequence[int | None], live: bool = False) -> None:
        """Tokens by iteration, oldest first; `live` while the last one runs."""
        self._values, self._live = list(values), live
        words = self._words()
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words))
        self.setVisible(bool(self._values))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(sparkline_width(self._theme, [0] * MOST_BARS), sparkline_height(self._theme))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_sparkline(painter, self.rect(), self._values, self._theme, self._live)

    def _words(self) -> str:
        if not self._values:
            return "Tokens by iteration: no iteration yet"
        first = max(1, len(self._values) - MOST_BARS + 1)
        said = [
            f"{number}: {'not reported' if value is None else figures.tokens(value)}"
            for number, value in enumerate(self._values[-MOST_BARS:], first)
        ]
        return "Tokens by iteration\n" + "\n".join(said)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
