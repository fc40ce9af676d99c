"""All figures of the iteration that is chosen in a plot, beside its band."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ampsm_gui.look.theme import Theme

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_PADDING, _SWATCH, _GAP = 10, 10, 16


class TipLine(NamedTuple):
    """A name and a figure; `color` is the number of its series' colour."""

    name: str
    value: str
    color: int | None = None


class Tip(NamedTuple):
    """What a tooltip of a plot says: a title, its lines, and below a rule what is beside them."""

    title: str
    lines: tuple[TipLine, ...]
    below: tuple[TipLine, ...] = ()

    @property
    def words(self) -> str:
        """The same as text, for those who cannot see it."""
        return "\n".join([self.title, *(f"{line.name} {line.value}".strip() for line in (*self.lines, *self.below))])


class PlotTip(QWidget):
    """A small panel over the page; the pointer goes through it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._page = parent
        self._tip: Tip | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self._on_theme_changed)
        self.hide()

    def show_beside(self, tip: Tip, band: QRect) -> None:
        """Shows it right of a band (in the parent's coordinates), or left of it where there is no room."""
        self._tip = tip
        self.setAccessibleName(tip.words)
        size, around, gap = self.sizeHint(), self._page.rect(), self._theme.px(6)
        left = band.right() + gap
        if left + size.width() > around.width():
            left = band.left() - gap - size.width()
        left = max(0, min(left, around.width() - size.width()))
        top = max(gap, min(band.top() + gap, around.height() - size.height() - gap))
        self.setGeometry(left, top, size.width(), size.height())
        self.raise_()
        self.show()
        self.update()

    def sizeHint(self) -> QSize:
        tip, px = self._tip, self._theme.px
        if tip is None:
            return QSize()
        bold, small = (QFontMetrics(self._theme.font(*role)) for role in (("small", 600), ("small", 400)))
        swatch = px(_SWATCH) + px(6) if any(line.color is not None for line in tip.lines) else 0
        widths = [bold.horizontalAdvance(tip.title)]
        widths += [
            small.horizontalAdvance(line.name) + small.horizontalAdvance(line.value) + px(_GAP) + swatch
            for line in (*tip.lines, *tip.below)
        ]
        rows = 1 + len(tip.lines) + len(tip.below)
        rule = px(9) if tip.below else 0
        return QSize(max(widths) + 2 * px(_PADDING), rows * self._row() + rule + 2 * px(_PADDING) - px(4))

    def paintEvent(self, event: QPaintEvent) -> None:
        tip, theme = self._tip, self._theme
        if tip is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border.default"), 1))
        painter.setBrush(theme.color("surface.raised"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), theme.px(6), theme.px(6))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        row = QRect(
            theme.px(_PADDING), theme.px(_PADDING) - theme.px(2), self.width() - 2 * theme.px(_PADDING), self._row()
        )
        painter.setFont(theme.font("small", 600))
        painter.setPen(theme.color("text.primary"))
        painter.drawText(row, _LEFT, tip.title)
        painter.setFont(theme.font("small"))
        for line in tip.lines:
            row.translate(0, self._row())
            self._paint_line(painter, row, line)
        if tip.below:
            row.translate(0, theme.px(9))
            painter.fillRect(row.left(), row.bottom() - theme.px(4), row.width(), 1, theme.color("border.subtle"))
        for line in tip.below:
            row.translate(0, self._row())
            self._paint_line(painter, row, line)

    def _paint_line(self, painter: QPainter, row: QRect, line: TipLine) -> None:
        theme, left = self._theme, row.left()
        if line.color is not None:
            side = theme.px(_SWATCH)
            painter.fillRect(left, row.center().y() - side // 2, side, side, theme.plot(line.color))
            left += side + theme.px(6)
        painter.setPen(theme.color("text.secondary"))
        painter.drawText(QRect(left, row.top(), row.width(), row.height()), _LEFT, line.name)
        painter.setPen(theme.color("text.primary"))
        painter.drawText(row, _RIGHT, line.value)

    def _row(self) -> int:
        return QFontMetrics(self._theme.font("small")).height() + self._theme.px(3)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
