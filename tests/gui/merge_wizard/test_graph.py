"""The graphs before and after a merge: no words on others, whatever the numbers of commits."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from pytestqt.qtbot import QtBot

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.merge.graph import GraphFacts, MergeGraph
from ampsm_gui.widgets.merge.graph_painter import GraphPainter


class WatchedPainter(GraphPainter):
    """Tells where its words stand, and which lines lead from a row to another."""

    places: list[tuple[str, QRectF]]
    curves: list[tuple[QPointF, QPointF]]

    def words(self, middle: QPointF, words: str, token: str, font: QFont) -> None:
        metrics = QFontMetrics(font)
        wide, high = metrics.horizontalAdvance(words), metrics.ascent()
        self.places.append((words, QRectF(middle.x(), middle.y() - high / 2, wide, high)))
        super().words(middle, words, token, font)

    def curve(self, begin: QPointF, end: QPointF) -> None:
        self.curves.append((begin, end))
        super().curve(begin, end)


class Watched(MergeGraph):
    """Knows what it has painted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.places: list[tuple[str, QRectF]] = []
        self.curves: list[tuple[QPointF, QPointF]] = []

    def _painter(self, painter: QPainter) -> GraphPainter:
        made = WatchedPainter(self._theme, painter, self.width())
        made.places, made.curves = self.places, self.curves
        return made


@pytest.mark.parametrize("kind", ["forward", "joined", "stays", "alone"])
@pytest.mark.parametrize("target", [0, 1, 2, 30])
@pytest.mark.parametrize("session", [1, 3, 40])
def test_no_words_stand_on_others(theme: Theme, qtbot: QtBot, session: int, target: int, kind: str) -> None:
    graph = Watched(theme)
    qtbot.addWidget(graph)
    graph.resize(272, graph.sizeHint().height())
    graph.show_facts(GraphFacts("main", "a" * 40, "b" * 40, "c" * 40, session, target, 1, **_how(kind)))
    graph.grab()
    assert len(graph.places) >= 7
    assert [words for words, _ in graph.places].count("a" * 7) == 2  # once before, once after
    for (one, here), (other, there) in combinations(graph.places, 2):
        assert not here.intersects(there), (one, other)
    assert all(graph.rect().toRectF().contains(here) for _, here in graph.places), graph.places
    for begin, end in graph.curves:
        around = QRectF(begin, end).normalized()
        assert not [words for words, here in graph.places if here.intersects(around)], around


def test_a_merge_commit_has_two_parents(theme: Theme, qtbot: QtBot) -> None:
    """Lines lead from the target to the session's commits, and from the last of these to the merge commit."""
    graph = Watched(theme)
    qtbot.addWidget(graph)
    graph.resize(272, graph.sizeHint().height())
    for joined, lines in ((False, 1), (True, 3)):
        graph.curves.clear()
        graph.show_facts(GraphFacts("main", "a" * 40, "b" * 40, "c" * 40, 2, 3, 2, joined))
        graph.grab()
        assert len(graph.curves) == lines
    _, away, back = graph.curves
    assert away[0].y() == back[1].y() and away[1].y() == back[0].y() < away[0].y()
    assert "a merge commit" in graph.accessibleName()


def _how(kind: str) -> dict[str, bool]:
    return {} if kind == "forward" else {kind: True}
