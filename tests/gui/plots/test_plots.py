"""Sparkline and plots: what they draw, and how an iteration is chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ampsm_gui.look import figures
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.plots.bars import Bar, BarPlot
from ampsm_gui.widgets.plots.plot import Series
from ampsm_gui.widgets.plots.scale import Scale, cost_scale, time_scale, token_scale
from ampsm_gui.widgets.plots.sparkline import MOST_BARS, Sparkline, sparkline_width
from ampsm_gui.widgets.plots.steps import StepPlot

_KINDS = [Series("Read", 0), Series("Write", 1)]


def colors_of(widget: QWidget) -> set[str]:
    image: QImage = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def name(color: QColor) -> str:
    return color.name()


def labels(scale: Scale) -> list[str]:
    return [scale.label(value) for value in scale.lines()]


@pytest.mark.parametrize(
    ("scale", "written"),
    [
        (token_scale(904_000), ["0", "250 k", "500 k", "750 k", "1 M"]),
        (token_scale(0), ["0", "", "", "", ""]),
        (token_scale(3), ["0", "1", "2", "3"]),
        (token_scale(7), ["0", "2", "4", "6", "8"]),
        (token_scale(12_500_000), ["0", "5 M", "10 M", "15 M"]),
        (cost_scale(5.32), ["$0", "$2", "$4", "$6"]),
        (cost_scale(0.11), ["$0.00", "$0.05", "$0.10", "$0.15"]),
        (cost_scale(1.9), ["$0.00", "$0.50", "$1.00", "$1.50", "$2.00"]),
        (time_scale(628_000), ["0", "3:00", "6:00", "9:00", "12:00"]),
        (time_scale(800), ["0", "1 s"]),
        (time_scale(9_000_000), ["0", "1:00 h", "2:00 h", "3:00 h"]),
    ],
)
def test_axes_have_round_figures(scale: Scale, written: list[str]) -> None:
    assert labels(scale) == written


@pytest.mark.parametrize("usd", [0.0001, 0.003, 0.02, 0.27, 0.99, 1, 2.5, 40, 12_345])
def test_no_two_lines_of_costs_are_written_alike(usd: float) -> None:
    scale = cost_scale(usd)
    assert len(set(labels(scale))) == len(labels(scale)) and scale.top >= usd


def test_a_sparkline_tells_bars_gaps_and_what_runs(qtbot: QtBot, theme: Theme) -> None:
    line = Sparkline(theme)
    qtbot.addWidget(line)
    line.show()
    assert len(colors_of(line)) == 1
    line.set_values([100, None, 50], live=True)
    found = colors_of(line)
    assert {name(theme.color("plotAxis")), name(theme.color("running.text"))} <= found
    line.set_values([100, None, 50])
    assert name(theme.color("text.primary")) in colors_of(line)
    assert line.accessibleName() == "Tokens by iteration\n1: 100\n2: not reported\n3: 50"
    line.set_values(list(range(30)))
    assert line.accessibleName().splitlines()[1] == "21: 20"
    assert sparkline_width(theme, [0] * 30) == sparkline_width(theme, [0] * MOST_BARS) <= line.width()


def bars(qtbot: QtBot, theme: Theme) -> BarPlot:
    plot = BarPlot(theme, "Tokens by iteration", _KINDS, token_scale)
    plot.chosen.connect(plot.choose)
    qtbot.addWidget(plot)
    plot.resize(600, 200)
    plot.set_bars([Bar(1, (300, 100), "400"), Bar(2, None), Bar(3, (0, 200), "200")])
    plot.show()
    return plot


def test_bars_have_the_colours_of_their_kinds(qtbot: QtBot, theme: Theme) -> None:
    found = colors_of(bars(qtbot, theme))
    assert {name(theme.plot(0)), name(theme.plot(1)), name(theme.color("plotGrid"))} <= found


def test_pointer_and_keys_choose_an_iteration(qtbot: QtBot, theme: Theme) -> None:
    plot = bars(qtbot, theme)
    QTest.mouseMove(plot, plot.column(2).center())
    qtbot.waitUntil(lambda: plot.number == 2)
    assert name(theme.color("surface.hover")) in colors_of(plot)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.number == 3
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.number == 3
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert plot.number == 1
    QTest.keyClick(plot, Qt.Key.Key_Left)
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert name(theme.color("surface.hover")) not in colors_of(plot)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.number == 3


def test_every_place_belongs_to_one_column(qtbot: QtBot, theme: Theme) -> None:
    plot = bars(qtbot, theme)
    plot.set_bars([Bar(number, (number, 1), str(number)) for number in range(1, 41)])
    right = 0
    for number in range(1, 41):
        column = plot.column(number)
        assert right in (0, column.left()) and column.width() > 0
        right = column.left() + column.width()
        assert plot.grab().toImage().size().width() == 600
    assert right == plot.area().left() + plot.area().width()


@pytest.mark.parametrize("values", [[], [None], [0.5], [0.5, None, 1.0], [0.1] * 60])
def test_costs_grow_in_steps(qtbot: QtBot, theme: Theme, values: list[float | None]) -> None:
    plot = StepPlot(theme, "Cost", cost_scale, figures.cost)
    qtbot.addWidget(plot)
    plot.resize(300, 150)
    plot.set_values(list(enumerate(values, 1)))
    plot.show()
    shown = colors_of(plot)
    assert name(theme.color("surface.base")) in shown
    if len([value for value in values if value]) > 1:
        assert name(theme.color("text.primary")) in shown


def test_nothing_to_draw_is_fine(qtbot: QtBot, theme: Theme) -> None:
    plot = bars(qtbot, theme)
    plot.set_bars([])
    assert plot.column(1).isNull()
    QTest.mouseMove(plot, QPoint(100, 100))
    QTest.keyClick(plot, Qt.Key.Key_Left)
    plot.grab()


def test_a_plot_without_any_known_figure_says_so_in_one_line(theme: Theme, qtbot: QtBot) -> None:
    """Neither grid nor bars nor a legend of what is not there."""
    bars = BarPlot(theme, "Tokens", [Series("Input", 0), Series("Output", 1)], token_scale)
    cost = StepPlot(theme, "Cost, running total", cost_scale, figures.cost)
    bars.set_bars([Bar(1, None), Bar(2, None)])
    cost.set_values([(1, None), (2, None)])
    for plot in (bars, cost):
        qtbot.addWidget(plot)
        plot.resize(400, 200)
        empty = plot.grab(QRect(0, 60, 400, 140)).toImage()
        assert not plot.has_figures() and plot.nothing.endswith("for any iteration so far")
        ground = theme.color("surface.base").rgb()
        assert all(empty.pixel(x, y) == ground for x in range(0, 400, 3) for y in range(0, 140, 3))
    bars.set_bars([Bar(1, None), Bar(2, (1_000, 2_000))])
    cost.set_values([(1, None), (2, 0.5)])
    assert bars.has_figures() and cost.has_figures()
