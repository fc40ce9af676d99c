"""A table model whose rows are ids: it becomes another list of ids by removing, moving, inserting, never by a reset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject

from ampsm_gui.models.sessions.order import movers
from ampsm_gui.models.tables.runs import runs

_FEW_MOVES = 8  # more are announced as one change of the layout


class KeyedRows(QAbstractTableModel):
    """Which id stands in which row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown: list[str] = []
        self._places: dict[str, int] | None = None

    def place(self, key: str | None) -> int | None:
        """The row of an id, None when it is not shown."""
        if self._places is None:
            self._places = {found: index for index, found in enumerate(self.shown)}
        return self._places.get(key) if key else None

    def show_rows(self, wanted: Sequence[str]) -> None:
        """Becomes `wanted` in the fewest steps; views keep selection, place and what they painted."""
        if wanted == self.shown:
            return
        self._remove_all_but(set(wanted))
        before = set(self.shown)
        staying = [key for key in wanted if key in before]
        if staying != self.shown:
            self._move(movers(self.shown, staying), staying)
        self._insert(wanted, before)

    def emit_changed(self, places: Iterable[int | None]) -> None:
        """These rows have other contents; None is passed over."""
        last_column = self.columnCount() - 1
        for first, last in runs(sorted(place for place in places if place is not None)):
            self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))

    def _remove_all_but(self, keep: set[str]) -> None:
        going = [place for place, key in enumerate(self.shown) if key not in keep]
        for first, last in reversed(runs(going)):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self.shown[first : last + 1]
            self._places = None
            self.endRemoveRows()

    def _move(self, moving: Sequence[str], wanted: Sequence[str]) -> None:
        if len(moving) > _FEW_MOVES:
            self._change_layout(wanted)
            return
        after = dict(zip(wanted[1:], wanted, strict=False))
        for key in moving:
            source = self.shown.index(key)
            above = after.get(key)
            target = self.shown.index(above) + 1 if above is not None else 0
            if target in (source, source + 1):
                continue
            self.beginMoveRows(QModelIndex(), source, source, QModelIndex(), target)
            del self.shown[source]
            self.shown.insert(target - (target > source), key)
            self._places = None
            self.endMoveRows()

    def _change_layout(self, wanted: Sequence[str]) -> None:
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        keys = [self.shown[index.row()] for index in old]
        self.shown, self._places = list(wanted), None
        new = [self.index(self.place(key) or 0, index.column()) for key, index in zip(keys, old, strict=True)]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _insert(self, wanted: Sequence[str], before: set[str]) -> None:
        coming = [place for place, key in enumerate(wanted) if key not in before]
        for first, last in runs(coming):
            self.beginInsertRows(QModelIndex(), first, last)
            self.shown[first:first] = wanted[first : last + 1]
            self._places = None
            self.endInsertRows()
