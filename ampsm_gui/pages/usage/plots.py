"""The plots of the usage tab: tokens, cost and time by iteration, with one iteration chosen in all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from ampsm.workflows.review import Spent
from ampsm_gui.look import figures
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.usage.figures import KINDS, kinds_of, tip_words
from ampsm_gui.widgets.plots.bars import Bar, BarPlot
from ampsm_gui.widgets.plots.plot import Plot, Series
from ampsm_gui.widgets.plots.scale import cost_scale, time_scale, token_scale
from ampsm_gui.widgets.plots.steps import StepPlot
from ampsm_gui.widgets.plots.tip import PlotTip, Tip, TipLine

_TABLES = 3
_TIME = (Series("Agent"), Series("Tests", hollow=True))


class UsagePlots(QWidget):
    """Three plots, or one at a time where there is no room for all. The tooltip is a child of `over`."""

    #: The number of the iteration that is chosen, or None.
    chosen = Signal(object)
    #: Another plot, or the tables, were chosen by name.
    view_changed = Signal()

    def __init__(self, theme: Theme, over: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._over = theme, over
        self._iterations: dict[int, Spent] = {}
        self._number: int | None = None
        kinds = [Series(name, color) for color, name in enumerate(KINDS)]
        self.tokens = BarPlot(theme, "Tokens by iteration", kinds, token_scale, parent=self)
        self.cost = StepPlot(theme, "Cost, running total", cost_scale, figures.cost, parent=self)
        self.time = BarPlot(theme, "Time by iteration", _TIME, time_scale, "not known", parent=self)
        self.plots: tuple[Plot, ...] = (self.tokens, self.cost, self.time)
        self._tip = PlotTip(theme, over)
        self._names = QWidget(self)
        self._single = 0
        self._is_single = self._with_tables = False
        self._build()
        self.setMinimumSize(theme.px(160), theme.px(112))  # of one plot: it is told to show less when it gets smaller
        for plot in self.plots:
            plot.chosen.connect(self._on_chosen)

    def set_iterations(self, iterations: Sequence[Spent]) -> None:
        """Shows these, oldest first."""
        self._iterations = {one.number: one for one in iterations}
        self.tokens.set_bars([
            Bar(one.number, kinds_of(one), figures.tokens(one.usage.total_tokens)) for one in iterations
        ])  # fmt: skip
        self.cost.set_values([(one.number, one.usage.cost_usd) for one in iterations])
        self.time.set_bars([
            Bar(
                one.number,
                None if one.duration_ms is None else (one.agent_ms, one.test_ms),
                figures.seconds_column(one.duration_ms),
            )
            for one in iterations
        ])  # fmt: skip
        if self._number is not None:
            self.choose(self._number if self._number in self._iterations else None)

    def views(self) -> list[QWidget]:
        """The plots, for the keys."""
        return list(self.plots)

    def choose(self, number: int | None, on: Plot | None = None) -> None:
        """Shows an iteration in every plot, and its figures beside its band in `on`."""
        self._number = number
        for plot in self.plots:
            plot.choose(number)
        one = self._iterations.get(number) if number is not None else None
        if one is None or on is None:
            self._tip.hide()
            if one is None:
                return
        tip = _tip(one)
        for plot in self.plots:
            plot.setAccessibleDescription(tip.words)
        if on is not None:
            band = on.column(one.number)
            self._tip.show_beside(tip, QRect(on.mapTo(self._over, QPoint(band.left(), band.top())), band.size()))

    def set_single(self, single: bool, tables: bool = False) -> None:
        """One plot at a time, chosen by name; with `tables` these are one more that can be chosen."""
        self._is_single, self._with_tables = single, tables
        self._names.setVisible(single)
        self._group.button(_TABLES).setVisible(tables)
        if self._single == _TABLES and not tables:
            self._group.button(0).setChecked(True)
            self._single = 0
        for number, plot in enumerate(self.plots):
            plot.setVisible(not single or number == self._single)
        self._lower.setVisible(not single or self._single in (1, 2))
        self._upper.setVisible(not self.shows_tables)
        self.setMinimumSize(self._theme.px(160), self._theme.px(28 if single else 112))

    @property
    def shows_tables(self) -> bool:
        """Whether the tables were chosen instead of a plot."""
        return self._is_single and self._single == _TABLES

    def _build(self) -> None:
        row = QHBoxLayout(self._names)
        row.setContentsMargins(self._theme.px(16), self._theme.px(4), self._theme.px(16), 0)
        row.setSpacing(self._theme.px(8))
        self._group = QButtonGroup(self)
        for number, words in enumerate(("Tokens", "Cost", "Time", "Tables")):
            button = QPushButton(words, self._names)
            button.setCheckable(True)
            button.setProperty("role", "chip")
            button.setChecked(number == 0)
            self._group.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        self._group.idClicked.connect(self._on_name_clicked)
        self._lower = QSplitter(Qt.Orientation.Horizontal, self)
        self._lower.addWidget(self.cost)
        self._lower.addWidget(self.time)
        self._upper = QSplitter(Qt.Orientation.Vertical, self)
        self._upper.addWidget(self.tokens)
        self._upper.addWidget(self._lower)
        for split in (self._lower, self._upper):
            split.setHandleWidth(1)
            split.setChildrenCollapsible(False)
        self._upper.setSizes([230, 190])
        self._lower.setSizes([400, 400])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._names)
        column.addWidget(self._upper, 1)

    @Slot(object)
    def _on_chosen(self, number: object) -> None:
        plot = self.sender()
        found = number if isinstance(number, int) else None
        if found != self._number or found is not None:
            self.choose(found, plot if isinstance(plot, Plot) else None)
            self.chosen.emit(found)

    @Slot(int)
    def _on_name_clicked(self, number: int) -> None:
        self._single = number
        self.set_single(True, self._with_tables)
        self.view_changed.emit()


def _tip(one: Spent) -> Tip:
    words = tip_words(one)
    return Tip(
        words.title, tuple(TipLine(*line) for line in words.lines), tuple(TipLine(*line) for line in words.below)
    )
