"""Paints the console's rows and says how high they are: time, fold mark, icon, content, duration, result."""

from __future__ import annotations

import re
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ampsm.journal import events as ev
from ampsm_gui.look import figures
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.console.entries import Entry
from ampsm_gui.models.console.model import PLACE_ROLE, ConsoleModel, Place
from ampsm_gui.widgets.console.header import ConsoleHeaderPainter
from ampsm_gui.widgets.console.rows import duration_of, note_look, since
from ampsm_gui.widgets.console.texts import RowText, RowTexts, draw_text

_TIME_END, _MARK, _ICON, _CONTENT, _INDENT, _RIGHT, _RESULT = 36, 28, 48, 72, 36, 16, 16
_SOME_LINES = 8
_FONT = 16  # the height of the font in px at 100 %
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_AT_END = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_ICONS = {
    "bash": "terminal", "read": "file", "create_file": "file-new", "edit_file": "edit", "undo_edit": "undo",
    "grep": "search", "glob": "search", "finder": "search", "codebase_search_agent": "search", "task": "task",
    "oracle": "task", "web_search": "external", "read_web_page": "external",
}  # fmt: skip


class Link(NamedTuple):
    """Words in a row that do something when they are clicked: `whole` or `command`."""

    place: QRect
    words: str
    action: str


class ConsoleDelegate(QStyledItemDelegate):
    """Colours, fonts and lengths are the theme's at the time of painting."""

    def __init__(self, theme: Theme, model: ConsoleModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.texts = RowTexts(theme)
        self.find: re.Pattern[str] | None = None
        self.found: tuple[object, int] | None = None
        self._theme = theme
        self._model = model
        self._header = ConsoleHeaderPainter(theme)
        self._fonts: dict[tuple[str, int], tuple[QFont, QFontMetrics]] = {}
        self._lengths: dict[float, int] = {}
        self._colors: dict[str, QColor] = {}
        theme.changed.connect(self._on_theme_changed)

    def row_height(self) -> int:
        return self._px(_FONT) + self._px(8)

    def header_height(self) -> int:
        return self._px(_FONT) + self._px(12)

    def height(self, place: Place, width: int) -> int:
        """How high a row has to be."""
        if place.offset is None:
            return self.header_height()
        entry, base = place.entry, self.row_height()
        if entry is None or self._model.raw or self._is_rest(place):
            return base
        text = self._text(place, entry, width)
        if text is None:
            return base
        high = int(text.size().height() + 0.999)
        if entry.kind in ("call", "thinking"):
            return base + high + self._px(12) + (self._link_height() if self._link_words(place, entry) else 0)
        return max(base, high + self._px(10 if entry.kind in ("text", "prompt") else 8))

    def links(self, place: Place, rect: QRect) -> list[Link]:
        """What can be clicked in a row besides its fold mark."""
        entry = place.entry
        if entry is None or place.offset is None or self._model.raw or self._is_rest(place):
            return []
        text = self._text(place, entry, rect.width()) if entry.kind == "call" else None
        if text is None:
            return []
        left = self._content_left(rect, entry) + self._px(12)
        top = rect.top() + self.row_height() + self._px(6) + int(text.size().height())
        found, metrics = [], self._font("small")[1]
        for words, action in self._link_words(place, entry):
            wide = metrics.horizontalAdvance(words)
            found.append(Link(QRect(left, top, wide, self._link_height()), words, action))
            left += wide + self._px(16)
        return found

    def is_mark(self, place: Place, rect: QRect, point: QPoint) -> bool:
        """Whether a point is on what folds a row."""
        if place.offset is None or self._is_rest(place):
            return True
        foldable = place.entry is not None and place.entry.kind in ("call", "thinking") and not self._model.raw
        return foldable and point.y() < rect.top() + self.row_height()

    def paint_header(self, painter: QPainter, rect: QRect, place: Place) -> None:
        """Paints the header of a row's section, as it sticks to the top."""
        self._header.paint(painter, rect, place.section, is_open=not place.section.folded)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self.row_height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        place = index.data(PLACE_ROLE)
        if not isinstance(place, Place):
            return
        rect: QRect = option.rect  # type: ignore[attr-defined, unused-ignore]
        state = option.state  # type: ignore[attr-defined, unused-ignore]
        painter.save()
        painter.setClipRect(rect)
        if place.offset is None:
            self._header.paint(painter, rect, place.section, is_open=not place.section.folded)
        if state & QStyle.StateFlag.State_Selected:
            focused = bool(state & QStyle.StateFlag.State_Active) and bool(state & QStyle.StateFlag.State_HasFocus)
            tone = self._color("selection.active" if focused else "selection.inactive")
            painter.fillRect(rect, tone)
            if place.offset is None:
                self._header.paint(painter, rect, place.section, is_open=not place.section.folded, ground=tone)
        if place.entry is not None:
            self._paint_entry(painter, rect, place, place.entry)
        painter.restore()

    # One row

    def _paint_entry(self, painter: QPainter, rect: QRect, place: Place, entry: Entry) -> None:
        if self._model.raw:
            line = QRect(rect.left() + self._px(16), rect.top(), rect.width() - self._px(32), rect.height())
            self._draw(painter, line, self._model.words(place), "mono", "text.primary", place)
            return
        left = self._content_left(rect, entry)
        line = QRect(left, rect.top(), rect.right() - self._px(_RIGHT) - left, self.row_height())
        if entry.parent:
            painter.fillRect(QRect(left - self._px(52), rect.top(), 1, rect.height()), self._color("border.default"))
        if self._is_rest(place):
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
                self._paint_text(painter, rect, line, place, entry, "text.primary")
            case _:
                self._paint_note(painter, rect, line, place, entry)

    def _paint_call(self, painter: QPainter, rect: QRect, line: QRect, place: Place, entry: Entry) -> None:
        event = entry.event
        if not isinstance(event, ev.ToolStarted):
            return
        self._mark(painter, line, self._model.is_open(place))
        self._icon(painter, line, _ICONS.get(event.tool.lower(), "wand"), "text.secondary")
        rest = self._paint_result(painter, line, place, entry)
        wide = self._draw(painter, rest, event.tool, "body", "text.primary", place, weight=500)
        rest.setLeft(rest.left() + wide + self._px(8))
        wide = self._draw(painter, rest, entry.summary(), "mono", "text.secondary", place)
        for words, token in entry.change_words():
            rest.setLeft(rest.left() + wide + self._px(8))
            wide = self._draw(painter, rest, words, "mono", token, None)
        text = self._text(place, entry, rect.width())
        if text is None:
            return
        px = self._px
        links = self.links(place, rect)
        high = int(text.size().height()) + px(8) + (self._link_height() if links else 0)
        block = QRect(line.left(), line.bottom() + 1, line.width(), high)
        painter.fillRect(block, self._color("surface.sunken"))
        edge = "danger.text" if entry.failed else "border.default"
        painter.fillRect(QRect(block.left(), block.top(), 2, block.height()), self._color(edge))
        self._document(painter, rect, text, QPointF(block.left() + px(12), block.top() + px(4)), "text.primary", place)
        font = self._font("small")[0]
        for link in links:
            painter.setFont(font)
            painter.setPen(self._color("danger.text" if link.action == "" else "accent.text"))
            painter.drawText(link.place, _LEFT, link.words)

    def _paint_result(self, painter: QPainter, line: QRect, place: Place, entry: Entry) -> QRect:
        """Duration and result at the right end; what is left of the line."""
        px, ending = self._px, entry.ending
        live = ending is None and place.section.live
        took = duration_of(entry, live)
        glyph, token = "status-dashed", "text.muted"
        if ending is not None and ending.success is not None:
            glyph, token = ("status-check", "text.secondary") if ending.success else ("status-cross", "danger.text")
        elif live:
            glyph, token = "status-running", "running.text"
        side = px(12)
        self._theme.paint_icon(
            painter, QRect(line.right() - side, line.center().y() - side // 2, side, side), glyph, token
        )
        words = figures.seconds_column(took) if took is not None else ""
        font, metrics = self._font("small")
        wide = metrics.horizontalAdvance(words)
        spot = QRect(line.right() - px(24) - wide, line.top(), wide + 1, line.height())
        painter.setFont(font)
        painter.setPen(self._color("text.muted"))
        painter.drawText(spot, _AT_END, words)
        return QRect(line.left(), line.top(), spot.left() - px(12) - line.left(), line.height())

    def _paint_thinking(self, painter: QPainter, rect: QRect, line: QRect, place: Place, entry: Entry) -> None:
        self._mark(painter, line, self._model.is_open(place))
        self._icon(painter, line, "thinking", "text.muted")
        size = figures.count(len(entry.text.split()), "word")
        wide = self._font("small")[1].horizontalAdvance(size)
        end = line.right() - self._px(24)
        self._draw(painter, QRect(end - wide, line.top(), wide + 1, line.height()), size, "small", "text.muted", place)
        text = self._text(place, entry, rect.width())
        words = "Thinking" if text is not None else f"Thinking · {' '.join(entry.text[:300].split())}"
        self._draw(
            painter,
            line.adjusted(0, 0, end - wide - self._px(12) - line.right(), 0),
            words,
            "body",
            "text.muted",
            place,
        )
        if text is not None:
            self._document(painter, rect, text, QPointF(line.left(), line.bottom() + 1), "text.secondary", place)

    def _paint_note(self, painter: QPainter, rect: QRect, line: QRect, place: Place, entry: Entry) -> None:
        """Commits, phases, tests, output, warnings and the end."""
        glyph, token, role = note_look(entry)
        if glyph:
            self._icon(painter, line, glyph, token if glyph.startswith("status") else "text.secondary")
        if entry.kind in ("warning", "ending") and self._text(place, entry, rect.width()) is not None:
            self._paint_text(painter, rect, line, place, entry, token)
            return
        self._draw(painter, line, entry.shown, role, token, place)

    def _paint_text(self, painter: QPainter, rect: QRect, line: QRect, place: Place, entry: Entry, token: str) -> None:
        text = self._text(place, entry, rect.width())
        if text is not None:
            top = rect.top() + max(self._px(4), (line.height() - self._font("body")[1].height()) // 2)
            self._document(painter, rect, text, QPointF(line.left(), top), token, place)

    def _paint_time(self, painter: QPainter, line: QRect, place: Place, entry: Entry) -> None:
        passed = since(place.section.document.get("startedAt"), entry)
        if passed:
            px = self._px
            end = line.left() - px(_CONTENT - _TIME_END)
            self._draw(
                painter,
                QRect(end - px(48), line.top(), px(48), line.height()),
                passed,
                "caption",
                "text.muted",
                None,
                right=True,
            )

    # Pieces

    def _text(self, place: Place, entry: Entry, width: int) -> RowText | None:
        """The document of a row that has one now."""
        px = self._px
        wide = width - (self._content_left(QRect(0, 0, width, 1), entry)) - px(_RIGHT)
        key = (id(place.section), place.offset)
        match entry.kind:
            case "text":
                return self.texts.text(key, entry.text, "markdown", wide)
            case "prompt":
                return self.texts.text(key, entry.text, "prompt", wide)
            case "warning" | "ending":
                return self.texts.text(key, entry.shown, "plain", wide)
            case "thinking" if self._model.is_open(place):
                return self.texts.text(key, entry.text, "markdown", wide)
            case "call" if self._model.is_open(place):
                lines = entry.details()
                if not lines:
                    return None
                if place.offset not in place.section.whole and len(lines) > _SOME_LINES:
                    lines = lines[-_SOME_LINES:] if entry.failed else lines[:_SOME_LINES]
                return self.texts.text(key, "\n".join(lines), "mono", wide - px(24))
        return None

    def _link_words(self, place: Place, entry: Entry) -> list[tuple[str, str]]:
        if entry.kind != "call" or not self._model.is_open(place):
            return []
        found, lines = [], entry.details()
        error = entry.ending.error if entry.ending is not None and entry.failed else None
        if error:
            said = " ".join(error.split())
            if said not in lines:
                found.append((said[:1].upper() + (said[1:60] if len(said) <= 60 else said[1:59] + "…"), ""))
        if len(lines) > _SOME_LINES:
            whole = place.offset in place.section.whole
            found.append((f"Show {_SOME_LINES} lines" if whole else f"Show all {len(lines):,} lines", "whole"))
        if entry.command():
            found.append(("Copy command", "command"))
        return found

    def _is_rest(self, place: Place) -> bool:
        return place.offset is not None and place.section.more_below(place.offset) is not None

    def _link_height(self) -> int:
        return self._px(_FONT) + self._px(4)

    def _content_left(self, rect: QRect, entry: Entry) -> int:
        return rect.left() + self._px(_CONTENT + (_INDENT if entry.parent else 0))

    def _document(
        self, painter: QPainter, rect: QRect, text: RowText, where: QPointF, token: str, place: Place
    ) -> None:
        draw_text(painter, text, where, QRectF(rect), self._color(token), self.find, self._hit_color(place))

    def _hit_color(self, place: Place | None) -> QColor:
        current = place is not None and self.found == (place.section, place.offset)
        return self._color("selection.findCurrent" if current else "selection.find")

    def _mark(self, painter: QPainter, line: QRect, is_open: bool) -> None:
        side = self._px(12)
        spot = QRect(line.left() - self._px(_CONTENT - _MARK), line.center().y() - side // 2, side, side)
        self._theme.paint_icon(painter, spot, "chevron-down" if is_open else "chevron-right", "text.muted")

    def _icon(self, painter: QPainter, line: QRect, name: str, token: str) -> None:
        side = self._px(15)
        spot = QRect(line.left() - self._px(_CONTENT - _ICON), line.center().y() - side // 2, side, side)
        self._theme.paint_icon(painter, spot, name, token)

    def _draw(
        self, painter: QPainter, rect: QRect, words: str, role: str, token: str, place: Place | None,
        weight: int = 400, right: bool = False,
    ) -> int:  # fmt: skip
        """Paints a line, its end cut off where there is no room; how wide it is."""
        font, metrics = self._font(role, weight)
        words = metrics.elidedText(words.replace("\n", " ")[:2000], Qt.TextElideMode.ElideRight, max(0, rect.width()))
        if self.find is not None and place is not None:
            for hit in self.find.finditer(words):
                start = rect.left() + metrics.horizontalAdvance(words[: hit.start()])
                wide = metrics.horizontalAdvance(hit[0])
                spot = QRect(start, rect.center().y() - metrics.height() // 2, wide, metrics.height())
                painter.fillRect(spot, self._hit_color(place))
        painter.setFont(font)
        painter.setPen(self._color(token))
        painter.drawText(rect, _AT_END if right else _LEFT, words)
        return min(rect.width(), metrics.horizontalAdvance(words))

    def _font(self, role: str, weight: int = 400) -> tuple[QFont, QFontMetrics]:
        found = self._fonts.get((role, weight))
        if found is None:
            font = self._theme.font(role, weight)
            found = self._fonts[role, weight] = (font, QFontMetrics(font))
        return found

    def _px(self, pixels: float) -> int:
        """As the theme's, remembered: a window full of rows asks for a thousand."""
        found = self._lengths.get(pixels)
        if found is None:
            found = self._lengths[pixels] = self._theme.px(pixels)
        return found

    def _color(self, token: str) -> QColor:
        found = self._colors.get(token)
        if found is None:
            found = self._colors[token] = self._theme.color(token)
        return found

    @Slot()
    def _on_theme_changed(self) -> None:
        self._fonts.clear()
        self._lengths.clear()
        self._colors.clear()
        self.texts.clear()
