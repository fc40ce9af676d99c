"""Paints rows of commits with their names: what the small graphs of a merge are made of."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPen

from ampsm_gui.look.theme import Theme

#: Commits of one row; more are left out, and the count says it.
DOTS = 6
#: Characters of a commit that are shown.
SHA = 7


def line_height(theme: Theme) -> int:
    """Of a row with the name and the commit of its end."""
    small = QFontMetrics(theme.font("small")).height()
    return max(theme.px(34), 2 * small + theme.px(2))


def rows_height(theme: Theme, rows: int) -> int:
    """Of so many rows, with the commits that stand under their dots."""
    return rows * line_height(theme) + QFontMetrics(theme.font("mono")).height() + theme.px(8)


class GraphPainter:
    """Paints in a width of its own; where a commit is in its row is told by its place, from 0."""

    def __init__(self, theme: Theme, painter: QPainter, width: int) -> None:
        self._theme, self._painter, self._width = theme, painter, width
        self._ends = 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def set_ends(self, *commits: int) -> None:
        """How many commits the longest of the rows has besides its first one."""
        self._ends = max(1, *(min(number, DOTS + 2) for number in commits), 1)

    def x(self, place: int) -> float:
        """Where the commit of a place is: what remains beside the labels is shared."""
        px = self._theme.px
        labels = QFontMetrics(self._theme.font("mono")).horizontalAdvance("0" * 9) + px(24)
        step = min(px(28), max(px(10), (self._width - labels - px(16)) / self._ends))
        return px(10) + place * step

    def row(self, y: float, places: range, *, full: bool, joined: float | None = None) -> float:
        """Commits on a line, from the one before it at `joined`; where the last one is."""
        theme, painter = self._theme, self._painter
        radius = theme.px(4)
        dots = [self.x(place) for place in places]
        if not dots:
            return joined if joined is not None else self.x(0)
        painter.setPen(QPen(theme.color("text.muted"), 1.2))
        painter.drawLine(QPointF(dots[0] if joined is None else joined + radius, y), QPointF(dots[-1], y))
        painter.setPen(QPen(theme.color("text.secondary"), 1.4))
        for x in dots:
            painter.setBrush(theme.color("text.secondary" if full else "surface.panel"))
            painter.drawEllipse(QPointF(x, y), radius, radius)
        return dots[-1]

    def curve(self, begin: QPointF, end: QPointF) -> None:
        """A line from one row to another; the dots are painted over its ends."""
        path = QPainterPath(begin)
        path.cubicTo(QPointF(end.x(), begin.y()), QPointF(begin.x(), end.y()), end)
        self._painter.setPen(QPen(self._theme.color("text.muted"), 1.2))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawPath(path)

    def label(self, x: float, y: float, name: str, commit: str) -> None:
        """What stands beside the last commit of a row."""
        left = x + self._theme.px(12)
        bold, mono = self._theme.font("small", 600), self._theme.font("mono")
        metrics = QFontMetrics(bold)
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, max(0, int(self._width - left)))
        self.words(QPointF(left, y - metrics.height() / 2), shown, "text.primary", bold)
        self.words(QPointF(left, y + metrics.height() / 2), commit, "text.secondary", mono)

    def below(self, at: QPointF, commit: str, last: float) -> None:
        """A commit under its dot; lower where it would reach into the label of the `last` one."""
        mono = self._theme.font("mono")
        metrics = QFontMetrics(mono)
        wide = metrics.horizontalAdvance(commit)
        left = max(0.0, at.x() - wide / 2)
        down = self._theme.px(8) + metrics.height() / 2
        if left + wide > last + self._theme.px(8):
            down = max(down, QFontMetrics(self._theme.font("small", 600)).height() / 2 + metrics.height())
        self.words(QPointF(left, at.y() + down), commit, "text.secondary", mono)

    def words(self, middle: QPointF, words: str, token: str, font: QFont) -> None:
        """Words that begin at a point, which is half their height."""
        self._painter.setFont(font)
        self._painter.setPen(self._theme.color(token))
        high = QFontMetrics(font).height()
        where = QRectF(middle.x(), middle.y() - high / 2, self._width - middle.x(), high)
        self._painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
