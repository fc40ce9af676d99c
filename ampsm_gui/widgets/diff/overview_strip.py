"""A narrow strip beside a diff: all changes of the file at a glance, which part is in sight; it scrolls, too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.diff.rows import ChangedRows

_WIDTH = 12
_COLORS = {"diff": ("danger.text", "success.text"), "diffBlueOrange": ("warning.text", "accent.text")}


class OverviewStrip(QWidget):
    """Shows marks at their share of the height, and the part in sight as a frame. Stands in for the scroll bar."""

    def __init__(self, theme: Theme, bar: QScrollBar, palette: str = "diff", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._bar = bar
        self.palette_name = palette
        self._changes: Sequence[ChangedRows] = ()
        self._hits: Sequence[int] = ()
        self._rows = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Overview of the changes")
        self.setToolTip("All changes of this file")
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_scrolled)
        theme.changed.connect(self._on_scrolled)

    def set_marks(self, changes: Sequence[ChangedRows], rows: int, hits: Sequence[int] = ()) -> None:
        """The changes and the rows of search hits of a diff, and how many rows it has."""
        self._changes, self._rows, self._hits = changes, rows, hits
        self.update()

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_WIDTH), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface.panel"))
        painter.fillRect(0, 0, 1, self.height(), theme.color("border.subtle"))
        if not self._rows:
            return
        removed, added = (theme.color(token) for token in _COLORS[self.palette_name])
        wide, left = theme.px(3), theme.px(3)
        for change in self._changes:
            if change.removed:
                painter.fillRect(self._place(change.first, change.removed, left, wide), removed)
            if change.added:
                beside = change.last - change.first + 1 < change.removed + change.added
                first = change.first if beside else change.last + 1 - change.added
                painter.fillRect(self._place(first, change.added, left + wide, wide), added)
        found, scale = theme.color("selection.findCurrent"), self._scale()
        for top in {round(row * scale) for row in self._hits}:
            painter.fillRect(QRect(theme.px(1), top, self.width() - theme.px(2), theme.px(2)), found)
        self._paint_frame(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._scroll_to(event.position().y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scroll_to(event.position().y())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._bar.event(event)

    @Slot()
    def _on_scrolled(self) -> None:
        self.update()

    def _place(self, row: int, rows: int, left: int, width: int) -> QRect:
        scale = self._scale()
        top = round(row * scale)
        return QRect(left, top, width, max(self._theme.px(2), round((row + rows) * scale) - top))

    def _scale(self) -> float:
        """Pixels a row; the marks of a file that fits in stand beside their lines."""
        return min(float(self._bar.singleStep()), self.height() / max(1, self._rows))

    def _paint_frame(self, painter: QPainter) -> None:
        if not self._bar.maximum():
            return
        whole = self._bar.maximum() + self._bar.pageStep()
        top = self._bar.value() * self.height() / whole
        height = max(float(self._theme.px(10)), self._bar.pageStep() * self.height() / whole)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("border.control"), 1))
        painter.drawRoundedRect(QRectF(1.5, top + 0.5, self.width() - 2.5, height - 1), 2, 2)

    def _scroll_to(self, y: float) -> None:
        whole = self._bar.maximum() + self._bar.pageStep()
        self._bar.setValue(round(y / max(1, self.height()) * whole - self._bar.pageStep() / 2))
