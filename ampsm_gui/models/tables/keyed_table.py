"""A table whose rows have keys, so that news change rows in place: selection and scrolling stay where they were."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ampsm_gui.look.plain import plain_tip
from ampsm_gui.models.tables.cells import CELL_ROLE, Cell, TableColumn
from ampsm_gui.models.tables.order import RowOrder, SortValue
from ampsm_gui.models.tables.runs import runs

R = TypeVar("R")

_DISPLAY, _TIP = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole
_ALIGNMENT, _ACCESSIBLE = Qt.ItemDataRole.TextAlignmentRole, Qt.ItemDataRole.AccessibleTextRole
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_NONE = QModelIndex()


class KeyedTable(QAbstractTableModel, Generic[R]):
    """Rows of any kind; what is in a cell is asked for when it is painted. Rows that are equal count as unchanged."""

    #: Whether a click on a title sorts. Where the order tells something itself, it does not.
    sortable = False

    def __init__(self, columns: Sequence[TableColumn], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[R] = []
        self._given: Sequence[R] = ()
        self._order: RowOrder[R] | None = None

    def key_of(self, row: R) -> Hashable:
        """What stays the same while a row changes."""
        raise NotImplementedError

    def cell(self, row: R, column: str) -> Cell:
        """What the column of this key shows of a row."""
        raise NotImplementedError

    def sort_value(self, row: R, column: str) -> SortValue:
        """What a row is sorted by in the column of this key: the value of its cell, else what its cell says."""
        cell = self.cell(row, column)
        if cell.value is not None or cell.right:
            return cell.value
        return cell.words.casefold() or None

    @property
    def in_given_order(self) -> bool:
        """Whether the rows are in the order in which they were given, by no column."""
        return self._order is None

    def rows(self) -> Sequence[R]:
        """What is shown, in its order; not to be changed."""
        return self._rows

    def row_at(self, number: int) -> R | None:
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def number_of(self, key: Hashable) -> int:
        """Where the row with this key stands; -1 when there is none."""
        return next((number for number, row in enumerate(self._rows) if self.key_of(row) == key), -1)

    def column_number(self, key: str) -> int:
        return next(number for number, column in enumerate(self.columns) if column.key == key)

    def set_rows(self, rows: Sequence[R]) -> None:
        """Shows these rows with as few changes as it takes; where very many change, as another order of all."""
        if self.sortable:
            self._given = list(rows)
        new, old = list(rows) if self._order is None else self._order.arranged(rows), self._rows
        start = _common(old, new)
        end = _common(old[start:][::-1], new[start:][::-1])
        first, stop, middle = start, len(old) - end, new[start : len(new) - end]
        if not middle:
            self._remove(first, stop)
        elif first == stop:
            self._insert(first, middle)
        elif max(len(middle), stop - first) > _MANY:
            self._replace(new)
        else:
            self._change(first, stop, middle)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; without one in the order in which the rows were given."""
        if not self.sortable:
            return
        before, self._order = self._order, None
        if 0 <= column < len(self.columns):
            value = partial(self.sort_value, column=self.columns[column].key)
            self._order = RowOrder(value, down=order == Qt.SortOrder.DescendingOrder)
        self.set_rows(self._given)
        if self._rows and (before is None) != (self._order is None):  # what rows tell of each other is shown or not
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = _DISPLAY) -> Any:
        row = self.row_at(index.row())
        if row is None or role not in (_DISPLAY, _TIP, _ALIGNMENT, _ACCESSIBLE, CELL_ROLE):
            return None
        cell = self.cell(row, self.columns[index.column()].key)
        if role == CELL_ROLE:
            return cell
        if role == _ALIGNMENT:
            return _RIGHT if cell.right else _LEFT
        if role == _TIP:
            return plain_tip(cell.tip) or None
        return cell.words

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role in (_DISPLAY, _ACCESSIBLE):
            return column.title
        if role == _ALIGNMENT:
            return _RIGHT if column.right else _LEFT
        if role == Qt.ItemDataRole.InitialSortOrderRole:  # figures largest first
            return (Qt.SortOrder.DescendingOrder if column.right else Qt.SortOrder.AscendingOrder).value
        return (column.tip or None) if role == _TIP else None

    def _keys(self, rows: Sequence[R]) -> list[Hashable]:
        key_of = self.key_of
        return [key_of(row) for row in rows]

    def _change(self, first: int, stop: int, new: list[R]) -> None:
        """Makes the rows from `first` up to before `stop` those of `new`."""
        keys = self._keys(new)
        wanted = set(keys)
        gone = [number for number in range(first, stop) if self.key_of(self._rows[number]) not in wanted]
        for begin, end in reversed(runs(gone)):
            self._remove(begin, end + 1)
        stop -= len(gone)
        place = {key: number for number, key in enumerate(keys)}
        kept = self._rows[first:stop]
        ordered = sorted(kept, key=lambda row: place[self.key_of(row)])
        if any(row is not other for row, other in zip(kept, ordered, strict=True)):
            self._replace([*self._rows[:first], *ordered, *self._rows[stop:]])
        known = set(self._keys(kept))
        for begin, end in runs([number for number, key in enumerate(keys) if key not in known]):
            self._insert(first + begin, new[begin : end + 1])
        old, self._rows[first : first + len(new)] = self._rows[first : first + len(new)], new
        changed = [number for number, (row, other) in enumerate(zip(old, new, strict=True)) if row != other]
        for begin, end in runs(changed):
            self.dataChanged.emit(self.index(first + begin, 0), self.index(first + end, len(self.columns) - 1))

    def _insert(self, at: int, rows: list[R]) -> None:
        if rows:
            self.beginInsertRows(_NONE, at, at + len(rows) - 1)
            self._rows[at:at] = rows
            self.endInsertRows()

    def _remove(self, first: int, stop: int) -> None:
        if stop > first:
            self.beginRemoveRows(_NONE, first, stop - 1)
            del self._rows[first:stop]
            self.endRemoveRows()

    def _replace(self, rows: list[R]) -> None:
        """Another order, or very many changes at once: views keep what is selected by its key."""
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        keys = [self.key_of(self._rows[index.row()]) for index in held]
        self._rows = rows
        if held:
            place = self._places(set(keys))
            moved = [
                self.index(place[key], index.column()) if key in place else QModelIndex()
                for index, key in zip(held, keys, strict=True)
            ]
            self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def _places(self, wanted: set[Hashable]) -> dict[Hashable, int]:
        """Where the rows of these keys are."""
        found: dict[Hashable, int] = {}
        for number, key in enumerate(map(self.key_of, self._rows)):
            if key in wanted:
                found[key] = number
                if len(found) == len(wanted):
                    break
        return found


#: More rows than this between the first and the last change are shown as another order.
_MANY = 2_000


def _common(old: Sequence[object], new: Sequence[object]) -> int:
    """How many rows at the beginning are the same."""
    for number, (row, other) in enumerate(zip(old, new, strict=False)):
        if row is not other and row != other:
            return number
    return min(len(old), len(new))
