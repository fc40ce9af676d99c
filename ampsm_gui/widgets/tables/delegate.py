"""Paints the cells of a table from their `Cell`: glyph, text, note, bar; no widget in a cell."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ampsm_gui.look.plain import in_order
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.tables.cells import CELL_ROLE, Cell

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_END, _MIDDLE = Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle
PADDING = 8
_GLYPH, _GLYPH_GAP, _NOTE_GAP, _INDENT = 12, 8, 6, 16
_BAR_HEIGHT, _BAR_ROOM = 4, 44


class CellDelegate(QStyledItemDelegate):
    """One line a row, a rule under each; colours and fonts are the theme's at the time of painting."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fonts: dict[tuple[str, int], tuple[QFont, QFontMetrics]] = {}
        theme.changed.connect(self._on_theme_changed)

    def row_height(self) -> int:
        return self._theme.f + self._theme.px(12)

    def cell_width(self, cell: Cell) -> int:
        """How wide a cell would have to be to show everything."""
        _, metrics = self._font(cell.font, cell.weight)
        wide = metrics.horizontalAdvance(cell.text) + 2 * self._theme.px(PADDING) + 1
        if cell.note:
            wide += self._font("small", 400)[1].horizontalAdvance(cell.note) + self._theme.px(_NOTE_GAP)
        if cell.glyph:
            wide += self._glyph_side(cell) + self._theme.px(_GLYPH_GAP)
        return wide + cell.indent * self._theme.px(_INDENT)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        cell = index.data(CELL_ROLE)
        return QSize(self.cell_width(cell) if isinstance(cell, Cell) else 0, self.row_height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect  # type: ignore[attr-defined, unused-ignore]
        self._paint_ground(painter, option, rect)
        cell = index.data(CELL_ROLE)
        if isinstance(cell, Cell):
            self._paint_cell(painter, rect, cell)

    def _paint_cell(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        padding = self._theme.px(PADDING)
        place = rect.adjusted(padding + cell.indent * self._theme.px(_INDENT), 0, -padding, -1)
        if cell.rail is not None:
            self._paint_rail(painter, rect, place, cell)
        if cell.glyph:
            side = self._glyph_side(cell)
            where = QRect(place.left(), place.center().y() - side // 2, side, side)
            self._theme.paint_icon(painter, where, cell.glyph, cell.glyph_token or cell.token)
            place = place.adjusted(side + self._theme.px(_GLYPH_GAP), 0, 0, 0)
        if cell.right:
            self._paint_figure(painter, place, cell)
        else:
            self._paint_words(painter, place, cell)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
        theme, state = self._theme, option.state  # type: ignore[attr-defined, unused-ignore]
        view = option.widget  # type: ignore[attr-defined, unused-ignore]
        focused = isinstance(view, QWidget) and view.hasFocus()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection.active" if focused else "selection.inactive"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("border.subtle"))

    def _paint_words(self, painter: QPainter, place: QRect, cell: Cell) -> None:
        used = self._paint_text(painter, place, cell.text, (cell.font, cell.weight), cell.token, cell.middle)
        if cell.note:
            rest = place.adjusted(used + self._theme.px(_NOTE_GAP) if cell.text else 0, 0, 0, 0)
            self._paint_text(painter, rest, cell.note, ("small", 400), cell.note_token, False)

    def _paint_figure(self, painter: QPainter, place: QRect, cell: Cell) -> None:
        if cell.note:
            metrics = self._font("small", 400)[1]
            wide = min(metrics.horizontalAdvance(cell.note), place.width())
            self._paint_text(
                painter,
                place.adjusted(place.width() - wide, 0, 0, 0),
                cell.note,
                ("small", 400),
                cell.note_token,
                False,
            )
            place = place.adjusted(0, 0, -wide - self._theme.px(_NOTE_GAP), 0)
        metrics = self._font(cell.font, cell.weight)[1]
        wide = min(metrics.horizontalAdvance(cell.text), place.width())
        where = place.adjusted(place.width() - wide, 0, 0, 0)
        self._paint_text(painter, where, cell.text, (cell.font, cell.weight), cell.token, cell.middle)
        if cell.bar is not None:
            room = max(wide, metrics.horizontalAdvance("88.8 s"))  # so that all bars end at one line
            self._paint_bar(painter, place.adjusted(0, 0, -room - self._theme.px(PADDING), 0), cell)

    def _paint_bar(self, painter: QPainter, place: QRect, cell: Cell) -> None:
        room = min(place.width(), self._theme.px(_BAR_ROOM))
        if room > 0 and cell.bar is not None:
            length, height = max(1, round(room * cell.bar)), self._theme.px(_BAR_HEIGHT)
            left = place.left() + place.width() - self._theme.px(_BAR_ROOM) + room - length
            left = max(left, place.left())
            painter.fillRect(
                left, place.center().y() - height // 2 + 1, length, height, self._theme.color("text.primary")
            )

    def _paint_rail(self, painter: QPainter, rect: QRect, place: QRect, cell: Cell) -> None:
        side = self._theme.px(_GLYPH)
        x, middle = place.left() + side // 2, place.center().y()
        line = self._theme.color("plotAxis")
        above, below = cell.rail or (False, False)
        if above:
            painter.fillRect(x, rect.top(), 1, middle - side // 2 - rect.top(), line)
        if below:
            painter.fillRect(x, middle + side // 2, 1, rect.bottom() + 1 - middle - side // 2, line)

    def _paint_text(
        self, painter: QPainter, place: QRect, text: str, role: tuple[str, int], token: str, middle: bool
    ) -> int:
        """Text from the left, cut to the room there is; how wide it came out."""
        if place.width() <= 0 or not text:
            return 0
        font, metrics = self._font(*role)
        text = in_order(text)
        wide = metrics.horizontalAdvance(text)
        if wide > place.width():
            text = metrics.elidedText(text, _MIDDLE if middle else _END, place.width())
            wide = place.width()
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        painter.drawText(place, _LEFT, text)
        return wide

    def _glyph_side(self, cell: Cell) -> int:
        """Shapes of a status are smaller than icons."""
        return self._theme.px(_GLYPH) if cell.glyph.startswith("status-") else self._theme.f

    def _font(self, role: str, weight: int) -> tuple[QFont, QFontMetrics]:
        found = self._fonts.get((role, weight))
        if found is None:
            font = self._theme.font(role, weight)
            found = self._fonts[role, weight] = font, QFontMetrics(font)
        return found

    @Slot()
    def _on_theme_changed(self) -> None:
        self._fonts.clear()
