"""The tab of usage over a real store: figures, plots, tables, CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ampsm.model.telemetry import Usage
from ampsm.workflows.review.usage import SessionUsage, Spent
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.usage.figures import as_csv, kinds_of, tip_words, totals
from ampsm_gui.pages.usage.tab import UsageTab
from ampsm_gui.widgets.plots.tip import PlotTip
from tests.support.world import World


def tab_of(qtbot: QtBot, desktop: Desktop, session: dict[str, Any], size: tuple[int, int] = (1000, 640)) -> UsageTab:
    tab = UsageTab(desktop)
    qtbot.addWidget(tab)
    tab.resize(*size)
    tab.show()
    tab.show_session(session["id"])
    qtbot.waitUntil(lambda: not desktop.background.busy)
    return tab


def worked(world: World) -> dict[str, Any]:
    """Two iterations that reported all, and one that reported nothing."""
    world.use(model="claude-opus-4-7", tools=[], runs=[{}, {}, {"text": None, "result": False}])
    session = world.new(world.make_repo(), "Task", "--script", "true")
    world.iterate(session, "--model", "smart")
    world.iterate(session)
    world.iterate(session, code=7)
    return session


def spent(number: int, usage: Usage, **more: Any) -> Spent:
    known: dict[str, Any] = {
        "status": "succeeded", "started_at": "2026-11-24T08:00:00.000Z", "model": "m", "requested": "smart",
        "agent_ms": 61_000, "test_ms": None, "tool_calls": 2, "tool_failures": 0,
    }  # fmt: skip
    return Spent(number=number, usage=usage, **(known | more))


def test_figures_plots_and_tables_say_the_same(world: World, desktop: Desktop, qtbot: QtBot) -> None:
    session = worked(world)
    tab = tab_of(qtbot, desktop, session)
    names = tab.figures.accessibleName()
    assert "460 tokens in 2 of 3 iterations" in names and "60 output" in names and "75 % input from cache" in names
    assert "cost, 1 unknown" in names
    sparkline = tab.findChild(QWidget, "tokenSparkline")
    assert sparkline is not None and sparkline.isVisible()
    image = sparkline.grab().toImage()
    assert len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}) > 1
    assert tab.plots.tokens.numbers == tab.plots.cost.numbers == tab.plots.time.numbers == [1, 2, 3]
    assert [row.number for row in tab.iterations.rows()] == [3, 2, 1]
    assert tab.iterations.index(0, 2).data() == "–" and tab.iterations.index(1, 2).data() == "230"
    assert tab.models.index(0, 0).data() == "claude-opus-4-7 asked for as smart"


def test_an_iteration_is_chosen_everywhere(world: World, desktop: Desktop, qtbot: QtBot) -> None:
    tab = tab_of(qtbot, desktop, worked(world))
    (tip,) = tab.findChildren(PlotTip)
    tab.plots.tokens.setFocus()
    QTest.keyClick(tab.plots.tokens, Qt.Key.Key_Home)
    assert [plot.number for plot in tab.plots.plots] == [1, 1, 1]
    assert tip.isVisible() and "Cache read 150" in tip.accessibleName()
    assert tab.iteration_table.chosen_key == 1
    assert tab.rect().contains(tip.geometry())
    QTest.keyClick(tab.plots.tokens, Qt.Key.Key_End)
    assert "not reported" in tip.accessibleName()
    QTest.keyClick(tab.plots.tokens, Qt.Key.Key_Escape)
    assert not tip.isVisible() and tab.plots.cost.number is None
    tab.iteration_table.choose(2)
    assert tab.plots.time.number == 2


def test_the_last_ones_only_and_csv(world: World, desktop: Desktop, qtbot: QtBot) -> None:
    tab = tab_of(qtbot, desktop, worked(world))
    tab.copy.click()
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text().split("\n\n")[0])))
    assert [row["iteration"] for row in rows] == ["1", "2", "3"]
    assert (rows[0]["cacheReadTokens"], rows[0]["totalTokens"], rows[2]["totalTokens"]) == ("150", "230", "")
    tab.range.setCurrentIndex(1)
    qtbot.waitUntil(lambda: not desktop.background.busy)
    assert tab.plots.tokens.numbers == [1, 2, 3]


def test_what_comes_later(world: World, session: dict[str, Any], desktop: Desktop, qtbot: QtBot) -> None:
    world.use(tools=[])
    tab = tab_of(qtbot, desktop, session)
    assert not tab.plots.isVisible() and not tab.copy.isEnabled()
    world.iterate(session)
    tab.refresh()
    qtbot.waitUntil(lambda: tab.plots.tokens.numbers == [1])
    assert tab.plots.isVisible()
    tab.show_session(None)
    assert tab.plots.tokens.numbers == []


def test_a_small_page_has_one_plot_at_a_time(world: World, desktop: Desktop, qtbot: QtBot) -> None:
    tab = tab_of(qtbot, desktop, worked(world), size=(560, 230))
    assert tab.size().toTuple() == (560, 230)
    assert [plot.isVisible() for plot in tab.plots.plots] == [True, False, False]
    for button in tab.plots.findChildren(QWidget):
        if button.property("text") == "Time":
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [plot.isVisible() for plot in tab.plots.plots] == [False, False, True]
    assert not tab.model_table.isVisible()
    for button in tab.plots.findChildren(QWidget):
        if button.property("text") == "Tables":
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert tab.model_table.isVisible() and not any(plot.isVisible() for plot in tab.plots.plots)
    tab.resize(1000, 700)
    qtbot.waitUntil(lambda: all(plot.isVisible() for plot in tab.plots.plots))


def test_unknown_is_never_nought() -> None:
    nothing = spent(1, Usage(), model=None, agent_ms=None)
    assert kinds_of(nothing) is None
    assert [one.value for one in totals([nothing])] == ["–", "–", "–", "–", "–", "2"]
    assert ("Tokens", "not reported", None) in tip_words(nothing).lines
    only_sum = spent(2, Usage(total_tokens=500, estimated=True))
    assert kinds_of(only_sum) == (None, None, 500, None)
    no_cache = spent(3, Usage(prompt_tokens=400, completion_tokens=100, total_tokens=500))
    assert kinds_of(no_cache) == (None, None, 400, 100)
    assert totals([])[0].value == "–"


def test_no_cell_of_the_csv_is_a_formula() -> None:
    found = SessionUsage([spent(1, Usage(), model="=cmd()", requested="@x")], [])
    assert "'=cmd(),'@x" in as_csv(found)
