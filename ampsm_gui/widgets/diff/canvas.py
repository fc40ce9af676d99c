"""What a diff looks like: a document laid out, scrolled and painted; only the lines in sight are touched."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.diff.document import DiffDocument
from ampsm_gui.models.diff.rows import DiffRows
from ampsm_gui.widgets.diff.find import Hit
from ampsm_gui.widgets.diff.geometry import Geometry
from ampsm_gui.widgets.diff.line import LineLayouts
from ampsm_gui.widgets.diff.paint import DiffPainter, Scene
from ampsm_gui.widgets.diff.place import index_at, line_key, nearest_row, row_of_line
from ampsm_gui.widgets.diff.selection import Selection, carried
from ampsm_gui.widgets.focus_ring import FocusRing


class DiffCanvas(QAbstractScrollArea):
    """Shows a DiffDocument unified or side by side.

    A newer document of the same file keeps folds, scroll position and selection. `palette` is diff or diffBlueOrange.
    """

    #: The number of the change that is current (0: none) and how many there are.
    change_changed = Signal(int, int)
    #: Rows have changed their places: what marks them has to look again.
    rows_changed = Signal()

    def __init__(self, theme: Theme, palette: str = "diff", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("diffView")
        self._theme = theme
        self._layouts = LineLayouts(theme)
        self._painter = DiffPainter(theme, self._layouts, palette)
        self._document: DiffDocument | None = None
        self._split = True
        self._geometry = Geometry(theme, self._layouts, None, True, 100)
        self._selection: Selection | None = None
        self._change = -1
        self._hits: dict[int, list[tuple[int, int]]] = {}
        self._current_hit: tuple[int, int] | None = None
        self._ring = FocusRing(theme, self)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Differences")
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme.changed.connect(self._on_theme_changed)

    @property
    def document(self) -> DiffDocument | None:
        return self._document

    @property
    def rows(self) -> DiffRows | None:
        """The rows as they are shown now."""
        return self._document.layout(self._split) if self._document else None

    @property
    def split(self) -> bool:
        return self._split

    @property
    def change(self) -> int:
        """The number of the current change, from 0; -1 while none is."""
        return self._change

    @property
    def laid_out(self) -> int:
        """How many lines are laid out at present."""
        return self._layouts.kept

    def set_document(self, document: DiffDocument | None, *, same_file: bool = False) -> None:
        """Shows another diff; a newer one of the same file stays where it is."""
        old, rows = self._document, self.rows
        self._document = document
        self._layouts.set_document(document)
        self._hits, self._current_hit = {}, None
        new_rows = self.rows
        if same_file and old and rows and document and new_rows:
            for gap in rows.open_gaps():
                number = document.gap_open_at(old.gaps[gap].new_start)
                if number is not None and not new_rows.is_open(number):
                    document.toggle(number)
            top = self._top()
            anchor = line_key(old, rows, self.verticalScrollBar().value() // self._geometry.row_height)
            offset = self.verticalScrollBar().value() - top * self._geometry.row_height
            if self._selection:
                self._selection = carried(self._selection, (old, rows), (document, new_rows))
            self._lay_out()
            row = nearest_row(document, new_rows, anchor) if anchor and (top or offset) else top
            self.verticalScrollBar().setValue(row * self._geometry.row_height + offset)
            self._change = min(self._change, len(new_rows.changes) - 1)
        else:
            self._selection, self._change = None, -1
            self._lay_out()
            self.verticalScrollBar().setValue(0)
            self.horizontalScrollBar().setValue(0)
        self.setAccessibleName(f"Differences of {document.patch.path}" if document else "Differences")
        self.setAccessibleDescription(f"{len(new_rows.changes)} changes" if new_rows else "")
        self.tell_change()

    def set_split(self, split: bool) -> None:
        """Shows the two sides beside each other, or one below the other."""
        if split == self._split:
            return
        rows = self.rows
        anchor = index_at(rows, self._top()) if rows else -1
        self._split, self._selection = split, None
        self._lay_out()
        new_rows = self.rows
        if new_rows and anchor >= 0:
            row = row_of_line(new_rows, anchor)
            self.verticalScrollBar().setValue((row or 0) * self._geometry.row_height)

    def dressed(self) -> None:
        """Colours and changed words of the document have arrived."""
        self._layouts.refresh()
        self.viewport().update()

    def step_change(self, by: int) -> bool:
        """Goes to the next or an earlier change; False at the end."""
        rows = self.rows
        if rows is None or not 0 <= (wanted := self._change + by) < len(rows.changes):
            return False
        self._change = wanted
        change = rows.changes[wanted]
        self._show_rows(change.first, change.last)
        self.tell_change()
        return True

    def set_hits(self, hits: Sequence[Hit]) -> None:
        """Marks what a search has found."""
        self._hits, self._current_hit = {}, None
        for hit in hits:
            self._hits.setdefault(hit.line, []).append((hit.column, hit.length))
        self.viewport().update()

    def show_hit(self, hit: Hit) -> None:
        """Marks one of the hits as the current one and brings it into sight; a fold it lies in is opened."""
        if self._document is None:
            return
        self._current_hit = (hit.line, hit.column)
        if hit.gap >= 0 and (rows := self.rows) is not None and not rows.is_open(hit.gap):
            self.toggle_fold(hit.gap)
        row = row_of_line(rows, hit.line) if (rows := self.rows) else None
        if row is not None:
            self._show_rows(row, row)
            self._show_column(hit)
        self.viewport().update()

    def toggle_fold(self, gap: int) -> None:
        """Opens or closes a fold; what is selected is not any more."""
        if self._document is not None:
            self._document.toggle(gap)
            self._selection = None
            self._lay_out()

    def tell_change(self) -> None:
        """Says again which change is the current one."""
        rows = self.rows
        self.change_changed.emit(self._change + 1, len(rows.changes) if rows else 0)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        rows = self.rows
        if self._document is None or rows is None:
            painter.fillRect(event.rect(), self._theme.color("surface.base"))
        else:
            scene = Scene(
                self._document, rows, self._geometry, self.horizontalScrollBar().value(), self._selection,
                self.hasFocus(), self._hits, self._current_hit,
                rows.changes[self._change] if 0 <= self._change < len(rows.changes) else None,
            )  # fmt: skip
            self._painter.paint(painter, scene, event.rect(), self.verticalScrollBar().value())
        if self._ring.shown:
            self._ring.paint(painter, self.viewport().rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    @Slot()
    def _on_scrolled(self) -> None:
        self.viewport().update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._layouts.refresh()
        self._lay_out()

    def _lay_out(self) -> None:
        width = max(1, self.viewport().width())
        self._geometry = Geometry(self._theme, self._layouts, self._document, self._split, width)
        count = len(self.rows.rows) if self.rows else 0
        height = self._geometry.row_height
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        down.setSingleStep(height)
        down.setPageStep(self.viewport().height())
        down.setRange(0, max(0, count * height - self.viewport().height()))
        across.setSingleStep(round(4 * self._layouts.column_width))
        across.setPageStep(max(1, width // len(self._geometry.halves)))
        across.setRange(0, self._geometry.scroll_range)
        self.viewport().update()
        self.rows_changed.emit()

    def _top(self) -> int:
        return self.verticalScrollBar().value() // self._geometry.row_height

    def _show_rows(self, first: int, last: int) -> None:
        """Scrolls only when the rows are not in sight, then so that a quarter of the view is above them."""
        height, bar, page = self._geometry.row_height, self.verticalScrollBar(), self.viewport().height()
        top, bottom = first * height, (min(last, first + 10) + 1) * height
        if top < bar.value() or bottom > bar.value() + page:
            bar.setValue(top - page // 4)
        self.viewport().update()

    def _show_column(self, hit: Hit) -> None:
        layout, bar = self._layouts.line(hit.line), self.horizontalScrollBar()
        half = self._geometry.halves[0]
        left, right = layout.x_of(hit.column), layout.x_of(hit.column + hit.length)
        if left < bar.value() or right > bar.value() + half.width - half.code:
            bar.setValue(round(right) - (half.width - half.code) // 2)
