"""Lines of code in columns beside each other, numbered and coloured; only those in sight are laid out and painted."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.conflicts.code import Beside, CodeLine, CodeRows
from ampsm_gui.widgets.diff.line import LineLayout, LineLayouts
from ampsm_gui.widgets.focus_ring import FocusRing

_GROUNDS = {"conflict": "warning.tint", "change": "accent.tint", "apart": "warning.tint"}
_MARKS = {"": "warning.tint", "conflict": "selection.find", "change": "selection.active", "quiet": "warning.tint"}
_KEPT = 600


class CodeColumns(QAbstractScrollArea):
    """As high as its rows when it `fits`, so that what holds it scrolls; else it scrolls itself. Columns move sideways
    together."""

    row_clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, fits: bool = False) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fits = fits
        self._code: CodeRows = Beside()
        self._layouts = LineLayouts(theme)
        self._kept: dict[CodeLine, LineLayout] = {}
        self._marked = range(0)
        self._digits = 2
        self.ground = "surface.base"
        self._ring = FocusRing(theme, self)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if fits else Qt.FocusPolicy.StrongFocus)
        if fits:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_code(self, code: CodeRows) -> None:
        """Shows other lines; it stays where it is scrolled to."""
        self._code = code
        self._lay_out()

    def set_digits(self, digits: int) -> None:
        """How many its numbers have at least, where they stand in one column with others."""
        self._digits = max(2, digits)
        self._lay_out()

    def mark_rows(self, rows: range) -> None:
        """The rows of what is current have a line at their left."""
        self._marked = rows
        self.viewport().update()

    def show_row(self, row: int) -> None:
        """Scrolls so that a row stands in the upper third."""
        bar = self.verticalScrollBar()
        bar.setValue(max(0, row * self.row_height - self.viewport().height() // 3))

    @property
    def row_height(self) -> int:
        return code_row_height(self._theme, self._layouts.metrics)

    def words(self) -> str:
        """What it shows, for those who do not see it."""
        lines = (self._code.line(row, 0) for row in range(min(self._code.rows, 200)))
        return "\n".join(line.text for line in lines if line)

    def sizeHint(self) -> QSize:
        high = self.height_for_rows()
        return QSize(self._theme.px(200), high if self._fits else min(high, self._theme.px(100)))

    def height_for_rows(self) -> int:
        """How high it is with all of its rows, and the bar below them where that is wanted."""
        bar = self.horizontalScrollBar()
        extra = bar.sizeHint().height() if self._too_wide() else 0
        return max(1, self._code.rows) * self.row_height + self._theme.px(4) + extra

    def gutter(self) -> int:
        """How much room its numbers take before the code."""
        digits = max(self._digits, len(str(self._code.largest_number)))
        return code_gutter(self._theme, self._layouts.metrics, digits)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._fits and abs(event.angleDelta().y()) >= abs(event.angleDelta().x()):
            event.ignore()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring.clicked()
        row = (round(event.position().y()) + self.verticalScrollBar().value()) // self.row_height
        if 0 <= row < self._code.rows:
            self.row_clicked.emit(row)
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.color(self.ground))
        height, offset = self.row_height, self.verticalScrollBar().value() - self._theme.px(2)
        first = max(0, (event.rect().top() + offset) // height)
        last = min(self._code.rows - 1, (event.rect().bottom() + offset) // height)
        painter.setBrushOrigin(QPoint(0, -offset))
        for row in range(first, last + 1):
            top = row * height - offset
            for column in range(self._code.columns):
                painter.save()
                self._paint_line(painter, self._code.line(row, column), self._place(column, top))
                painter.restore()
            if row in self._marked:
                painter.fillRect(QRect(0, top, self._theme.px(3), height), self._theme.color("accent.focus"))
        for column in range(1, self._code.columns):
            left = self._place(column, 0).left() - 1
            painter.fillRect(left, 0, 1, self.viewport().height(), self._theme.color("border.default"))
        if self._ring.shown:
            self._ring.paint(painter, self.viewport().rect())

    def _paint_line(self, painter: QPainter, line: CodeLine | None, place: QRect) -> None:
        theme = self._theme
        if line is None:
            if self._code.columns > 1:
                painter.fillRect(place, QBrush(theme.color("border.subtle"), Qt.BrushStyle.BDiagPattern))
            return
        painter.setClipRect(place)
        if name := _GROUNDS.get(line.tone):
            ground = QColor(theme.color(name))
            if line.tone == "apart":  # there may be many of them
                ground.setAlphaF(0.6)
            painter.fillRect(place, ground)
        painter.setFont(self._layouts.font)
        painter.setPen(theme.color("text.muted"))
        gutter = self.gutter()
        if line.number:
            number = str(line.number)
            right = place.left() + gutter - theme.px(8) - self._layouts.metrics.horizontalAdvance(number)
            painter.drawText(QPointF(right, self._base_line(place)), number)
        painter.setClipRect(place.adjusted(gutter - theme.px(4), 0, 0, 0))
        layout, left = self._layout(line), place.left() + gutter - self.horizontalScrollBar().value()
        for start, length in line.marks:
            begin, end = layout.x_of(start), layout.x_of(start + length)
            mark = QRectF(left + begin, place.top() + 1, max(1.0, end - begin), place.height() - 2)
            painter.fillRect(mark, theme.color(_MARKS[line.tone]))
        painter.setPen(theme.color("syntax.text"))
        layout.draw(painter, left, self._base_line(place))

    def _base_line(self, place: QRect) -> float:
        return place.top() + code_row_lead(self._theme) + self._layouts.metrics.ascent()

    def _layout(self, line: CodeLine) -> LineLayout:
        found = self._kept.get(line)
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[line] = self._layouts.of_text(line.text, line.colours)
        return found

    def _place(self, column: int, top: int) -> QRect:
        width, columns = self.viewport().width(), max(1, self._code.columns)
        left = width * column // columns + bool(column)
        return QRect(left, top, width * (column + 1) // columns - left, self.row_height)

    def _too_wide(self) -> bool:
        return self.horizontalScrollBar().maximum() > 0

    def _lay_out(self) -> None:
        room = self._place(0, 0).width() - self.gutter()
        wanted = round(min(self._code.widest, 2000) * self._layouts.column_width) + self._theme.px(24)
        self.horizontalScrollBar().setRange(0, max(0, wanted - room))
        self.horizontalScrollBar().setPageStep(max(1, room))
        bar = self.verticalScrollBar()
        bar.setSingleStep(self.row_height)
        bar.setPageStep(self.viewport().height())
        bar.setRange(0, 0 if self._fits else max(0, self.height_for_rows() - self.viewport().height()))
        if self._fits and self.height() != self.height_for_rows():
            self.setFixedHeight(self.height_for_rows())
        self.viewport().update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._layouts.refresh()
        self._kept.clear()
        self._lay_out()


def code_row_height(theme: Theme, metrics: QFontMetricsF) -> int:
    """How high a row of code is, wherever it stands on this page."""
    return round(metrics.height()) + theme.px(3)


def code_row_lead(theme: Theme) -> int:
    """How much of that is above its letters."""
    return theme.px(3) // 2


def code_gutter(theme: Theme, metrics: QFontMetricsF, digits: int) -> int:
    """How much room numbers of so many digits take before the code."""
    return round(digits * metrics.horizontalAdvance("0")) + theme.px(20)
