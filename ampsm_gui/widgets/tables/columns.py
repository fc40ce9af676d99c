"""The columns of a table: one takes the room that is left; their order, widths and who is hidden are remembered."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QObject, QPoint, QSettings, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.tables.keyed_table import KeyedTable
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.tables.header import SORT_MARK

_SAVE_AFTER = 400  # ms
_LEAST, _AROUND_TITLE = 32, 19


class DataTableColumns(QObject):
    """Lays out the header of one table. Widths are kept at 100 %, so that they fit at any size of the font."""

    #: Rows are in another order: that of a column, or their own.
    order_changed = Signal()

    def __init__(
        self, view: QTableView, theme: Theme, state: QSettings | None, name: str, model: KeyedTable[Any]
    ) -> None:
        super().__init__(view)
        self._view, self._theme, self._state, self._model = view, theme, state, model
        self._key = f"tables/{name}"
        self._stretching = max(range(len(model.columns)), key=lambda number: model.columns[number].width)
        self._hidden: set[str] = set()
        self._narrow: set[str] = set()
        self._widths = {column.key: column.width for column in model.columns}
        self._laying_out = False
        self._saving = single_shot(self, _SAVE_AFTER, self.save)
        header = self._header
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setSectionsClickable(model.sortable)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)  # by a third click
        header.sortIndicatorChanged.connect(self._on_sort_changed)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_menu_requested)
        self._restore()
        header.sectionResized.connect(self._on_section_resized)
        header.sectionMoved.connect(self._on_section_moved)

    @property
    def _header(self) -> QHeaderView:
        return self._view.horizontalHeader()

    def shown(self) -> list[int]:
        """The numbers of the columns that are shown, from left to right."""
        header = self._header
        logical = (header.logicalIndex(place) for place in range(header.count()))
        return [number for number in logical if not header.isSectionHidden(number)]

    def first_shown(self) -> int:
        return next(iter(self.shown()), 0)

    def sort_by(self, key: str | None, *, down: bool = False) -> None:
        """Sorts by a column, as clicks on its title do; without one, in the order the rows have by themselves."""
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        self._header.setSortIndicator(-1 if key is None else self._model.column_number(key), order)

    def sorted_by(self) -> tuple[str, bool] | None:
        """The column by which rows are sorted, and whether largest first."""
        number = self._header.sortIndicatorSection()
        down = self._header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        return (self._model.columns[number].key, down) if number >= 0 else None

    def order_in_words(self) -> str:
        """`Sorted by Changes`; nothing where no column sorts."""
        found = self.sorted_by()
        return f"Sorted by {self._model.columns[self._model.column_number(found[0])].title}" if found else ""

    def drop(self, keys: Collection[str]) -> None:
        """Leaves columns out while there is no room for them, besides those that the user has hidden."""
        if set(keys) != self._narrow:
            self._narrow = set(keys)
            self.lay_out()

    def lay_out(self) -> None:
        """Sets heights, widths and who is hidden, from the theme's size."""
        self._laying_out = True
        header = self._header
        header.setMinimumSectionSize(self._theme.px(_LEAST))
        header.setFixedHeight(self._theme.f + self._theme.px(10))
        metrics = QFontMetrics(self._theme.font())
        around = _AROUND_TITLE + (SORT_MARK if self._model.sortable else 0)
        for number, column in enumerate(self._model.columns):
            header.setSectionHidden(number, column.key in self._hidden | self._narrow)
            stretching = number == self._stretching
            mode = QHeaderView.ResizeMode.Stretch if stretching else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(number, mode)
            if not stretching:
                least = metrics.horizontalAdvance(column.title) + self._theme.px(around)
                header.resizeSection(number, max(least, self._theme.px(self._widths[column.key])))
        self._laying_out = False

    @Slot()
    def save(self) -> None:
        """Remembers the columns as they are now."""
        self._saving.stop()
        if self._state is not None:
            header = self._header
            order = [self._model.columns[header.logicalIndex(place)].key for place in range(header.count())]
            known = {"order": order, "hidden": sorted(self._hidden), "widths": self._widths}
            self._state.setValue(self._key, json.dumps(known))

    def _restore(self) -> None:
        text = self._state.value(self._key) if self._state is not None else None
        try:
            known = json.loads(text) if isinstance(text, str) else {}
            keys = {column.key for column in self._model.columns}
            self._hidden = {key for key in known.get("hidden", []) if key in keys}
            self._widths |= {key: int(width) for key, width in known.get("widths", {}).items() if key in keys}
            order = [key for key in known.get("order", []) if key in keys]
        except (ValueError, TypeError, AttributeError):
            return
        for place, key in enumerate(order):
            self._header.moveSection(self._header.visualIndex(self._model.column_number(key)), place)

    def _save_soon(self) -> None:
        if not self._laying_out:
            self._saving.start()

    @Slot(int, Qt.SortOrder)
    def _on_sort_changed(self, number: int, order: Qt.SortOrder) -> None:
        self._model.sort(number, order)
        self.order_changed.emit()

    @Slot(int, int, int)
    def _on_section_resized(self, number: int, old: int, new: int) -> None:
        if self._laying_out or number == self._stretching or new == 0:
            return
        self._widths[self._model.columns[number].key] = round(new * 16 / self._theme.f)
        self._save_soon()

    @Slot(int, int, int)
    def _on_section_moved(self, number: int, old: int, new: int) -> None:
        self._save_soon()

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        self.menu().popup(self._header.mapToGlobal(place))

    def menu(self) -> QMenu:
        """Which columns are shown, to be changed; at least one always is."""
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in self._model.columns:
            action = QAction(column.title or column.key.capitalize(), menu)
            action.setCheckable(True)
            action.setChecked(column.key not in self._hidden)
            action.setEnabled(column.key in self._hidden or len(self.shown()) > 1)
            action.setData(column.key)
            menu.addAction(action)
        menu.triggered.connect(self._on_column_toggled)
        return menu

    @Slot(QAction)
    def _on_column_toggled(self, action: QAction) -> None:
        self._hidden ^= {action.data()}
        self.lay_out()
        self._save_soon()
