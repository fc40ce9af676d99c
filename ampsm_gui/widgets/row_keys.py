"""Home and End in views of rows: a table of Qt goes to the ends of the row, where nobody looks for them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QAbstractItemView

_ENDS = (QAbstractItemView.CursorAction.MoveHome, QAbstractItemView.CursorAction.MoveEnd)


def row_at_end(view: QAbstractItemView, action: QAbstractItemView.CursorAction) -> QModelIndex | None:
    """The first or the last row, in the current column; None for other keys and where there is no row."""
    rows = view.model().rowCount()
    if action not in _ENDS or not rows:
        return None
    current: QModelIndex | QPersistentModelIndex = view.currentIndex()
    column = current.column() if current.isValid() else 0
    return view.model().index(0 if action == _ENDS[0] else rows - 1, column)
