"""Paints sessions: a glyph in the rail, two lines in the list, a cell in the table."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from ampsm.workflows.status import SessionRow
from ampsm_gui.look.status import StatusLook, session_look
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.sessions import text
from ampsm_gui.models.sessions.order import SessionColumn
from ampsm_gui.models.sessions.table import SessionTable
from ampsm_gui.widgets.plots.sparkline import paint_sparkline, sparkline_width
from ampsm_gui.widgets.sessions.row_style import RowStyle

_COLUMNS = tuple(SessionColumn)
_MIDDLE = Qt.TextElideMode.ElideMiddle


class SessionDelegate(QStyledItemDelegate):
    """No widget in a cell; colours, fonts and lengths are the theme's. The view paints the ground of whole rows."""

    def __init__(self, theme: Theme, model: SessionTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._style: RowStyle | None = None
        self.mode = "list"
        self.now = datetime.now().astimezone()  # of the paint that goes on
        theme.changed.connect(self._on_theme_changed)

    @property
    def style(self) -> RowStyle:
        """Fonts and lengths of rows as the theme has them now."""
        if self._style is None:
            self._style = RowStyle(self._theme)
        return self._style

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self.style.row_height(self.mode))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = self._model.session_row(index.row())
        rect: QRect = option.rect  # type: ignore[attr-defined, unused-ignore]
        if self.mode == "rail":
            self._paint_glyph(painter, rect.center().x() - self.style.glyph // 2, rect, session_look(row.status))
        elif self.mode == "list":
            self._paint_lines(painter, rect, row)
        else:
            self._paint_cell(painter, rect, row, _COLUMNS[index.column()])

    def paint_ground(self, painter: QPainter, row: QRect, selected: bool, hovered: bool, focused: bool) -> None:
        """What lies below a whole row."""
        style = self.style
        if selected:
            painter.fillRect(row, style.selected if focused else style.selected_inactive)
            if self.mode == "rail":
                painter.fillRect(QRect(row.left(), row.top(), style.bar, row.height()), style.accent)
        elif hovered:
            painter.fillRect(row, style.hover)
        if self.mode != "rail":
            painter.fillRect(row.left(), row.bottom(), row.width(), 1, style.rule)

    def _paint_lines(self, painter: QPainter, rect: QRect, row: SessionRow) -> None:
        style, look = self.style, session_look(row.status)
        left, right = rect.left() + style.list_left, rect.right() - style.list_right
        first = QRect(left, rect.top() + style.list_top, right - left, style.body.height)
        self._paint_glyph(painter, rect.left() + style.list_glyph, first, look)
        taken = style.small.paint_right(painter, first, text.activity(row, self.now), style.muted)
        name = first.adjusted(0, 0, -taken - style.gap, 0)
        style.medium.paint_left(painter, name, row.name, style.muted if row.cleaned_up else style.primary)
        second = QRect(left, first.bottom() + 1 + style.list_between, right - left, style.small.height)
        self._paint_second(painter, second, row, look, rect.width())

    def _paint_second(self, painter: QPainter, line: QRect, row: SessionRow, look: StatusLook, width: int) -> None:
        style = self.style
        if row.tokens:
            room = line.width() - self._status_width(row, look) - style.gap
            bars = min(sparkline_width(self._theme, row.tokens), max(0, room))  # the status comes first
            self._paint_bars(painter, line.right() + 1 - bars, line.bottom() + 1 - style.bars_height, bars, row)
            taken = max(bars, style.bars_least) if width >= style.position_from else bars
            line = line.adjusted(0, 0, -taken - style.gap, 0)
        found = self._model.position(row)
        if found[0] is not None and row.status != "done" and width >= style.position_from:
            taken = style.small.paint_right(painter, line, text.position(found), style.muted)
            line = line.adjusted(0, 0, -taken - style.gap, 0)
        rest = line.adjusted(self._paint_status(painter, line, row, look) + style.gap, 0, 0, 0)
        if width >= style.repository_from and rest.width() > style.repository_least:
            style.small.paint_left(painter, rest, row.repository, style.muted, _MIDDLE)

    def _status_width(self, row: SessionRow, look: StatusLook) -> int:
        why = text.reason(row, self.now)
        return self.style.small_medium.width(look.word) + (self.style.small.width(f" · {why}") if why else 0)

    def _paint_status(self, painter: QPainter, rect: QRect, row: SessionRow, look: StatusLook) -> int:
        """The word in its colour, then the reason; how wide both came out."""
        style = self.style
        strong = style.medium if self.mode == "table" else style.small_medium
        used = strong.paint_left(painter, rect, look.word, style.words.get(row.status, style.muted))
        why = text.reason(row, self.now)
        if not why:
            return used
        return used + style.small.paint_left(painter, rect.adjusted(used, 0, 0, 0), f" · {why}", style.secondary)

    def _paint_cell(self, painter: QPainter, rect: QRect, row: SessionRow, column: SessionColumn) -> None:
        style = self.style
        cell = rect.adjusted(style.padding, 0, -style.padding, -1)
        if column is SessionColumn.STATUS:
            look = session_look(row.status)
            self._paint_glyph(painter, cell.left(), cell, look)
            self._paint_status(painter, cell.adjusted(style.glyph + style.padding - 2, 0, 0, 0), row, look)
        elif column is SessionColumn.NAME:
            style.body.paint_left(painter, cell, row.name, style.muted if row.cleaned_up else style.primary)
        elif column is SessionColumn.REPOSITORY:
            style.body.paint_left(painter, cell, row.repository, style.secondary, _MIDDLE)
        elif column is SessionColumn.BRANCH:
            style.mono.paint_left(painter, cell, row.branch, style.secondary, _MIDDLE)
        else:
            self._paint_figure(painter, cell, row, column)

    def _paint_figure(self, painter: QPainter, cell: QRect, row: SessionRow, column: SessionColumn) -> None:
        style = self.style
        words = text.cell(row, column, self._model.position(row), self.now)
        if column is SessionColumn.POSITION:
            style.body.paint_left(painter, cell, words, style.secondary)
            return
        if column is SessionColumn.TOKENS and row.tokens:
            bars = sparkline_width(self._theme, row.tokens)
            self._paint_bars(painter, cell.left(), cell.center().y() - style.bars_height // 2, bars, row)
        style.body.paint_right(painter, cell, words, style.secondary)

    def _paint_glyph(self, painter: QPainter, left: int, line: QRect, look: StatusLook) -> None:
        side = self.style.glyph
        place = QRect(left, line.center().y() - side // 2, side, side)
        self._theme.paint_icon(painter, place, look.glyph, look.token)

    def _paint_bars(self, painter: QPainter, left: int, top: int, width: int, row: SessionRow) -> None:
        place = QRect(left, top, width, self.style.bars_height)
        paint_sparkline(painter, place, row.tokens, self._theme, live=row.status == "running")

    @Slot()
    def _on_theme_changed(self) -> None:
        self._style = None
