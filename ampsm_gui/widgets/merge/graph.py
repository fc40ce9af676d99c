"""The commits of session and target, before a merge or rebase and after it: two small graphs under one another."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ampsm_gui.look import figures
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.merge.graph_painter import DOTS, SHA, GraphPainter, line_height, rows_height


class GraphFacts(NamedTuple):
    """What is painted. Commits of the session are full, those of the target hollow. `joined`: a merge commit; `stays`:
    nothing of the session comes onto the target; `alone`: the session's commits come onto it, and it does not move."""

    target: str
    target_sha: str
    tip: str
    point: str
    session_commits: int
    target_commits: int
    result_commits: int
    joined: bool = False
    stays: bool = False
    alone: bool = False


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
        px = self._theme.px
        return QSize(px(240), 2 * px(20) + 2 * rows_height(self._theme, 2) + px(16))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        facts = self._facts
        if facts is None:
            return
        painter = QPainter(self)
        px, small = self._theme.px, self._theme.font("small")
        graph = self._painter(painter)
        graph.words(QPointF(0, px(10)), "Before", "text.secondary", small)
        below = self._paint_before(graph, px(20), facts)
        painter.fillRect(0, below + px(4), self.width(), 1, self._theme.color("border.subtle"))
        graph.words(QPointF(0, below + px(18)), "After", "text.secondary", small)
        paint = self._paint_joined if facts.joined and not facts.stays else self._paint_on_line
        paint(graph, below + px(28), facts)

    def _painter(self, painter: QPainter) -> GraphPainter:
        return GraphPainter(self._theme, painter, self.width())

    def _rows(self, top: int) -> tuple[int, int]:
        """Where the upper and the lower of two rows are."""
        line = line_height(self._theme)
        return top + line // 2 + self._theme.px(4), top + line + line // 2

    def _paint_before(self, graph: GraphPainter, top: int, facts: GraphFacts) -> int:
        """The session's line above that of the target; how far down it reaches."""
        upper, lower = self._rows(top)
        graph.set_ends(facts.session_commits, facts.target_commits)
        start = QPointF(graph.x(0), lower)
        many = min(facts.session_commits, DOTS)
        if many:
            graph.curve(start, QPointF(graph.x(1), upper))
        last = graph.row(upper, range(1, many + 1), full=True)
        graph.label(last, upper, "Session", facts.tip[:SHA])
        last = graph.row(lower, range(min(facts.target_commits, DOTS) + 1), full=False)
        beside = max(last, graph.x(1)) if many else last  # not over the curve
        graph.label(beside, lower, facts.target, facts.target_sha[:SHA])
        if facts.target_commits:  # else it is the commit of the label
            graph.below(start, facts.point[:SHA], last)
        return top + rows_height(self._theme, 2)

    def _paint_on_line(self, graph: GraphPainter, top: int, facts: GraphFacts) -> None:
        """The session's commits on the target's line."""
        middle = top + line_height(self._theme) // 2
        before = min(facts.target_commits, DOTS - 1)
        made = 0 if facts.stays else min(facts.result_commits, DOTS - before + 1)
        graph.set_ends(before + made)
        last = base = graph.row(middle, range(before + 1), full=False)
        if made:
            last = graph.row(middle, range(before + 1, before + made + 1), full=True, joined=last)
        many = figures.count(facts.result_commits, "commit")
        name = "Session" if facts.alone else facts.target
        graph.label(last, middle, name, facts.target_sha[:SHA] if facts.stays else many)
        if not facts.stays:  # else it is the commit of the label
            graph.below(QPointF(base, middle), facts.target_sha[:SHA], last)

    def _paint_joined(self, graph: GraphPainter, top: int, facts: GraphFacts) -> None:
        """The session's commits on a line of their own, which a merge commit brings back to the target's."""
        upper, lower = self._rows(top)
        before = min(facts.target_commits, DOTS - 2)
        made = min(facts.result_commits, DOTS - before)
        graph.set_ends(before + made + 1)
        base, merge = QPointF(graph.x(before), lower), QPointF(graph.x(before + made + 1), lower)
        graph.curve(base, QPointF(graph.x(before + 1), upper))
        graph.curve(QPointF(graph.x(before + made), upper), merge)
        graph.row(upper, range(before + 1, before + made + 1), full=True)
        graph.row(lower, range(before + 1), full=False)
        graph.row(lower, range(before + made + 1, before + made + 2), full=True, joined=base.x())
        graph.label(merge.x(), lower, facts.target, figures.count(facts.result_commits + 1, "commit"))
        graph.below(base, facts.target_sha[:SHA], merge.x())

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


def _said(facts: GraphFacts) -> str:
    """The graphs in words."""
    session, target = figures.count(facts.session_commits, "commit"), facts.target
    before = f"Before: {session} of the session from {facts.point[:SHA]} to {facts.tip[:SHA]}, {target} at "
    after = f"{target} with {figures.count(facts.result_commits + facts.joined, 'commit')} more"
    if facts.stays:
        after = f"{target} stays"
    elif facts.alone:
        after = f"{target} stays, and the session has {figures.count(facts.result_commits, 'commit')} on top of it"
    elif facts.joined:
        after += ", the last of them a merge commit"
    return f"{before}{facts.target_sha[:SHA]}. After: {after}."
