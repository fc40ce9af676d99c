"""Paints the lines of a result: what is before them, their colours, what is marked in them."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from ampsm_gui.models.results.lines import Piece, ShownLine
from ampsm_gui.widgets.console.pen import LEFT, RowPen
from ampsm_gui.widgets.console.strips import Block, BlockStrip
from ampsm_gui.widgets.diff.line import LineLayout, shown, units_of

_KEPT = 500
_SIGNS = {"+": "added", "-": "removed"}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MARK = 14  # px at 100 %: the fold mark before a line of JSON


class BlockLines:
    """Lines are laid out when they are painted, and kept for the next painting."""

    def __init__(self, pen: RowPen) -> None:
        self._pen = pen
        self._kept: dict[tuple[int, int, int], tuple[ShownLine, LineLayout]] = {}
        self._option = QTextOption()
        self._option.setWrapMode(QTextOption.WrapMode.NoWrap)
        self._option.setTextDirection(Qt.LayoutDirection.LeftToRight)

    def forget(self) -> None:
        """After another font or scheme."""
        self._kept.clear()

    def paint(
        self,
        painter: QPainter,
        block: Block,
        strip: BlockStrip,
        place: QRect,
        find: tuple[re.Pattern[str], QColor] | None,
    ) -> None:
        line = strip.line
        assert line is not None
        if line.sign:
            self._gutter(painter, strip, line, place)
        px, metrics = self._pen.px, self._pen.font("mono")[1]
        painter.setFont(self._pen.font("mono")[0])
        if line.number and strip.begin == 0:
            painter.setPen(self._color("text.muted"))
            end = QRect(place.left(), place.top(), block.number_end, place.height())
            painter.drawText(end, _RIGHT, str(line.number))
        if line.sign in _SIGNS and strip.begin == 0:
            painter.setPen(self._color("text.primary"))
            sign = QRect(place.left() + block.sign_left, place.top(), strip.left, place.height())
            painter.drawText(sign, LEFT, "+" if line.sign == "+" else "\u2212")
        left = place.left() + strip.left
        if line.fold and strip.begin == 0:
            indent = len(line.text) - len(line.text.lstrip(" "))
            mark = left + indent * metrics.horizontalAdvance(" ") - px(_MARK)
            name = "chevron-down" if line.is_open else "chevron-right"
            self._pen.icon(painter, mark, place, 10, name, "text.muted")
        layout = self.layout(strip)
        more = metrics.horizontalAdvance("…") + px(4) if strip.left_out else 0
        wide = block.width - strip.left - more
        painter.save()
        painter.setClipRect(QRect(left, place.top(), wide, place.height()),
                            Qt.ClipOperation.IntersectClip)  # fmt: skip
        self._marks(painter, strip, layout, QRect(left, place.top(), 0, place.height()), find)
        painter.setPen(self._color("text.primary"))
        layout.draw(painter, left, place.top() + (place.height() - metrics.height()) // 2 + metrics.ascent())
        painter.restore()
        if more:
            edge = min(left + round(layout.width), left + wide)
            self._pen.write(painter, QRect(edge, place.top(), more, place.height()), "…", "mono", "text.muted")

    def _gutter(self, painter: QPainter, strip: BlockStrip, line: ShownLine, place: QRect) -> None:
        """Grounds of a line of a diff, inside its frame."""
        kind = _SIGNS.get(line.sign)
        inside = place.adjusted(1, 0, -1, 0)
        gutter = QRect(inside.left(), place.top(), strip.left - self._pen.px(4), place.height())
        if kind:
            painter.fillRect(inside, self._color(f"diff.{kind}Line"))
            painter.fillRect(gutter, self._color(f"diff.{kind}Gutter"))
        elif line.sign == "@":
            painter.fillRect(inside, self._color("diff.hunk"))
        else:
            painter.fillRect(gutter, self._color("diff.gutter"))

    def _marks(
        self, painter: QPainter, strip: BlockStrip, layout: LineLayout, place: QRect,
        find: tuple[re.Pattern[str], QColor] | None,
    ) -> None:  # fmt: skip
        """Grounds of changed words, of colours of terminals and of hits."""
        line = strip.line
        assert line is not None

        def mark(begin: int, end: int, color: QColor) -> None:
            begin, end = max(begin, strip.begin) - strip.begin, min(end, strip.end) - strip.begin
            if begin < end:
                left, right = layout.x_of(begin), layout.x_of(end)
                painter.fillRect(QRectF(place.left() + left, place.top(), right - left, place.height()), color)

        column = 0
        for piece in line.pieces:
            if piece.ground:
                mark(column, column + len(piece.text), self._color(piece.ground))
            column += len(piece.text)
        if find is not None:
            for hit in find[0].finditer(line.text):
                mark(hit.start(), hit.end(), find[1])

    def layout(self, strip: BlockStrip) -> LineLayout:
        """The characters of a strip, laid out."""
        line = strip.line
        assert line is not None
        key = (id(line), strip.begin, strip.end)
        found = self._kept.get(key)
        if found is None or found[0] is not line:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[key] = (line, self._laid_out(line, strip.begin, strip.end))
        return found[1]

    def _laid_out(self, line: ShownLine, begin: int, end: int) -> LineLayout:
        text = shown(line.text[begin:end])
        units = None if text.isascii() else units_of(text)
        formats, column = [], -begin
        for piece in line.pieces:
            first, column = max(0, column), column + len(piece.text)
            last = min(column, len(text))
            if first < last:
                one = QTextLayout.FormatRange()
                one.start = first if units is None else units[first]
                one.length = last - first if units is None else units[last] - units[first]
                one.format = self._format(piece)
                formats.append(one)
        return LineLayout(text, self._pen.font("mono")[0], self._option, formats)

    def _format(self, piece: Piece) -> QTextCharFormat:
        look = QTextCharFormat()
        look.setForeground(self._color(piece.token))
        if piece.style == "bold":
            look.setFontWeight(QFont.Weight.Medium)
        elif piece.style == "italic":
            look.setFontItalic(True)
        elif piece.style == "small":
            font = self._pen.font("small")[0]
            look.setFontFamilies(font.families())
            look.setFontPointSize(font.pointSizeF())
        return look

    @property
    def _color(self) -> Callable[[str], QColor]:
        return self._pen.color
