"""Paints sessions: a glyph in the rail, two lines in the list, a cell in the table."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ampsm.workflows.overview import SessionRow
from ampsm_gui.look.status import Look, session_look
from ampsm_gui.look.theme import Theme
from ampsm_gui.models import session_table_text as text
from ampsm_gui.models.session_order import Column
from ampsm_gui.models.session_table import SessionTable
from ampsm_gui.widgets.session_delegate_style import RowStyle
from ampsm_gui.widgets.sparkline import paint_sparkline, sparkline_width

MODES = ("rail", "list", "table")

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_END, _MIDDLE = Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle
_POSITION_FROM = 330  # px at 100 %: narrower rows of the list drop ahead/behind,
_REPOSITORY_FROM = 280  # then the repository


class SessionDelegate(QStyledItemDelegate):
    """No widget in a cell; colours, fonts and lengths are the theme's."""

    def __init__(self, theme: Theme, model: SessionTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._style: RowStyle | None = None
        self.mode = "list"
        self.hovered = -1  # the row under the pointer
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
        self._paint_ground(painter, option, rect, index.row())
        if self.mode == "rail":
            self._paint_glyph(painter, rect.center().x() - self.style.glyph // 2, rect, session_look(row.status))
        elif self.mode == "list":
            self._paint_lines(painter, rect, row)
        else:
            self._paint_cell(painter, rect, row, Column(index.column()))

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, place: int) -> None:
        style, state = self.style, option.state  # type: ignore[attr-defined, unused-ignore]
        view = option.widget  # type: ignore[attr-defined, unused-ignore]
        focused = isinstance(view, QWidget) and view.hasFocus()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, style.selected if focused else style.selected_inactive)
            if self.mode == "rail":
                painter.fillRect(QRect(rect.left(), rect.top(), self._theme.px(3), rect.height()), style.accent)
        elif place == self.hovered:
            painter.fillRect(rect, style.hover)
        if self.mode != "rail":
            painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), style.rule)
        if focused and state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(QPen(style.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -2))

    def _paint_lines(self, painter: QPainter, rect: QRect, row: SessionRow) -> None:
        style, now, look = self.style, datetime.now().astimezone(), session_look(row.status)
        left, right = rect.left() + style.list_left, rect.right() - style.list_right
        first = QRect(left, rect.top() + style.list_top, right - left, style.body_metrics.height())
        self._paint_glyph(painter, rect.left() + style.list_glyph, first, look)
        when = text.activity(row, now)
        taken = _paint_right(painter, first, style.small, style.small_metrics, when, style.muted)
        name = first.adjusted(0, 0, -taken - style.gap, 0)
        color = style.muted if row.cleaned_up else style.primary
        _paint_left(painter, name, style.medium, style.medium_metrics, row.name, color)
        second = QRect(left, first.bottom() + 1 + style.list_between, right - left, style.small_metrics.height())
        self._paint_second(painter, second, row, look, now, rect.width())

    def _paint_second(
        self, painter: QPainter, line: QRect, row: SessionRow, look: Look, now: datetime, width: int
    ) -> None:
        style = self.style
        bars = sparkline_width(self._theme, row.tokens)
        if row.tokens:
            self._paint_bars(painter, QRect(line.right() + 1 - bars, line.top(), bars, line.height()), row)
            line = line.adjusted(0, 0, -max(bars, style.bars_least) - style.gap, 0)
        found = self._model.position(row)
        if found[0] is not None and row.status != "done" and width >= self._theme.px(_POSITION_FROM):
            position = text.position(found)
            taken = _paint_right(painter, line, style.small, style.small_metrics, position, style.muted)
            line = line.adjusted(0, 0, -taken - style.gap, 0)
        used = self._paint_status(painter, line, row, look, now)
        rest = line.adjusted(used + style.gap, 0, 0, 0)
        if width >= self._theme.px(_REPOSITORY_FROM) and rest.width() > style.repository_least:
            _paint_left(painter, rest, style.small, style.small_metrics, row.repository, style.muted, _MIDDLE)

    def _paint_status(self, painter: QPainter, rect: QRect, row: SessionRow, look: Look, now: datetime) -> int:
        """The word in its colour, then the reason; how wide both came out."""
        style = self.style
        table = self.mode == "table"
        strong, strong_metrics = (
            (style.medium, style.medium_metrics) if table else (style.small_medium, style.small_medium_metrics)
        )
        used = _paint_left(painter, rect, strong, strong_metrics, look.word, self._theme.color(look.token))
        why = text.reason(row, now)
        if not why:
            return used
        rest = rect.adjusted(used, 0, 0, 0)
        return used + _paint_left(painter, rest, style.small, style.small_metrics, f" · {why}", style.secondary)

    def _paint_cell(self, painter: QPainter, rect: QRect, row: SessionRow, column: Column) -> None:
        style, now = self.style, datetime.now().astimezone()
        cell = rect.adjusted(style.padding, 0, -style.padding, -1)
        if column == Column.STATUS:
            look = session_look(row.status)
            self._paint_glyph(painter, cell.left(), cell, look)
            self._paint_status(painter, cell.adjusted(style.glyph + style.padding - 2, 0, 0, 0), row, look, now)
            return
        words = text.cell(row, column, self._model.position(row), now)
        if column == Column.NAME:
            color = style.muted if row.cleaned_up else style.primary
            _paint_left(painter, cell, style.body, style.body_metrics, words, color)
        elif column == Column.REPOSITORY:
            _paint_left(painter, cell, style.body, style.body_metrics, words, style.secondary, _MIDDLE)
        elif column == Column.BRANCH:
            _paint_left(painter, cell, style.mono, style.mono_metrics, words, style.secondary, _MIDDLE)
        elif column == Column.POSITION:
            _paint_left(painter, cell, style.body, style.body_metrics, words, style.secondary)
        else:
            if column == Column.TOKENS and row.tokens:
                bars = sparkline_width(self._theme, row.tokens)
                top = cell.center().y() - style.bars_height // 2
                self._paint_bars(painter, QRect(cell.left(), top, bars, style.bars_height), row)
            color = style.secondary if words != "–" else style.muted
            _paint_right(painter, cell, style.body, style.body_metrics, words, color)

    def _paint_glyph(self, painter: QPainter, left: int, line: QRect, look: Look) -> None:
        side = self.style.glyph
        place = QRect(left, line.center().y() - side // 2, side, side)
        self._theme.paint_icon(painter, place, look.glyph, look.token)

    def _paint_bars(self, painter: QPainter, rect: QRect, row: SessionRow) -> None:
        height = self.style.bars_height
        place = QRect(rect.left(), rect.bottom() + 1 - height, rect.width(), height)
        paint_sparkline(painter, place, row.tokens, self._theme, live=row.status == "running")

    @Slot()
    def _on_theme_changed(self) -> None:
        self._style = None


def _paint_left(
    painter: QPainter,
    rect: QRect,
    font: QFont,
    metrics: QFontMetrics,
    words: str,
    color: QColor,
    elide: Qt.TextElideMode = _END,
) -> int:
    """Words from the left, cut to the room there is; how wide they came out."""
    if rect.width() <= 0:
        return 0
    wide = metrics.horizontalAdvance(words)
    if wide > rect.width():
        words = metrics.elidedText(words, elide, rect.width())
        wide = rect.width()
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, _LEFT, words)
    return wide


def _paint_right(painter: QPainter, rect: QRect, font: QFont, metrics: QFontMetrics, words: str, color: QColor) -> int:
    wide = min(metrics.horizontalAdvance(words), rect.width())
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, _RIGHT, metrics.elidedText(words, _END, rect.width()))
    return wide
