"""Paints the result of a call: only the strips that are in sight."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from ampsm_gui.look import figures
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.results.lines import Piece, ShownLine
from ampsm_gui.widgets.checked_ground import paint_checks
from ampsm_gui.widgets.console.pen import LEFT, RowPen
from ampsm_gui.widgets.console.strips import FILE, FOLD, LINK, WHOLE, Block, BlockStrip, Deed
from ampsm_gui.widgets.console.texts import draw_text
from ampsm_gui.widgets.diff.line import LineLayout, shown, units_of

_KEPT = 500
_SIGNS = {"+": "added", "-": "removed"}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MARK = 14  # px at 100 %: the fold mark before a line of JSON


class BlockPainter:
    """Lines are laid out when they are painted, and kept for the next painting."""

    def __init__(self, theme: Theme, pen: RowPen) -> None:
        self._theme = theme
        self._pen = pen
        self._kept: dict[tuple[int, int, int], tuple[ShownLine, LineLayout]] = {}
        self._option = QTextOption()
        self._option.setWrapMode(QTextOption.WrapMode.NoWrap)
        self._option.setTextDirection(Qt.LayoutDirection.LeftToRight)

    def forget(self) -> None:
        """After another font or scheme."""
        self._kept.clear()

    def paint(
        self, painter: QPainter, block: Block, at: QPoint, clip: QRect, find: re.Pattern[str] | None, hit: QColor
    ) -> None:
        """Paints what of a block whose upper left corner is `at` lies in `clip`."""
        for ground in block.grounds:
            self._ground(painter, QRect(at.x(), at.y() + ground.top, block.width, ground.height), ground.kind, clip)
        for number in block.between(clip.top() - at.y(), clip.bottom() - at.y()):
            strip = block.strips[number]
            place = QRect(at.x(), at.y() + strip.top, block.width, strip.height)
            match strip.kind:
                case "line":
                    self._line(painter, block, strip, place, (find, hit) if find is not None else None)
                case "between":
                    self._between(painter, place, strip.left_out)
                case "head":
                    self._head(painter, block, number, place)
                case "foot":
                    self._foot(painter, block, place)
                case "picture":
                    self._picture(painter, block, place)
                case "text" if block.text is not None:
                    where = QPointF(place.left() + self._pen.px(12), place.top())
                    draw_text(
                        painter, block.text, where, QRectF(clip), self._color("text.primary"), self._theme, find, hit
                    )

    def deed_at(self, block: Block, at: QPoint, point: QPoint) -> Deed | None:
        """What a click on a point would do."""
        number = block.strip_at(point.y() - at.y())
        if number is None:
            return None
        strip, x = block.strips[number], point.x() - at.x()
        match strip.kind:
            case "between":
                return Deed(WHOLE)
            case "head":
                place = block.heads[number]
                name = self._pen.font("mono")[1].horizontalAdvance(place.path)
                return Deed(FILE, place.path, place) if 0 <= x <= self._pen.px(24) + name else None
            case "foot":
                return next((word.deed for word in block.foot if word.left <= x < word.left + word.width), None)
            case "text" if block.text is not None:
                where = QPointF(x - self._pen.px(12), point.y() - at.y() - strip.top)
                leads_to = block.text.documentLayout().anchorAt(where)
                return Deed(LINK, leads_to) if leads_to else None
            case "line" if strip.line is not None:
                return self._deed_in(block, strip, strip.line, x)
        return None

    def _deed_in(self, block: Block, strip: BlockStrip, line: ShownLine, x: int) -> Deed | None:
        if line.fold:
            return Deed(FOLD, line.fold)
        if not any(piece.leads_to for piece in line.pieces) or x < block.code_left:
            return None
        column = strip.begin + self._layout(strip).column_at(x - block.code_left)
        for piece in line.pieces:
            if column < len(piece.text):
                return Deed(FILE, piece.text, piece.leads_to) if piece.leads_to is not None else None
            column -= len(piece.text)
        return None

    # Strips

    def _ground(self, painter: QPainter, place: QRect, kind: str, clip: QRect) -> None:
        seen = place.intersected(clip)
        if seen.isEmpty():
            return
        if kind == "checked":
            paint_checks(painter, seen, self._theme, place.topLeft())
        else:
            painter.fillRect(seen, self._color("surface.base" if kind == "framed" else "surface.sunken"))
        if kind in ("framed", "checked"):
            painter.setPen(self._color("border.subtle"))
            painter.drawRect(place.adjusted(0, 0, -1, -1))
        else:
            edge = QRect(seen.left(), seen.top(), 2, seen.height())
            painter.fillRect(edge, self._color("danger.text" if kind == "failed" else "border.default"))

    def _line(
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
            self._gutter(painter, block, line, place)
        px, metrics = self._pen.px, self._pen.font("mono")[1]
        painter.setFont(self._pen.font("mono")[0])
        if line.number and strip.begin == 0:
            painter.setPen(self._color("text.muted"))
            end = QRect(place.left(), place.top(), block.number_end, place.height())
            painter.drawText(end, _RIGHT, str(line.number))
        if line.sign in _SIGNS and strip.begin == 0:
            painter.setPen(self._color("text.primary"))
            sign = QRect(place.left() + block.sign_left, place.top(), block.code_left, place.height())
            painter.drawText(sign, LEFT, "+" if line.sign == "+" else "\u2212")
        left = place.left() + block.code_left
        if line.fold and strip.begin == 0:
            indent = len(line.text) - len(line.text.lstrip(" "))
            mark = left + indent * metrics.horizontalAdvance(" ") - px(_MARK)
            name = "chevron-down" if line.is_open else "chevron-right"
            self._pen.icon(painter, mark, place, 10, name, "text.muted")
        layout = self._layout(strip)
        more = metrics.horizontalAdvance("…") + px(4) if strip.left_out else 0
        wide = block.width - block.code_left - more
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

    def _gutter(self, painter: QPainter, block: Block, line: ShownLine, place: QRect) -> None:
        """Grounds of a line of a diff, inside its frame."""
        kind = _SIGNS.get(line.sign)
        inside = place.adjusted(1, 0, -1, 0)
        gutter = QRect(inside.left(), place.top(), block.code_left - self._pen.px(4), place.height())
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

    def _between(self, painter: QPainter, place: QRect, count: int) -> None:
        px = self._pen.px
        self._pen.icon(painter, place.left() + px(12), place, 10, "chevron-down", "text.muted")
        words = figures.count(count, "line", "lines") + " between"
        rest = place.adjusted(px(28), 0, -px(12), 0)
        wide = self._pen.write(painter, rest, words, "small", "text.muted")
        rule = rest.left() + wide + px(6)
        if rule < rest.right():
            painter.fillRect(QRect(rule, place.center().y(), rest.right() - rule, 1), self._color("border.subtle"))

    def _head(self, painter: QPainter, block: Block, number: int, place: QRect) -> None:
        px, file = self._pen.px, block.heads[number]
        self._pen.icon(painter, place.left(), place, 13, "edit", "text.secondary")
        rest = place.adjusted(px(22), 0, -px(8), 0)
        wide = self._pen.write(painter, rest, file.path, "mono", "accent.text", middle=True)
        for words, token in change_words(*block.changed[number]):
            rest.setLeft(rest.left() + wide + px(8))
            wide = self._pen.write(painter, rest, words, "mono", token)

    def _foot(self, painter: QPainter, block: Block, place: QRect) -> None:
        for word in block.foot:
            spot = QRect(place.left() + word.left, place.top(), word.width, place.height())
            if word.words == "raw":
                self._key(painter, spot)
            else:
                token = "danger.text" if word.deed is None else "accent.text"
                self._pen.write(painter, spot.adjusted(0, 0, 1, 0), word.words, "small", token)

    def _key(self, painter: QPainter, spot: QRect) -> None:
        px, metrics = self._pen.px, self._pen.font("small")[1]
        side = max(metrics.height(), metrics.horizontalAdvance("r") + px(8))
        box = QRect(spot.left(), spot.center().y() - side // 2, side, side)
        painter.setPen(self._color("border.default"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), px(3), px(3))
        painter.setFont(self._pen.font("caption")[0])
        painter.setPen(self._color("text.muted"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "r")
        self._pen.write(painter, spot.adjusted(side + px(4), 0, 0, 0), "raw", "small", "text.muted")

    def _picture(self, painter: QPainter, block: Block, place: QRect) -> None:
        picture, px = block.picture, self._pen.px
        if picture is None:
            return
        room = place.adjusted(px(8), px(8), -px(8), -px(8))
        size = picture.size
        if size.height() > room.height() or size.width() > room.width():
            size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        spot = QRect(QPoint(0, 0), size)
        spot.moveCenter(room.center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(spot, picture.image)
        painter.restore()

    # Lines

    def _layout(self, strip: BlockStrip) -> LineLayout:
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


def change_words(added: int, removed: int) -> list[tuple[str, str]]:
    """`+4 −2` with the colours of the words."""
    found = [(f"+{added:,}", "success.text")] if added else []
    return [*found, (f"\u2212{removed:,}", "danger.text")] if removed else found
