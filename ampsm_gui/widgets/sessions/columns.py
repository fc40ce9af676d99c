"""The columns of the session table: which are seen, how wide, in which order; remembered between starts."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QObject, QPoint, QSettings, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QMenu

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.sessions.order import SessionColumn
from ampsm_gui.models.sessions.text import HEADERS
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.sessions.list import SessionList

_KEY = "sessions/columns"
_SAVE_AFTER = 400  # ms
_WIDTHS = {
    SessionColumn.STATUS: 220, SessionColumn.NAME: 220, SessionColumn.REPOSITORY: 128, SessionColumn.BRANCH: 200,
    SessionColumn.ITERATIONS: 84, SessionColumn.POSITION: 100, SessionColumn.TOKENS: 146, SessionColumn.ACTIVITY: 100,
}  # fmt: skip
_CALM = (
    SessionColumn.BRANCH, SessionColumn.REPOSITORY, SessionColumn.POSITION, SessionColumn.TOKENS,
    SessionColumn.ITERATIONS, SessionColumn.ACTIVITY,
)  # fmt: skip  # hidden in this order where there is no room
_ALWAYS = (SessionColumn.STATUS, SessionColumn.NAME)


class SessionColumns(QObject):
    """Columns can be moved, hidden and sized in the table; rail and list have one, as wide as the view."""

    def __init__(self, view: SessionList, theme: Theme, state: QSettings) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme
        self._state = state
        self._kept = _read(state)
        self._applying = False
        self._header = view.horizontalHeader()
        self._header.setHighlightSections(False)
        self._header.setSectionsMovable(True)
        self._header.setSectionsClickable(True)
        self._header.setMinimumSectionSize(1)
        self._header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._header.customContextMenuRequested.connect(self._on_menu_requested)
        self._header.sectionResized.connect(self._on_sized)
        self._header.sectionMoved.connect(self._on_moved)
        self._header.sortIndicatorChanged.connect(self._on_sort_changed)
        self._save = single_shot(self, _SAVE_AFTER, self._on_save)
        theme.changed.connect(self.apply)
        view.resized.connect(self._on_resized)
        self.apply()

    @Slot()
    def apply(self) -> None:
        """Shows the columns that belong to the mode and the width of the view."""
        self._applying = True
        if self._view.mode == "table":
            self._apply_table()
        else:
            self._header.hide()
            for column in SessionColumn:
                self._header.setSectionHidden(column, column != SessionColumn.STATUS)
            self._header.setSectionResizeMode(SessionColumn.STATUS, QHeaderView.ResizeMode.Stretch)
            self._view.model().sort(SessionColumn.STATUS, Qt.SortOrder.AscendingOrder)
        self._applying = False

    def shown(self) -> list[SessionColumn]:
        """The columns that are seen now."""
        return [column for column in SessionColumn if not self._header.isSectionHidden(column)]

    def show_column(self, column: SessionColumn, shown: bool) -> None:
        """Shows or hides a column of the table, as far as there is room for it."""
        if column in _ALWAYS:
            return
        hidden = set(self._kept["hidden"])
        (hidden.discard if shown else hidden.add)(int(column))
        self._kept["hidden"] = sorted(hidden)
        self.apply()
        self._save.start()

    @Slot()
    def _on_resized(self) -> None:
        if self._view.mode == "table" and self._hidden() != set(SessionColumn) - set(self.shown()):
            self.apply()

    def _apply_table(self) -> None:
        self._header.show()
        for visual, column in enumerate(self._kept["order"]):
            self._header.moveSection(self._header.visualIndex(column), visual)
        hidden = self._hidden()
        for column in SessionColumn:
            self._header.setSectionHidden(column, column in hidden)
            stretch = column == SessionColumn.NAME
            mode = QHeaderView.ResizeMode.Stretch if stretch else QHeaderView.ResizeMode.Interactive
            self._header.setSectionResizeMode(column, mode)
            if not stretch:
                self._header.resizeSection(column, self._width(column))
        sort, descending = self._kept["sort"]
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self._header.setSortIndicator(sort, order)
        self._view.model().sort(sort, order)

    def _hidden(self) -> set[SessionColumn]:
        hidden = {SessionColumn(column) for column in self._kept["hidden"]}
        room = self._view.width() - self._theme.px(12)
        for column in _CALM:
            if sum(self._width(c) for c in SessionColumn if c not in hidden) > room:
                hidden.add(column)
        return hidden

    def _width(self, column: SessionColumn) -> int:
        chosen = self._kept["widths"].get(str(int(column)))
        if chosen is not None:
            return self._theme.px(chosen)
        heading = self._header.fontMetrics().horizontalAdvance(HEADERS[column]) + self._theme.px(30)
        return max(self._theme.px(_WIDTHS[column]), heading)

    @Slot(int, int, int)
    def _on_sized(self, column: int, _before: int, width: int) -> None:
        """Somebody has drawn a column wider or narrower; one that stretches follows the view, nobody chooses that."""
        stretches = self._header.sectionResizeMode(column) == QHeaderView.ResizeMode.Stretch
        if self._applying or stretches or not width or self._view.mode != "table":
            return
        self._kept["widths"][str(column)] = round(width * 100 / self._theme.px(100))
        self._save.start()

    @Slot()
    def _on_moved(self) -> None:
        if not self._applying and self._view.mode == "table":
            self._kept["order"] = [self._header.logicalIndex(visual) for visual in range(len(SessionColumn))]
            self._save.start()

    @Slot(int, Qt.SortOrder)
    def _on_sort_changed(self, column: int, order: Qt.SortOrder) -> None:
        if not self._applying and self._view.mode == "table":
            self._kept["sort"] = [column, order == Qt.SortOrder.DescendingOrder]
            self._view.model().sort(column, order)
            self._save.start()

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in SessionColumn:
            if column not in _ALWAYS:
                action = menu.addAction(HEADERS[column])
                action.setData(int(column))
                action.setCheckable(True)
                action.setChecked(int(column) not in self._kept["hidden"])
        menu.triggered.connect(self._on_column_toggled)
        menu.popup(self._header.mapToGlobal(place))

    @Slot(QAction)
    def _on_column_toggled(self, action: QAction) -> None:
        self.show_column(SessionColumn(action.data()), action.isChecked())

    @Slot()
    def _on_save(self) -> None:
        self._state.setValue(_KEY, json.dumps(self._kept))


def _read(state: QSettings) -> dict[str, Any]:
    """What was remembered, as far as it still makes sense."""
    kept: dict[str, Any] = {"widths": {}, "order": [int(c) for c in SessionColumn], "hidden": [], "sort": [0, False]}
    try:
        found = json.loads(str(state.value(_KEY, "{}")))
        kept.update({key: found[key] for key in kept if type(found.get(key)) is type(kept[key])})
    except (ValueError, AttributeError):
        return kept
    if sorted(kept["order"]) != [int(column) for column in SessionColumn]:
        kept["order"] = [int(column) for column in SessionColumn]
    return kept
