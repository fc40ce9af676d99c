"""The tab of what happened to a session, and the way back from its last squash, rebase or merge."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from ampsm.context import Context
from ampsm.model.record import document
from ampsm.workflows.review import counts_of_tests, iteration_details, iteration_journals, session_history
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.history.table import HistoryStep, HistoryTable, commit_of, left_out
from ampsm_gui.models.history.tests import with_counts
from ampsm_gui.pages.detail_tab import DetailTab
from ampsm_gui.pages.history.detail import TABS_OF_AN_ITERATION, HistoryDetail
from ampsm_gui.pages.tab import TITLES, TabName
from ampsm_gui.runtime.background import redacted
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.messages.or_empty import OrEmpty
from ampsm_gui.widgets.tables.data_table import DataTable

_ROOMY_HEIGHT = 400  # px at 100 %
_BELOW = 230
_BEGINNING_MS = 300


class HistoryTab(DetailTab):
    """Every iteration and finishing step, newest first, and one of them in detail. It asks for undo and other tabs.

    What was done comes first; how the session began, the last row, follows a moment after it is looked at."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(desktop, parent)
        theme = desktop.theme
        self._session: str | None = None
        self._asked: dict[str, Any] | None = None  # the iteration whose words were asked for
        self._steps: list[HistoryStep] = []
        self._to_the_beginning = False
        self._later = single_shot(self, _BEGINNING_MS, self._on_looked_at)
        self.model = HistoryTable(self)
        self.table = DataTable(theme, desktop.state, "historyTable", self.model, self)
        self.detail = self.below = HistoryDetail(theme, self)
        self.text = self.detail.text
        self._pages = OrEmpty(theme, self.table, self)
        self._build()
        self._on_order_changed()
        self.table.columns.order_changed.connect(self._on_order_changed)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self._on_opened)
        self.table.link_clicked.connect(self._on_link_clicked)
        self.table.customContextMenuRequested.connect(self._on_menu_requested)
        self.detail.undo_requested.connect(self.undo_requested)
        self.detail.tab_requested.connect(self.tab_requested)
        self.detail.commit_requested.connect(self.commit_requested)

    def show_session(self, session_id: str | None) -> None:
        self._session, self._asked_detail, self._asked = session_id, False, None
        self._steps, self._to_the_beginning = [], False
        self._later.stop()
        for what in ("steps", "words"):
            self.desktop.background.forget((self, what))
        self.model.set_rows([])
        self.detail.show_step(None)
        self.count_changed.emit(None)
        self._pages.show_contents()
        self.lay_out()
        self.refresh()

    def refresh(self) -> None:
        if self._session is not None:
            read = redacted(partial(_read, session_id=self._session))
            self.desktop.background.ask((self, "steps"), read, self._on_steps, self._on_failed)

    def _build(self) -> None:
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.addWidget(self._pages)
        split.addWidget(self.detail)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 1)
        split.setSizes([self.desktop.theme.px(360), self.desktop.theme.px(_BELOW)])
        split.setMinimumSize(1, self.desktop.theme.px(48))  # what it shows depends on the room it is given
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)

    def lay_out(self) -> None:
        px = self.desktop.theme.px
        self.table.columns.drop(left_out(self.width() * 100 // px(100)))
        self._compact = self.height() < px(_ROOMY_HEIGHT)
        self.detail.setVisible(bool(self.model.rowCount()) and (not self._compact or self._asked_detail))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look_back()

    def _look_back(self) -> None:
        if self._steps and self.isVisible() and not self._to_the_beginning:
            self._later.start()

    @Slot()
    def _on_looked_at(self) -> None:
        self._to_the_beginning = True
        self.model.set_steps(self._steps)

    def _on_steps(self, steps: list[HistoryStep]) -> None:
        first, self._steps = not self.model.rowCount(), steps
        done = [step for step in steps if step["kind"] != "created"]
        self.model.set_steps(steps if self._to_the_beginning or not done else done)
        self._look_back()
        self.count_changed.emit(len(steps))
        self._pages.show_contents()
        self.lay_out()
        if first and steps:
            self.table.choose(steps[-1]["key"])
        self._show_chosen()

    def _on_failed(self, error: Exception) -> None:
        self._pages.show_failure("The history cannot be read", error)

    def _show_chosen(self) -> None:
        step = self.model.row_at(self.table.currentIndex().row())
        self.detail.show_step(step)
        if step is None or step["kind"] != "iteration" or self._session is None:
            self.desktop.background.forget((self, "words"))
            self._asked = None
            return
        if step["iteration"] == self._asked:
            return
        self._asked = step["iteration"]
        read = partial(_read_words, session_id=self._session, number=step["iteration"]["number"])
        self.desktop.background.ask((self, "words"), read, self.detail.set_words, self._on_words_failed)

    def _on_words_failed(self, error: Exception) -> None:
        self.detail.set_words({"answer": None, "testOutput": [], "warnings": [str(error)]})

    @Slot()
    def _on_order_changed(self) -> None:
        self._said.setText(self.table.columns.order_in_words() or "Newest first")
        self.table.setAccessibleName(f"History of the session, {self._said.text().lower()}")

    @Slot(object)
    def _on_chosen(self, key: object) -> None:
        self._show_chosen()

    @Slot(object, str)
    def _on_link_clicked(self, key: object, column: str) -> None:
        self.undo_requested.emit()

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        step = self.model.row_at(self.table.indexAt(place).row())
        if step is not None:
            self.menu(step).popup(self.table.viewport().mapToGlobal(place))

    def menu(self, step: HistoryStep) -> QMenu:
        """What can be done with a step."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if step["kind"] == "iteration":
            for name in TABS_OF_AN_ITERATION:
                shown = menu.addAction(f"Show {TITLES[name].lower()}")
                shown.setData((str(name), step["iteration"]["number"]))
        if step["kind"] == "commit":
            menu.addAction("Show changes").setData(("commit", step["sha"]))
        if commit_of(step):
            menu.addAction("Copy commit").setData(("copy", commit_of(step)))
        if step.get("undoable"):
            menu.addAction(f"Undo {step['kind']}…").setData(("undo", 0))
        menu.triggered.connect(self._on_menu_triggered)
        return menu

    @Slot(object)
    def _on_menu_triggered(self, action: Any) -> None:
        name, value = action.data()
        if name == "undo":
            self.undo_requested.emit()
        elif name == "commit":
            self.commit_requested.emit(value)
        elif name == "copy":
            QGuiApplication.clipboard().setText(value)
        else:
            self.tab_requested.emit(TabName(name), value)


def _read(ctx: Context, session_id: str) -> list[HistoryStep]:
    found: list[HistoryStep] = document(session_history(ctx, session_id))
    counts = counts_of_tests(iteration_journals(ctx, session_id))
    return [
        {**step, "iteration": with_counts(step["iteration"], counts)} if step["kind"] == "iteration" else step
        for step in found
    ]


def _read_words(ctx: Context, session_id: str, number: int) -> dict[str, Any]:
    found: dict[str, Any] = document(iteration_details(ctx, session_id, number))
    return found
