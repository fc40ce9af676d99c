"""How high the console's rows are, which texts they hold, and what in them can be clicked."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.console.model import ConsoleModel
from ampsm_gui.models.console.section_rows import RowPlace
from ampsm_gui.widgets.console.pen import RowPen
from ampsm_gui.widgets.console.texts import RowText, RowTexts, links_in

#: In px at 100 %: where the content of a row begins, and what stays free at the right.
CONTENT, RIGHT = 72, 16
_INDENT = 36  # of the steps of a sub-agent
_SOME_LINES = 8
_WRITTEN = ("text", "thinking")  # what an agent wrote with mark-up
_FONT = 16  # the height of the font in px at 100 %


class Link(NamedTuple):
    """Words in a row that do something when they are clicked: `whole` or `command`."""

    place: QRect
    words: str
    action: str


class RowLayout:
    """Measures rows as they would be painted at a width."""

    def __init__(self, theme: Theme, model: ConsoleModel, pen: RowPen) -> None:
        self._model = model
        self._pen = pen
        self._texts = RowTexts(theme)

    def forget(self) -> None:
        """After another font or scheme."""
        self._texts.clear()

    def row_height(self) -> int:
        return self._pen.px(_FONT) + self._pen.px(8)

    def header_height(self) -> int:
        return self._pen.px(_FONT) + self._pen.px(12)

    def height(self, place: RowPlace, width: int) -> int:
        """How high a row has to be."""
        if place.offset is None:
            return self.header_height()
        entry, base = place.entry, self.row_height()
        if entry is None or self._model.raw or self.is_rest(place):
            return base
        text = self.text(place, entry, width)
        if text is None:
            return base
        high = int(text.size().height() + 0.999)
        if entry.kind in ("call", "thinking"):
            return base + high + self._pen.px(12) + (self.link_height() if self._link_words(place, entry) else 0)
        return max(base, high + self._pen.px(10 if entry.kind in ("text", "prompt") else 8))

    def links(self, place: RowPlace, rect: QRect) -> list[Link]:
        """What can be clicked in a row besides its fold mark."""
        entry = place.entry
        if entry is None or place.offset is None or self._model.raw or self.is_rest(place):
            return []
        text = self.text(place, entry, rect.width()) if entry.kind == "call" else None
        if text is None:
            return []
        left = self.content_left(rect, entry) + self._pen.px(12)
        top = rect.top() + self.row_height() + self._pen.px(6) + int(text.size().height())
        found, metrics = [], self._pen.font("small")[1]
        for words, action in self._link_words(place, entry):
            wide = metrics.horizontalAdvance(words)
            found.append(Link(QRect(left, top, wide, self.link_height()), words, action))
            left += wide + self._pen.px(16)
        return found

    def text_place(self, place: RowPlace, rect: QRect) -> QPointF:
        """Where the words of somebody begin in a row that shows them whole."""
        entry, line = place.entry, self.row_height()
        if entry is None or entry.kind == "thinking":
            down = line
        else:
            down = max(self._pen.px(4), (line - self._pen.font("body")[1].height()) // 2)
        return QPointF(self.content_left(rect, entry) if entry else rect.left(), rect.top() + down)

    def link_at(self, place: RowPlace, rect: QRect, point: QPoint) -> str:
        """Where the link leads that the agent wrote and a point is on; empty for none."""
        text = self._written(place, rect.width())
        return text.documentLayout().anchorAt(QPointF(point) - self.text_place(place, rect)) if text else ""

    def written_links(self, place: RowPlace, rect: QRect) -> list[str]:
        """Where the links lead that the agent wrote in a row, in their order."""
        text = self._written(place, rect.width())
        return links_in(text) if text else []

    def is_mark(self, place: RowPlace, rect: QRect, point: QPoint) -> bool:
        """Whether a point is on what folds a row."""
        if place.offset is None or self.is_rest(place):
            return True
        foldable = place.entry is not None and place.entry.kind in ("call", "thinking") and not self._model.raw
        return foldable and point.y() < rect.top() + self.row_height()

    def text(self, place: RowPlace, entry: ConsoleEntry, width: int) -> RowText | None:
        """The document of a row that has one now."""
        px = self._pen.px
        wide = width - (self.content_left(QRect(0, 0, width, 1), entry)) - px(RIGHT)
        key = (id(place.section), place.offset)
        match entry.kind:
            case "text":
                return self._texts.text(key, entry.text, "markdown", wide)
            case "prompt":
                return self._texts.text(key, entry.text, "prompt", wide)
            case "warning" | "ending":
                return self._texts.text(key, entry.text, "plain", wide)
            case "thinking" if self._model.is_open(place):
                return self._texts.text(key, entry.text, "markdown", wide)
            case "call" if self._model.is_open(place):
                lines = entry.details()
                if not lines:
                    return None
                if place.offset not in place.section.whole and len(lines) > _SOME_LINES:
                    lines = lines[-_SOME_LINES:] if entry.failed else lines[:_SOME_LINES]
                return self._texts.text(key, "\n".join(lines), "mono", wide - px(24))
        return None

    def is_rest(self, place: RowPlace) -> bool:
        """Whether a row stands for the steps of a sub-agent that are folded away."""
        return place.offset is not None and place.section.more_below(place.offset) is not None

    def content_left(self, rect: QRect, entry: ConsoleEntry) -> int:
        """Where the content of a row begins."""
        return rect.left() + self._pen.px(CONTENT + (_INDENT if entry.parent else 0))

    def link_height(self) -> int:
        """How high the line of links below an open call is."""
        return self._pen.px(_FONT) + self._pen.px(4)

    def _written(self, place: RowPlace, width: int) -> RowText | None:
        """The text with links of a row that shows one."""
        entry = place.entry
        if entry is None or entry.kind not in _WRITTEN or self._model.raw or self.is_rest(place):
            return None
        return self.text(place, entry, width)

    def _link_words(self, place: RowPlace, entry: ConsoleEntry) -> list[tuple[str, str]]:
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
