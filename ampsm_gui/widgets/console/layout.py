"""How high the console's rows are, which texts they hold, and what in them can be clicked."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.console.model import ConsoleModel
from ampsm_gui.models.console.row_places import RowPlace
from ampsm_gui.widgets.console.block_layout import BlockLayouts
from ampsm_gui.widgets.console.pen import RowPen
from ampsm_gui.widgets.console.strips import Block, BlockState
from ampsm_gui.widgets.console.texts import RowText, RowTexts, links_in

#: In px at 100 %: where the content of a row begins, what stays free at the right, and below an open call.
CONTENT, RIGHT, BELOW = 72, 16, 6
_RAW = 28  # where the agent's own lines begin
_INDENT = 36  # of the steps of a sub-agent
_WRITTEN = ("text", "thinking")  # what an agent wrote with mark-up
_FONT = 16  # the height of the font in px at 100 %


class RowLayout:
    """Measures rows as they would be painted at a width."""

    def __init__(self, theme: Theme, model: ConsoleModel, pen: RowPen) -> None:
        self._model = model
        self._pen = pen
        self._texts = RowTexts(theme)
        self._blocks = BlockLayouts(pen, self._texts)

    def forget(self) -> None:
        """After another font or scheme."""
        self._texts.clear()
        self._blocks.clear()

    def row_height(self) -> int:
        return self._pen.px(_FONT) + self._pen.px(8)

    def header_height(self) -> int:
        return self._pen.px(_FONT) + self._pen.px(12)

    def height(self, place: RowPlace, width: int) -> int:
        """How high a row has to be."""
        if place.offset is None:
            return self.header_height()
        entry, base = place.entry, self.row_height()
        if entry is None or self.is_rest(place):
            return base
        if entry.kind == "call" or self._model.raw:
            block = self.block(place, width)
            return base + block.height + self._pen.px(BELOW) if block is not None else base
        text = self.text(place, entry, width)
        if text is None:
            return base
        high = int(text.size().height() + 0.999)
        if entry.kind == "thinking":
            return base + high + self._pen.px(12)
        return max(base, high + self._pen.px(10 if entry.kind in ("text", "prompt") else 8))

    def block(self, place: RowPlace, width: int) -> Block | None:
        """What an open call shows below its row; None while it is folded, or its result is not known."""
        entry = place.entry
        if entry is None or place.offset is None or self.is_rest(place):
            return None
        result = self._model.result(place)
        if result is None or not (self._model.raw or self._model.is_open(place)):
            return None
        section = place.section
        state = BlockState(
            whole=place.offset in section.whole and result.whole,
            raw=place.offset in section.raw and result.ending is not None,
            unfolded=section.unfolded.get(place.offset, frozenset()), failed=entry.failed and not self._model.raw,
            command=entry.is_command and not self._model.raw,
        )  # fmt: skip
        left = self.content_left(QRect(0, 0, width, 1), entry)
        return self._blocks.block(result, state, max(self._pen.px(80), width - left - self._pen.px(RIGHT)))

    def block_place(self, place: RowPlace, rect: QRect) -> QPoint:
        """The upper left corner of the block of an open call."""
        left = self.content_left(rect, place.entry) if place.entry is not None else rect.left()
        return QPoint(left, rect.top() + self.row_height())

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
        foldable = place.entry is not None and (place.entry.kind in ("call", "thinking") or self._model.raw)
        return foldable and point.y() < rect.top() + self.row_height()

    def text(self, place: RowPlace, entry: ConsoleEntry, width: int) -> RowText | None:
        """The document of a row that has one now."""
        px = self._pen.px
        wide = width - (self.content_left(QRect(0, 0, width, 1), entry)) - px(RIGHT)
        match entry.kind:
            case "text":
                return self._texts.text(entry.text, "markdown", wide)
            case "prompt":
                return self._texts.text(entry.text, "prompt", wide)
            case "warning" | "ending":
                return self._texts.text(entry.text, "plain", wide)
            case "thinking" if self._model.is_open(place):
                return self._texts.text(entry.text, "markdown", wide)
        return None

    def is_rest(self, place: RowPlace) -> bool:
        """Whether a row stands for the steps of a sub-agent that are folded away."""
        if place.offset is None or self._model.raw:
            return False
        return place.section.more_below(place.offset) is not None

    def content_left(self, rect: QRect, entry: ConsoleEntry) -> int:
        """Where the content of a row begins."""
        if self._model.raw:
            return rect.left() + self._pen.px(_RAW)
        return rect.left() + self._pen.px(CONTENT + (_INDENT if entry.parent else 0))

    def _written(self, place: RowPlace, width: int) -> RowText | None:
        """The text with links of a row that shows one."""
        entry = place.entry
        if entry is None or entry.kind not in _WRITTEN or self._model.raw or self.is_rest(place):
            return None
        return self.text(place, entry, width)
