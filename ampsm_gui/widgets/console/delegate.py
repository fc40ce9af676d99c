"""Paints the console's rows: time, fold mark, icon, content, duration, result."""

from __future__ import annotations

import re

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Slot
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ampsm.journal import events as ev
from ampsm_gui.look import figures
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.console.model import PLACE_ROLE, ConsoleModel
from ampsm_gui.models.console.note import Note, event_note, step_note
from ampsm_gui.models.console.row_places import RowPlace
from ampsm_gui.widgets.console.block_painter import BlockPainter
from ampsm_gui.widgets.console.call_head import CallHead
from ampsm_gui.widgets.console.header import ConsoleHeaderPainter
from ampsm_gui.widgets.console.layout import CONTENT, RIGHT, RowLayout
from ampsm_gui.widgets.console.notes import NotePainter
from ampsm_gui.widgets.console.pen import AT_END, RowPen
from ampsm_gui.widgets.console.rows import duration_of, note_look, since
from ampsm_gui.widgets.console.strips import FILE, LINK, Deed
from ampsm_gui.widgets.console.texts import RowText, draw_text

_TIME_END, _MARK, _ICON = 36, 28, 48  # px at 100 %


class ConsoleDelegate(QStyledItemDelegate):
    """Colours, fonts and lengths are the theme's at the time of painting."""

    def __init__(self, theme: Theme, model: ConsoleModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: What a search marks, and the hit it stands at: section and offset.
        self.find: re.Pattern[str] | None = None
        self.found: tuple[object, int] | None = None
        self._model = model
        self._theme = theme
        self._sight = QRect()  # what of the view can be seen: a row may be a hundred times as high
        self._pen = RowPen(theme, self)
        self.layout = RowLayout(theme, model, self._pen)
        self._header = ConsoleHeaderPainter(theme)
        self._notes = NotePainter(self._pen)
        self._blocks = BlockPainter(theme, self._pen)
        self.head = CallHead(self._pen)
        theme.changed.connect(self._on_theme_changed)

    def paint_header(self, painter: QPainter, rect: QRect, place: RowPlace) -> None:
        """Paints the header of a row's section, as it sticks to the top."""
        self._header.paint(painter, rect, place.section, is_open=not place.section.folded)

    def deed_at(self, place: RowPlace, rect: QRect, point: QPoint) -> Deed | None:
        """What a click on a point of a row would do, besides folding it."""
        entry = place.entry
        if entry is None or place.offset is None or self._model.raw or self.layout.is_rest(place):
            return None
        if entry.kind != "call":
            leads_to = self.layout.link_at(place, rect, point)
            return Deed(LINK, leads_to) if leads_to else None
        if point.y() < rect.top() + self.layout.row_height():
            line = self._call_line(rect, entry)
            return self.head.deed_at(entry, self._model.result(place), line, point)
        block = self.layout.block(place, rect.width())
        return self._blocks.deed_at(block, self.layout.block_place(place, rect), point) if block is not None else None

    def deeds(self, place: RowPlace, rect: QRect) -> list[Deed]:
        """All that can be done in the open call of a row."""
        block = self.layout.block(place, rect.width()) if place.entry is not None else None
        result = self._model.result(place)
        head = [Deed(FILE, result.place.path, result.place)] if result is not None and result.place is not None else []
        return list(dict.fromkeys([*head, *(block.deeds() if block is not None else ())]))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self.layout.row_height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        place = index.data(PLACE_ROLE)
        if not isinstance(place, RowPlace):
            return
        rect: QRect = option.rect  # type: ignore[attr-defined, unused-ignore]
        state = option.state  # type: ignore[attr-defined, unused-ignore]
        view = option.widget  # type: ignore[attr-defined, unused-ignore]
        self._sight = view.viewport().rect() if isinstance(view, QAbstractItemView) else rect
        painter.save()
        painter.setClipRect(rect)
        if place.offset is None:
            self._header.paint(painter, rect, place.section, is_open=not place.section.folded)
        if state & QStyle.StateFlag.State_Selected:
            focused = bool(state & QStyle.StateFlag.State_Active) and bool(state & QStyle.StateFlag.State_HasFocus)
            tone = self._pen.color("selection.active" if focused else "selection.inactive")
            painter.fillRect(rect, tone)
            if place.offset is None:
                self._header.paint(painter, rect, place.section, is_open=not place.section.folded, ground=tone)
        if place.step is not None:
            self._paint_step(painter, rect, place, step_note(place.step))
        elif place.entry is not None:
            self._paint_entry(painter, rect, place, place.entry)
        painter.restore()

    # One row

    def _paint_entry(self, painter: QPainter, rect: QRect, place: RowPlace, entry: ConsoleEntry) -> None:
        if self._model.raw:
            line = self._call_line(rect, entry)
            mark = "chevron-down" if place.offset in place.section.whole else "chevron-right"
            self._pen.icon(painter, rect.left() + self._pen.px(12), line, 12, mark, "text.muted")
            self._draw(painter, line, self._model.words(place), "mono", "text.primary", place)
            self._paint_block(painter, rect, place)
            return
        line = self._call_line(rect, entry)
        left = line.left()
        if entry.parent:
            painter.fillRect(
                QRect(left - self._pen.px(52), rect.top(), 1, rect.height()), self._pen.color("border.default")
            )
        if self.layout.is_rest(place):
            self._draw(painter, line, self._model.words(place).strip(), "body", "accent.text", place)
            return
        match entry.kind:
            case "call":
                self._paint_call(painter, rect, line, place, entry)
            case "thinking":
                self._paint_thinking(painter, rect, line, place, entry)
            case "text" | "prompt":
                self._paint_time(painter, line, place, entry)
                self._icon(painter, line, "message" if entry.kind == "text" else "person", "text.secondary")
                self._paint_text(painter, rect, place, entry, "text.primary")
            case _:
                self._paint_note(painter, rect, line, place, entry)

    def _call_line(self, rect: QRect, entry: ConsoleEntry) -> QRect:
        """Where the first line of a row has its content."""
        left = self.layout.content_left(rect, entry)
        return QRect(left, rect.top(), rect.right() - self._pen.px(RIGHT) - left, self.layout.row_height())

    def _paint_call(self, painter: QPainter, rect: QRect, line: QRect, place: RowPlace, entry: ConsoleEntry) -> None:
        event = entry.event
        if not isinstance(event, ev.ToolStarted):
            return
        result = self._model.result(place)
        self._mark(painter, line, self._model.is_open(place))
        self._icon(painter, line, self.head.icon(event.tool, result), "text.secondary")
        rest = self._paint_result(painter, line, place, entry)
        if result is not None and result.note:
            rest = self._paint_note_of(painter, rest, result.note)
        for part in self.head.parts(entry, result, rest):
            self._draw(painter, part.rect, part.words, part.role, part.token, place, part.weight, middle=part.middle)
        self._paint_block(painter, rect, place)

    def _paint_block(self, painter: QPainter, rect: QRect, place: RowPlace) -> None:
        """What an open row shows below its line."""
        block = self.layout.block(place, rect.width())
        if block is not None:
            at, seen = self.layout.block_place(place, rect), rect.intersected(self._sight)
            self._blocks.paint(painter, block, at, seen, self.find, self._hit_color(place))

    def _paint_note_of(self, painter: QPainter, rest: QRect, note: str) -> QRect:
        """A fact about the result at the right of the row, where there is room for it."""
        wide = self._pen.font("small")[1].horizontalAdvance(note)
        if wide > rest.width() // 2:
            return rest
        spot = QRect(rest.right() - wide, rest.top(), wide + 1, rest.height())
        self._pen.write(painter, spot, note, "small", "text.muted")
        return rest.adjusted(0, 0, -wide - self._pen.px(12), 0)

    def _paint_result(self, painter: QPainter, line: QRect, place: RowPlace, entry: ConsoleEntry) -> QRect:
        """Duration and result at the right end; what is left of the line."""
        px, ending = self._pen.px, entry.ending
        live = ending is None and place.section.live
        took = duration_of(entry, live)
        glyph, token = "status-dashed", "text.muted"
        if ending is not None and ending.success is not None:
            glyph, token = ("status-check", "text.secondary") if ending.success else ("status-cross", "danger.text")
        elif live:
            glyph, token = "status-running", "running.text"
        self._pen.icon(painter, line.right() - px(12), line, 12, glyph, token)
        words = figures.seconds_column(took) if took is not None else ""
        font, metrics = self._pen.font("small")
        wide = metrics.horizontalAdvance(words)
        spot = QRect(line.right() - px(24) - wide, line.top(), wide + 1, line.height())
        painter.setFont(font)
        painter.setPen(self._pen.color("text.muted"))
        painter.drawText(spot, AT_END, words)
        return QRect(line.left(), line.top(), spot.left() - px(12) - line.left(), line.height())

    def _paint_thinking(
        self, painter: QPainter, rect: QRect, line: QRect, place: RowPlace, entry: ConsoleEntry
    ) -> None:
        self._mark(painter, line, self._model.is_open(place))
        self._icon(painter, line, "thinking", "text.muted")
        size = figures.count(len(entry.text.split()), "word")
        wide = self._pen.font("small")[1].horizontalAdvance(size)
        end = line.right() - self._pen.px(24)
        self._draw(painter, QRect(end - wide, line.top(), wide + 1, line.height()), size, "small", "text.muted", place)
        text = self.layout.text(place, entry, rect.width())
        words = "Thinking" if text is not None else f"Thinking · {' '.join(entry.text[:300].split())}"
        rest = line.adjusted(0, 0, end - wide - self._pen.px(12) - line.right(), 0)
        self._draw(painter, rest, words, "body", "text.muted", place)
        if text is not None:
            self._document(painter, rect, text, self.layout.text_place(place, rect), "text.secondary", place)

    def _paint_note(self, painter: QPainter, rect: QRect, line: QRect, place: RowPlace, entry: ConsoleEntry) -> None:
        """Commits, tests, output, warnings and the end."""
        if note := event_note(entry.event, place.section.document):
            self._notes.paint(painter, line, note, self._hits(place))
            return
        glyph, token, role = note_look(entry)
        if glyph:
            self._icon(painter, line, glyph, token if glyph.startswith("status") else "text.secondary")
        if entry.kind in ("warning", "ending") and self.layout.text(place, entry, rect.width()) is not None:
            self._paint_text(painter, rect, place, entry, token)
            return
        self._draw(painter, line, entry.text, role, token, place)

    def _paint_step(self, painter: QPainter, rect: QRect, place: RowPlace, note: Note) -> None:
        """A step below an iteration, under a rule as that of a header."""
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), self._pen.color("border.subtle"))
        left = rect.left() + self._pen.px(CONTENT)
        line = QRect(left, rect.top(), rect.right() - self._pen.px(RIGHT) - left, rect.height())
        self._notes.paint(painter, line, note, self._hits(place))

    def _hits(self, place: RowPlace | None) -> tuple[re.Pattern[str], QColor] | None:
        """What a search marks in a row."""
        return (self.find, self._hit_color(place)) if self.find is not None and place is not None else None

    def _paint_text(self, painter: QPainter, rect: QRect, place: RowPlace, entry: ConsoleEntry, token: str) -> None:
        text = self.layout.text(place, entry, rect.width())
        if text is not None:
            self._document(painter, rect, text, self.layout.text_place(place, rect), token, place)

    def _paint_time(self, painter: QPainter, line: QRect, place: RowPlace, entry: ConsoleEntry) -> None:
        passed = since(place.section.document.get("startedAt"), entry)
        if passed:
            px = self._pen.px
            end = line.left() - px(CONTENT - _TIME_END)
            spot = QRect(end - px(48), line.top(), px(48), line.height())
            self._draw(painter, spot, passed, "caption", "text.muted", None, right=True)

    # Pieces

    def _document(
        self, painter: QPainter, rect: QRect, text: RowText, where: QPointF, token: str, place: RowPlace
    ) -> None:
        draw_text(
            painter, text, where, QRectF(rect.intersected(self._sight)), self._pen.color(token), self._theme, self.find,
            self._hit_color(place),
        )  # fmt: skip

    def _hit_color(self, place: RowPlace | None) -> QColor:
        current = place is not None and self.found == (place.section, place.offset)
        return self._pen.color("selection.findCurrent" if current else "selection.find")

    def _mark(self, painter: QPainter, line: QRect, is_open: bool) -> None:
        left = line.left() - self._pen.px(CONTENT - _MARK)
        self._pen.icon(painter, left, line, 12, "chevron-down" if is_open else "chevron-right", "text.muted")

    def _icon(self, painter: QPainter, line: QRect, name: str, token: str) -> None:
        self._pen.icon(painter, line.left() - self._pen.px(CONTENT - _ICON), line, 15, name, token)

    def _draw(
        self, painter: QPainter, rect: QRect, words: str, role: str, token: str, place: RowPlace | None,
        weight: int = 400, right: bool = False, middle: bool = False,
    ) -> int:  # fmt: skip
        """Paints a line; in that of a `place` what a search has found is marked. How wide it is."""
        return self._pen.write(painter, rect, words, role, token, weight, right, self._hits(place), middle)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._blocks.forget()
        self.layout.forget()
