"""The commits of session and target, before a merge and after it: two small graphs under one another."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ampsm_gui.look import figures
from ampsm_gui.look.theme import Theme

_DOTS = 6  # of one line; more are left out, and the count says it
_SHA = 7


class GraphFacts(NamedTuple):
    """What is painted. Commits of the session are full, those of the target hollow. `joined`: a merge commit; `stays`:
    the target does not move."""

    target: str
    target_sha: str
    tip: str
    point: str
    session_commits: int
    target_commits: int
    result_commits: int
    joined: bool = False
    stays: bool = False
    rebases: bool = False


class MergeGraph(QWidget):
    """Before and after. Nothing is shown until there are facts."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._facts: GraphFacts | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def show_facts(self, facts: GraphFacts | None) -> None:
        """Paints these from now on."""
        if facts == self._facts:
            return
        self._facts = facts
        self.setAccessibleName(_said(facts) if facts else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(
            self._theme.px(240), 2 * self._theme.px(20) + self._height(2) + self._height(1) + self._theme.px(16)
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        facts = self._facts
        if facts is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = self._theme.px
        self._words(painter, QPointF(0, px(10)), "Before", "text.secondary", self._theme.font("small"))
        below = self._paint_before(painter, px(20), facts)
        painter.fillRect(0, below + px(4), self.width(), 1, self._theme.color("border.subtle"))
        self._words(painter, QPointF(0, below + px(18)), "After", "text.secondary", self._theme.font("small"))
        self._paint_after(painter, below + px(28), facts)

    def _height(self, lines: int) -> int:
        return lines * self._line() + QFontMetrics(self._theme.font("mono")).height() + self._theme.px(8)

    def _line(self) -> int:
        small = QFontMetrics(self._theme.font("small")).height()
        return max(self._theme.px(34), 2 * small + self._theme.px(2))

    def _paint_before(self, painter: QPainter, top: int, facts: GraphFacts) -> int:
        """The session's line above that of the target; how far down it reaches."""
        first, second = top + self._line() // 2 + self._theme.px(4), top + self._line() + self._line() // 2
        ends = self._ends(facts.session_commits, facts.target_commits)
        start = QPointF(self._x(0, ends), second)
        many = min(facts.session_commits, _DOTS)
        if many:
            path = QPainterPath(start)
            one = QPointF(self._x(1, ends), first)
            path.cubicTo(QPointF(one.x(), start.y()), QPointF(start.x(), one.y()), one)
            painter.setPen(QPen(self._theme.color("text.muted"), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
        last = self._row(painter, first, range(1, many + 1), ends, full=True)
        self._label(painter, last, first, "Session", facts.tip[:_SHA])
        last = self._row(painter, second, range(min(facts.target_commits, _DOTS) + 1), ends, full=False)
        self._label(painter, last, second, facts.target, facts.target_sha[:_SHA])
        if facts.target_commits:  # else it is the commit of the label
            self._below(painter, start, facts.point[:_SHA], last)
        return top + self._height(2)

    def _paint_after(self, painter: QPainter, top: int, facts: GraphFacts) -> None:
        middle = top + self._line() // 2
        before = min(facts.target_commits, _DOTS - 1)
        made = 0 if facts.stays else min(facts.result_commits, _DOTS - before + 1)
        ends = self._ends(before + made + facts.joined, 0)
        last = self._row(painter, middle, range(before + 1), ends, full=False)
        base = last
        if made:
            last = self._row(painter, middle, range(before + 1, before + made + 1), ends, full=True, joined=last)
        if facts.joined and not facts.stays:
            last = self._row(painter, middle, range(before + made + 1, before + made + 2), ends, full=True, joined=last)
        many = figures.count(facts.result_commits + facts.joined, "commit")
        self._label(painter, last, middle, facts.target, facts.target_sha[:_SHA] if facts.stays else many)
        self._below(painter, QPointF(base, middle), facts.target_sha[:_SHA], last)

    def _ends(self, *commits: int) -> int:
        return max(1, *(min(number, _DOTS + 2) for number in commits))

    def _x(self, place: int, ends: int) -> float:
        """Where the commit of a place is: what remains beside the labels is shared."""
        px = self._theme.px
        labels = QFontMetrics(self._theme.font("mono")).horizontalAdvance("0" * 9) + px(24)
        step = min(px(28), max(px(10), (self.width() - labels - px(16)) / ends))
        return px(10) + place * step

    def _row(
        self, painter: QPainter, y: float, places: range, ends: int, *, full: bool, joined: float | None = None
    ) -> float:
        """Commits on a line, from the one before it at `joined`; where the last one is."""
        radius = self._theme.px(4)
        dots = [self._x(place, ends) for place in places]
        if not dots:
            return joined if joined is not None else self._x(0, ends)
        painter.setPen(QPen(self._theme.color("text.muted"), 1.2))
        painter.drawLine(QPointF(dots[0] if joined is None else joined + radius, y), QPointF(dots[-1], y))
        painter.setPen(QPen(self._theme.color("text.secondary"), 1.4))
        for x in dots:
            painter.setBrush(self._theme.color("text.secondary" if full else "surface.panel"))
            painter.drawEllipse(QPointF(x, y), radius, radius)
        return dots[-1]

    def _label(self, painter: QPainter, x: float, y: float, name: str, sha: str) -> None:
        left = x + self._theme.px(12)
        bold, mono = self._theme.font("small", 600), self._theme.font("mono")
        metrics = QFontMetrics(bold)
        room = max(0, int(self.width() - left))
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
        self._words(painter, QPointF(left, y - metrics.height() / 2), shown, "text.primary", bold)
        self._words(painter, QPointF(left, y + metrics.height() / 2), sha, "text.secondary", mono)

    def _below(self, painter: QPainter, at: QPointF, sha: str, last: float) -> None:
        """A commit under its dot; lower where it would reach into the label of the `last` one."""
        mono = self._theme.font("mono")
        metrics = QFontMetrics(mono)
        wide = metrics.horizontalAdvance(sha)
        left = max(0.0, at.x() - wide / 2)
        down = self._theme.px(8) + metrics.height() / 2
        if left + wide > last + self._theme.px(8):
            down = max(down, QFontMetrics(self._theme.font("small", 600)).height() / 2 + metrics.height())
        self._words(painter, QPointF(left, at.y() + down), sha, "text.secondary", mono)

    def _words(self, painter: QPainter, middle: QPointF, words: str, token: str, font: QFont) -> None:
        """Words that begin at a point, which is half their height."""
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        high = QFontMetrics(font).height()
        where = QRectF(middle.x(), middle.y() - high / 2, self.width() - middle.x(), high)
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


def _said(facts: GraphFacts) -> str:
    """The graphs in words."""
    session = figures.count(facts.session_commits, "commit")
    before = f"Before: {session} of the session from {facts.point[:_SHA]} to {facts.tip[:_SHA]}, {facts.target} at "
    after = (
        f"After: {facts.target} stays"
        if facts.stays
        else (f"After: {facts.target} with {figures.count(facts.result_commits + facts.joined, 'commit')} more")
    )
    return f"{before}{facts.target_sha[:_SHA]}. {after}."
