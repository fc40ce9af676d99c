"""The diff of one text file, with selection, keys and mouse."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QMenu

from ampsm_gui.models.diff.rows import FOLD
from ampsm_gui.widgets.diff.canvas import DiffCanvas
from ampsm_gui.widgets.diff.line import shown
from ampsm_gui.widgets.diff.place import word_around
from ampsm_gui.widgets.diff.selection import Selection, TextPlace, line_at, selected_text


class DiffView(DiffCanvas):
    """A DiffCanvas one can work in. Text can be selected and copied without signs and numbers."""

    def copy(self) -> None:
        """Puts the selected code on the clipboard."""
        if text := self.selected_text():
            QGuiApplication.clipboard().setText(text)

    def selected_text(self) -> str:
        rows = self.rows
        if self._document is None or rows is None or self._selection is None or self._selection.empty:
            return ""
        return selected_text(self._document, rows, self._selection)

    def select_all(self) -> None:
        """Selects one side: the one with the selection, else the right one."""
        rows = self.rows
        if rows and rows.rows:
            side = self._selection.side if self._selection else self._geometry.halves[-1].side
            self._selection = Selection(side, TextPlace(0, 0), TextPlace(len(rows.rows), 0))
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        step, key = self._geometry.row_height, event.key()
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif shift and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._extend(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_K):
            down.setValue(down.value() - step)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_J):
            down.setValue(down.value() + step)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            page = down.pageStep() - step
            down.setValue(down.value() + (page if key == Qt.Key.Key_PageDown else -page))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            down.setValue(0 if key == Qt.Key.Key_Home else down.maximum())
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            across.setValue(across.value() + (across.singleStep() if key == Qt.Key.Key_Right else -across.singleStep()))
        elif key == Qt.Key.Key_Space:
            self._toggle_all() if shift else self._toggle_in_sight()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring.clicked()
        if event.button() != Qt.MouseButton.LeftButton or self.rows is None:
            return
        place, side, in_gutter = self._place_at(event.position().toPoint())
        rows = self.rows
        if place.row < len(rows.rows) and rows.rows[place.row][0] == FOLD:
            self.toggle_fold(rows.rows[place.row][1])
            return
        if in_gutter:
            self._selection = Selection(side, TextPlace(place.row, 0), TextPlace(place.row + 1, 0))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._selection:
            self._selection = self._selection._replace(caret=place)
        else:
            self._selection = Selection(side, place, place)
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        rows = self.rows
        if rows is None:
            return
        if event.buttons() & Qt.MouseButton.LeftButton and self._selection:
            bar = self.verticalScrollBar()
            beyond = min(0, at.y()) + max(0, at.y() - self.viewport().height())
            bar.setValue(bar.value() + beyond)
            place, _, _ = self._place_at(at, self._selection.side)
            self._selection = self._selection._replace(caret=place)
            self.viewport().update()
            return
        place, _, in_gutter = self._place_at(at)
        fold = place.row < len(rows.rows) and rows.rows[place.row][0] == FOLD
        shape = Qt.CursorShape.ArrowCursor if in_gutter else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if fold else shape)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        rows = self.rows
        if rows is None or self._document is None:
            return
        place, side, _ = self._place_at(event.position().toPoint())
        index = line_at(rows, place.row, side)
        if index >= 0:
            start, end = word_around(shown(self._document.lines[index].text), place.column)
            self._selection = Selection(side, TextPlace(place.row, start), TextPlace(place.row, end))
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        copy, everything = QAction("Copy", menu), QAction("Select all", menu)
        copy.setEnabled(bool(self.selected_text()))
        copy.triggered.connect(self.copy)
        everything.triggered.connect(self.select_all)
        path = QAction("Copy path", menu)
        path.triggered.connect(self._on_copy_path)
        menu.addActions([copy, everything, path])
        menu.exec(event.globalPos())
        menu.deleteLater()

    @Slot()
    def _on_copy_path(self) -> None:
        if self._document is not None:
            QGuiApplication.clipboard().setText(self._document.patch.path)

    def _place_at(self, at: QPoint, side: int | None = None) -> tuple[TextPlace, int, bool]:
        """The text place at a point of the viewport, its side, and whether the point is in the gutter."""
        half = self._geometry.half_at(at.x())
        if side is not None:
            half = next((found for found in self._geometry.halves if found.side == side), half)
        rows = self.rows
        row = max(0, (at.y() + self.verticalScrollBar().value()) // self._geometry.row_height)
        if rows is None or row >= len(rows.rows):
            return TextPlace(len(rows.rows) if rows else 0, 0), half.side, False
        x = at.x() - half.left - half.code
        index = line_at(rows, row, half.side)
        column = self._layouts.line(index).column_at(x + self.horizontalScrollBar().value()) if index >= 0 else 0
        return TextPlace(row, column), half.side, x < 0

    def _extend(self, by: int) -> None:
        """Selects a line more or less."""
        rows = self.rows
        if rows is None:
            return
        if self._selection is None:
            first = TextPlace(self._top(), 0)
            self._selection = Selection(self._geometry.halves[-1].side, first, first)
        row = min(max(0, self._selection.caret.row + by), len(rows.rows))
        self._selection = self._selection._replace(caret=TextPlace(row, 0))
        height, bar = self._geometry.row_height, self.verticalScrollBar()
        if row * height < bar.value() or (row + 1) * height > bar.value() + self.viewport().height():
            bar.setValue(bar.value() + by * height)
        self.viewport().update()

    def _toggle_in_sight(self) -> None:
        """Opens or closes the first fold in sight."""
        rows = self.rows
        if rows is None:
            return
        top = -(-self.verticalScrollBar().value() // self._geometry.row_height)
        end = top + self.viewport().height() // self._geometry.row_height
        gap = next((row[1] for row in rows.rows[top:end] if row[0] == FOLD), None)
        if gap is not None:
            self.toggle_fold(gap)

    def _toggle_all(self) -> None:
        """Opens all folds, or closes them when all are open."""
        rows = self.rows
        if rows is None or self._document is None:
            return
        numbers = [row[1] for row in rows.rows if row[0] == FOLD]
        closed = [number for number in numbers if not rows.is_open(number)]
        for number in closed or numbers:
            self._document.toggle(number)
        self._selection = None
        self._lay_out()
