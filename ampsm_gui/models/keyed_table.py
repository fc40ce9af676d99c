"""A table whose rows have keys, so that news change rows in place: selection and scrolling stay where they were."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ampsm_gui.models.cells import CELL_ROLE, Cell, Column

R = TypeVar("R")

_DISPLAY, _TIP = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole
_ALIGNMENT, _ACCESSIBLE = Qt.ItemDataRole.TextAlignmentRole, Qt.ItemDataRole.AccessibleTextRole
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_NONE = QModelIndex()


class KeyedTable(QAbstractTableModel, Generic[R]):
    """Rows of any kind; what is in a cell is asked for when it is painted. Rows that are equal count as unchanged."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[R] = []

    def key_of(self, row: R) -> Hashable:
        """What stays the same while a row changes."""
        raise NotImplementedError

    def cell(self, row: R, column: str) -> Cell:
        """What the column of this key shows of a row."""
        raise NotImplementedError

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
        """Shows these rows with as few changes as it takes."""
        new = list(rows)
        if len(new) >= len(self._rows) and self._keys(new[: len(self._rows)]) == self._keys(self._rows):
            self._change_in_place(new[: len(self._rows)])
            self._insert(len(self._rows), new[len(self._rows) :])
            return
        keys = self._keys(new)
        wanted = set(keys)
        self._remove_all_but(wanted)
        place = {key: number for number, key in enumerate(keys)}
        self._reorder(place)
        self._insert_missing(new, keys)
        self._change_in_place(new)

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
            return cell.tip or None
        return cell.words

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role in (_DISPLAY, _ACCESSIBLE):
            return column.title
        if role == _ALIGNMENT:
            return _RIGHT if column.right else _LEFT
        return (column.tip or None) if role == _TIP else None

    def _keys(self, rows: Sequence[R]) -> list[Hashable]:
        key_of = self.key_of
        return [key_of(row) for row in rows]

    def _change_in_place(self, new: list[R]) -> None:
        old, self._rows[: len(new)] = self._rows[: len(new)], new
        if old == new:  # fast: what did not change is the same object
            return
        changed = [number for number, (before, after) in enumerate(zip(old, new, strict=True)) if before != after]
        last = len(self.columns) - 1
        for first, end in _runs(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(end, last))

    def _insert(self, at: int, rows: list[R]) -> None:
        if rows:
            self.beginInsertRows(_NONE, at, at + len(rows) - 1)
            self._rows[at:at] = rows
            self.endInsertRows()

    def _remove_all_but(self, wanted: set[Hashable]) -> None:
        gone = [number for number, key in enumerate(self._keys(self._rows)) if key not in wanted]
        runs = _runs(gone)
        if len(runs) > _MANY_RUNS:  # e.g. a filter over very many rows
            self._replace([row for row in self._rows if self.key_of(row) in wanted])
            return
        for first, end in reversed(runs):
            self.beginRemoveRows(_NONE, first, end)
            del self._rows[first : end + 1]
            self.endRemoveRows()

    def _reorder(self, place: dict[Hashable, int]) -> None:
        places = [place[key] for key in self._keys(self._rows)]
        if all(before < after for before, after in pairwise(places)):
            return
        self._replace(sorted(self._rows, key=lambda row: place[self.key_of(row)]))

    def _insert_missing(self, new: list[R], keys: list[Hashable]) -> None:
        known = set(self._keys(self._rows))
        runs = _runs([number for number, key in enumerate(keys) if key not in known])
        if len(runs) > _MANY_RUNS:
            self._replace(new)
            return
        for first, end in runs:
            self._insert(first, new[first : end + 1])

    def _replace(self, rows: list[R]) -> None:
        """Another order, or very many changes at once: views keep what is selected by its key."""
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        keys = [self.key_of(self._rows[index.row()]) for index in held]
        self._rows = rows
        if held:
            place = {key: number for number, key in enumerate(self._keys(rows))}
            moved = [
                self.index(place[key], index.column()) if key in place else QModelIndex()
                for index, key in zip(held, keys, strict=True)
            ]
            self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()


_MANY_RUNS = 200


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Numbers in rising order as runs of (first, last)."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
