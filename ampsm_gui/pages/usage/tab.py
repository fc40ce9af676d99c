"""The tab of what a session spent: figures, plots, and the tables that say the same."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ampsm.context import Context
from ampsm.workflows.review import SessionUsage, session_usage
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.usage.figures import as_csv, totals
from ampsm_gui.models.usage.tables import IterationTable, ModelTable
from ampsm_gui.pages.tab import Tab
from ampsm_gui.pages.usage.figures import UsageFigures
from ampsm_gui.pages.usage.plots import UsagePlots
from ampsm_gui.widgets.fields.choice import ChoiceBox
from ampsm_gui.widgets.messages.or_empty import OrEmpty
from ampsm_gui.widgets.tables.data_table import DataTable

_RANGES = (("All iterations", 0), ("Last 10", 10), ("Last 40", 40))
_ROOM_FOR_ALL = 460  # px at 100 % below the figures; less high: one plot at a time
_ROOM_FOR_BOTH = 400  # less high: the tables take a plot's place
_ROOMY_WIDTH = 780
_COPY = "Copy as CSV"
_TABLE = 158
_LEAST = 112  # of a plot with the names above it; less high: without the figures


class UsageTab(Tab):
    """Statistics of all iterations or the last ones, live."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(desktop, parent)
        theme = desktop.theme
        self._session: str | None = None
        self._found: SessionUsage | None = None
        self.figures = UsageFigures(theme, self)
        self.models, self.iterations = ModelTable(self), IterationTable(self)
        self.plots = UsagePlots(theme, self, self)
        self.model_table = DataTable(theme, desktop.state, "usageModelTable", self.models, self)
        self.model_table.setAccessibleName("Usage by model")
        self.iteration_table = DataTable(theme, desktop.state, "usageIterationTable", self.iterations, self)
        self.iteration_table.setAccessibleName("Usage by iteration")
        self._make_corner()
        self._build()
        self.range.currentIndexChanged.connect(self._on_range_changed)
        self.copy.clicked.connect(self._on_copy)
        self.plots.view_changed.connect(self._lay_out)
        self.plots.chosen.connect(self._on_chosen)
        self.iteration_table.chosen.connect(self._on_row_chosen)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._show(None)

    def views(self) -> list[QWidget]:
        return [*self.plots.views(), self.model_table, self.iteration_table]

    def corner(self) -> QWidget | None:
        return self._corner

    def set_corner_compact(self, compact: bool) -> None:
        self.copy.setText("" if compact else _COPY)
        self.copy.setIconSize(self.desktop.theme.icon_size(words=not compact))

    def show_session(self, session_id: str | None) -> None:
        self._session = session_id
        self.desktop.background.forget((self, "usage"))
        self.range.setCurrentIndex(0)
        self.plots.choose(None)
        self._show(None)
        self.refresh()

    def refresh(self) -> None:
        if self._session is not None:
            last = self.range.currentData() or None
            read = partial(_read, session_id=self._session, last=last)
            self.desktop.background.ask((self, "usage"), read, self._show, self._on_failed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _make_corner(self) -> None:
        self._corner = QWidget(self)
        row = QHBoxLayout(self._corner)
        row.setContentsMargins(0, 0, self.desktop.theme.px(8), 0)
        self.range = ChoiceBox(self._corner)
        self.range.setAccessibleName("Which iterations are counted")
        for words, count in _RANGES:
            self.range.addItem(words, count)
        self.copy = QPushButton(_COPY, self._corner)
        self.copy.setToolTip("Copy the figures of plots and tables as CSV")
        self.copy.setAccessibleName(_COPY)
        row.addWidget(self.range)
        row.addWidget(self.copy)

    def _build(self) -> None:
        self._tables = QStackedWidget(self)
        self._tables.addWidget(self.model_table)
        self._tables.addWidget(self.iteration_table)
        below = self._below = QWidget(self)
        self._chips = QHBoxLayout()
        self._by = QButtonGroup(self)
        for number, words in enumerate(("By model", "By iteration")):
            button = QPushButton(words, below)
            button.setCheckable(True)
            button.setChecked(number == 0)
            button.setProperty("role", "chip")
            self._by.addButton(button, number)
            self._chips.addWidget(button)
        self._chips.addStretch(1)
        self._by.idClicked.connect(self._tables.setCurrentIndex)
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._chips)
        column.addWidget(self._tables, 1)
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.addWidget(self.plots)
        self._split.addWidget(below)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.setStretchFactor(0, 1)
        self._split.setSizes([self.desktop.theme.px(380), self.desktop.theme.px(_TABLE)])
        self._pages = OrEmpty(self.desktop.theme, self._split, self)
        self._pages.empty.primary_clicked.connect(self._on_start)
        self._pages.setMinimumSize(1, self.desktop.theme.px(24))  # what it shows depends on the room it is given
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.figures)
        whole.addWidget(self._pages, 1)

    @Slot()
    def _lay_out(self) -> None:
        px = self.desktop.theme.px
        low = self.height() < px(_ROOM_FOR_BOTH)
        self.figures.set_one_row(low)
        self.figures.setVisible(self.height() >= self.figures.sizeHint().height() + px(_LEAST))
        room = self.height() - (0 if self.figures.isHidden() else self.figures.sizeHint().height())
        self.plots.set_single(room < px(_ROOM_FOR_ALL), low)
        self._below.setVisible(not low or self.plots.shows_tables)
        self.iteration_table.columns.drop({"cache write", "fresh", "tests"} if self.width() < px(_ROOMY_WIDTH) else ())

    def _show(self, found: SessionUsage | None) -> None:
        self._found = found
        iterations = list(found.iterations) if found else []
        self.figures.set_figures(totals(iterations))
        running = bool(iterations) and iterations[-1].status == "running"
        self.figures.sparkline.set_values([one.usage.total_tokens for one in iterations], live=running)
        self.plots.set_iterations(iterations)
        self.models.set_rows(found.models if found else [])
        self.iterations.set_rows(iterations[::-1])
        self.copy.setEnabled(bool(iterations))
        if found is None or iterations:
            self._pages.show_contents()
        else:
            words = "Tokens, cost and time of every iteration stand here once the agent has worked."
            command = f"amp-sessions iterate {self._session}"
            self._pages.show_empty("list", "No iteration yet", words, "Start", command)

    @Slot()
    def _on_start(self) -> None:
        self.step_requested.emit("iterate")

    def _on_failed(self, error: Exception) -> None:
        self._pages.show_failure("The usage cannot be read", error)

    @Slot()
    def _on_range_changed(self) -> None:
        self.refresh()

    @Slot()
    def _on_copy(self) -> None:
        if self._found is not None:
            QGuiApplication.clipboard().setText(as_csv(self._found))

    @Slot(object)
    def _on_chosen(self, number: object) -> None:
        blocked = self.iteration_table.blockSignals(True)
        self.iteration_table.choose(number if isinstance(number, int) else None)
        self.iteration_table.blockSignals(blocked)

    @Slot(object)
    def _on_row_chosen(self, number: object) -> None:
        self.plots.choose(number if isinstance(number, int) else None)

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self.desktop.theme
        self.copy.setIcon(theme.icon("copy"))
        self.copy.setIconSize(theme.icon_size(words=bool(self.copy.text())))
        self._chips.setContentsMargins(theme.px(8), theme.px(4), theme.px(8), theme.px(4))
        self._chips.setSpacing(theme.px(8))


def _read(ctx: Context, session_id: str, last: int | None) -> SessionUsage:
    found = session_usage(ctx, session_id, last=last)
    found.models.sort(key=lambda spent: (-(spent.usage.total_tokens or -1), spent.model or ""))
    return found
