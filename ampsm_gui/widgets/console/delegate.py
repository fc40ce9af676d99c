"""Paints the console's rows: time, fold mark, icon, content, duration, result."""

from __future__ import annotations

import re

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Slot
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ampsm.journal import events as ev
from ampsm_gui.look import figures
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.console.model import PLACE_ROLE, ConsoleModel
from ampsm_gui.models.console.note import Note, event_note, step_note
from ampsm_gui.models.console.section_rows import RowPlace
from ampsm_gui.widgets.console.header import ConsoleHeaderPainter
from ampsm_gui.widgets.console.layout import CONTENT, RIGHT, RowLayout
from ampsm_gui.widgets.console.notes import NotePainter
from ampsm_gui.widgets.console.pen import AT_END, LEFT, RowPen
from ampsm_gui.widgets.console.rows import duration_of, note_look, since
from ampsm_gui.widgets.console.texts import RowText, draw_text

_TIME_END, _MARK, _ICON = 36, 28, 48  # px at 100 %
_ICONS = {
    "bash": "terminal", "read": "file", "create_file": "file-new", "edit_file": "edit", "undo_edit": "undo",
    "grep": "search", "glob": "search", "finder": "search", "codebase_search_agent": "search", "task": "task",
    "oracle": "task", "web_search": "external", "read_web_page": "external",
}  # fmt: skip


class ConsoleDelegate(QStyledItemDelegate):
    """Colours, fonts and lengths are the theme's at the time of painting."""

    def __init__(self, theme: Theme, model: ConsoleModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: What a search marks, and the hit it stands at: section and offset.
        self.find: re.Pattern[str] | None = None
        self.found: tuple[object, int] | None = None
        self._model = model
        self._pen = RowPen(theme, self)
        self.layout = RowLayout(theme, model, self._pen)
        self._header = ConsoleHeaderPainter(theme)
        self._notes = NotePainter(self._pen)
        theme.changed.connect(self._on_theme_changed)

    def paint_header(self, painter: QPainter, rect: QRect, place: RowPlace) -> None:
        """Paints the header of a row's section, as it sticks to the top."""
        self._header.paint(painter, rect, place.section, is_open=not place.section.folded)

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
            line = QRect(rect.left() + self._pen.px(16), rect.top(), rect.width() - self._pen.px(32), rect.height())
            self._draw(painter, line, self._model.words(place), "mono", "text.primary", place)
            return
        left = self.layout.content_left(rect, entry)
        line = QRect(left, rect.top(), rect.right() - self._pen.px(RIGHT) - left, self.layout.row_height())
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

    def _paint_call(self, painter: QPainter, rect: QRect, line: QRect, place: RowPlace, entry: ConsoleEntry) -> None:
        event = entry.event
        if not isinstance(event, ev.ToolStarted):
            return
        self._mark(painter, line, self._model.is_open(place))
        self._icon(painter, line, _ICONS.get(event.tool.lower(), "wand"), "text.secondary")
        rest = self._paint_result(painter, line, place, entry)
        wide = self._draw(painter, rest, event.tool, "body", "text.primary", place, weight=500)
        rest.setLeft(rest.left() + wide + self._pen.px(8))
        wide = self._draw(painter, rest, entry.summary(), "mono", "text.secondary", place)
        for words, token in entry.change_words():
            rest.setLeft(rest.left() + wide + self._pen.px(8))
            wide = self._draw(painter, rest, words, "mono", token, None)
        text = self.layout.text(place, entry, rect.width())
        if text is None:
            return
        px = self._pen.px
        links = self.layout.links(place, rect)
        high = int(text.size().height()) + px(8) + (self.layout.link_height() if links else 0)
        block = QRect(line.left(), line.bottom() + 1, line.width(), high)
        painter.fillRect(block, self._pen.color("surface.sunken"))
        edge = "danger.text" if entry.failed else "border.default"
        painter.fillRect(QRect(block.left(), block.top(), 2, block.height()), self._pen.color(edge))
        self._document(painter, rect, text, QPointF(block.left() + px(12), block.top() + px(4)), "text.primary", place)
        font = self._pen.font("small")[0]
        for link in links:
            painter.setFont(font)
            painter.setPen(self._pen.color("danger.text" if link.action == "" else "accent.text"))
            painter.drawText(link.place, LEFT, link.words)

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
        draw_text(painter, text, where, QRectF(rect), self._pen.color(token), self.find, self._hit_color(place))

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
        weight: int = 400, right: bool = False,
    ) -> int:  # fmt: skip
        """Paints a line; in that of a `place` what a search has found is marked. How wide it is."""
        return self._pen.write(painter, rect, words, role, token, weight, right, self._hits(place))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.layout.forget()
