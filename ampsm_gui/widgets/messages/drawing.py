"""The drawing of an empty window: two branches that leave a line of commits, one at work, one merged."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ampsm_gui.look.theme import Theme

_WIDTH, _HEIGHT = 300, 84
_BASE, _MERGED, _AT_WORK = 70, 44, 18  # the heights of the three lines


class Drawing(QWidget):
    """A picture without a meaning that text does not give; screen readers pass it over."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_WIDTH), self._theme.px(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        line, accent, ground = theme.color("border.control"), theme.color("accent.focus"), theme.color("surface.base")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / _WIDTH, self.height() / _HEIGHT)
        _stroke(painter, line, _line(6, _BASE, 294))
        _stroke(painter, line, _branch(92, _AT_WORK, 138, 244))
        _stroke(painter, accent, _branch(46, _MERGED, 92, 214, back=260))
        for x, y, filled, color in (
            (20, _BASE, False, line), (46, _BASE, False, line), (92, _BASE, False, line),
            (160, _AT_WORK, False, line), (202, _AT_WORK, False, line),
            (114, _MERGED, True, accent), (154, _MERGED, True, accent), (194, _MERGED, True, accent),
            (260, _BASE, False, accent),
        ):  # fmt: skip
            painter.setPen(QPen(color, 2))
            painter.setBrush(color if filled else ground)
            painter.drawEllipse(QPointF(x, y), 5, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("running.text"))
        painter.drawPolygon(QPolygonF([QPointF(246, 12.5), QPointF(246, 23.5), QPointF(255, 18)]))


def _stroke(painter: QPainter, color: QColor, path: QPainterPath) -> None:
    painter.strokePath(path, QPen(color, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))


def _line(left: float, y: float, right: float) -> QPainterPath:
    path = QPainterPath(QPointF(left, y))
    path.lineTo(right, y)
    return path


def _branch(start: float, y: float, from_x: float, to_x: float, back: float | None = None) -> QPainterPath:
    """A line that leaves the base at `start`, runs at `y` and comes back to the base at `back`."""
    path = QPainterPath(QPointF(start, _BASE))
    path.cubicTo(start + 24, _BASE, from_x - 26, y, from_x, y)
    path.lineTo(to_x, y)
    if back is not None:
        path.cubicTo(to_x + 26, y, back - 24, _BASE, back, _BASE)
    return path
