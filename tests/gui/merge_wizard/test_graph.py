"""The graphs before and after a merge: no words on others, whatever the numbers of commits."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from pytestqt.qtbot import QtBot

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.merge.graph import GraphFacts, MergeGraph


class Watched(MergeGraph):
    """Knows where its words stand."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.places: list[tuple[str, QRectF]] = []

    def _words(self, painter: QPainter, middle: QPointF, words: str, token: str, font: QFont) -> None:
        metrics = QFontMetrics(font)
        wide, high = metrics.horizontalAdvance(words), metrics.ascent()
        self.places.append((words, QRectF(middle.x(), middle.y() - high / 2, wide, high)))
        super()._words(painter, middle, words, token, font)


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("target", [0, 1, 2, 30])
@pytest.mark.parametrize("session", [1, 3, 40])
def test_no_words_stand_on_others(theme: Theme, qtbot: QtBot, session: int, target: int, joined: bool) -> None:
    graph = Watched(theme)
    qtbot.addWidget(graph)
    graph.resize(272, graph.sizeHint().height())
    graph.show_facts(GraphFacts("main", "a" * 40, "b" * 40, "c" * 40, session, target, 1, joined))
    graph.grab()
    assert len(graph.places) >= 8
    for (one, here), (other, there) in combinations(graph.places, 2):
        assert not here.intersects(there), (one, other)
    assert all(graph.rect().toRectF().contains(here) for _, here in graph.places), graph.places
