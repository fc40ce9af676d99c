"""The design's table: a rule under each row, columns that are moved, sized, hidden and remembered, rows to copy."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QSettings,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.tables.cells import CELL_ROLE, Cell
from ampsm_gui.models.tables.keyed_table import KeyedTable
from ampsm_gui.widgets.focus_ring import FocusRing
from ampsm_gui.widgets.row_keys import row_at_end
from ampsm_gui.widgets.tables.columns import DataTableColumns
from ampsm_gui.widgets.tables.delegate import CellDelegate
from ampsm_gui.widgets.tables.header import SortHeader

_MOVES = {"j": Qt.Key.Key_Down, "k": Qt.Key.Key_Up}
_FIRST_STEPS = (Qt.Key.Key_Down, Qt.Key.Key_Up)
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class DataTable(QTableView):
    """Shows a KeyedTable. The chosen row is known by its key and stays chosen while rows come, go and move."""

    #: Another row is current: its key, or None.
    chosen = Signal(object)
    #: Enter or a double click on a row: its key.
    opened = Signal(object)
    #: A click on a cell that is a link: the row's key and the column's.
    link_clicked = Signal(object, str)

    def __init__(
        self, theme: Theme, state: QSettings | None, name: str, model: KeyedTable[Any], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._table = model
        self._chosen: Hashable | None = None
        self.setObjectName(name)
        self.setHorizontalHeader(SortHeader(theme, self))
        self.setModel(model)
        self.setItemDelegate(CellDelegate(theme, self))
        self._ring = FocusRing(theme, self)
        self._set_behaviour()
        self.columns = DataTableColumns(self, theme, state, name, model)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.activated.connect(self._on_activated)
        self.clicked.connect(self._on_clicked)
        model.rowsInserted.connect(self._on_rows_inserted)
        model.rowsRemoved.connect(self._on_rows_removed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def chosen_key(self) -> Hashable | None:
        """The key of the current row."""
        row = self._table.row_at(self.currentIndex().row())
        return None if row is None else self._table.key_of(row)

    def choose(self, key: Hashable | None, *, scroll: bool = True) -> bool:
        """Makes a row current, if it is there."""
        number = -1 if key is None else self._table.number_of(key)
        if number < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return False
        index = self._table.index(number, self.columns.first_shown())
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        if scroll:
            self.scrollTo(index)
        return True

    def copied_text(self) -> str:
        """The selected rows as lines of cells with tabs between, as shown."""
        numbers = sorted(index.row() for index in self.selectionModel().selectedRows())
        shown = self.columns.shown()
        return "\n".join(
            "\t".join(str(self._table.index(number, column).data() or "") for column in shown) for number in numbers
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The current row stays in sight when a pane opens below."""
        place = self.visualRect(self.currentIndex())
        seen = self.currentIndex().isValid() and place.top() >= 0 and place.bottom() <= event.oldSize().height()
        super().resizeEvent(event)
        if seen:
            self.scrollTo(self.currentIndex())

    def minimumSizeHint(self) -> QSize:
        """Room for the header and two rows."""
        rows = 2 * self.verticalHeader().defaultSectionSize()
        return QSize(self._theme.px(160), self.horizontalHeader().height() + rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            text = self.copied_text()
            if text:
                QGuiApplication.clipboard().setText(text)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.chosen_key is not None:
                self.opened.emit(self.chosen_key)
            return
        if event.text() in _MOVES and not event.modifiers():
            event = QKeyEvent(QEvent.Type.KeyPress, _MOVES[event.text()], event.modifiers())
        if not self.selectionModel().hasSelection() and event.key() in _FIRST_STEPS and self.chosen_key is not None:
            self.choose(self.chosen_key)  # the row that the keys came to: a step from it would pass it over
            return
        super().keyPressEvent(event)
        if not self.selectionModel().hasSelection() and event.key() in _ENDS:
            self.choose(self.chosen_key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring.clicked()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.indexAt(event.position().toPoint()).data(CELL_ROLE)
        over_link = isinstance(cell, Cell) and cell.link
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over_link else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._ring.shown:
            place, seen = self.visualRect(self.currentIndex()), self.viewport().rect()
            row = QRect(0, place.top(), seen.width(), place.height() - 1)
            painter = QPainter(self.viewport())
            self._ring.paint(painter, row if seen.intersects(row) else seen)
            painter.end()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        return row_at_end(self, action) or super().moveCursor(action, modifiers)

    def _set_behaviour(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(self.verticalHeader().ResizeMode.Fixed)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        key = self.chosen_key
        if key != self._chosen:
            self._chosen = key
            self.chosen.emit(key)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        if self.chosen_key is not None:
            self.opened.emit(self.chosen_key)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        cell, row = index.data(CELL_ROLE), self._table.row_at(index.row())
        if isinstance(cell, Cell) and cell.link and row is not None:
            self.link_clicked.emit(self._table.key_of(row), self._table.columns[index.column()].key)

    @Slot(QModelIndex, int, int)
    def _on_rows_inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        self._keep_place(first, last - first + 1)

    @Slot(QModelIndex, int, int)
    def _on_rows_removed(self, parent: QModelIndex, first: int, last: int) -> None:
        self._keep_place(first, first - last - 1)

    def _keep_place(self, first: int, more: int) -> None:
        """What was at the top stays there when rows come or go above it."""
        bar = self.verticalScrollBar()
        top = bar.value()
        if top > 0 and first < top:
            self.updateGeometries()
            bar.setValue(top + more)

    @Slot()
    def _on_theme_changed(self) -> None:
        delegate = self.itemDelegate()
        if isinstance(delegate, CellDelegate):
            self.verticalHeader().setMinimumSectionSize(1)
            self.verticalHeader().setDefaultSectionSize(delegate.row_height())
        self.columns.lay_out()
        self.viewport().update()
