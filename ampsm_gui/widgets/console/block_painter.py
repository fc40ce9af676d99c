"""Paints the result of a call: only the strips that are in sight."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from ampsm_gui.look import figures
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.results.lines import ShownLine
from ampsm_gui.widgets.checked_ground import paint_checks
from ampsm_gui.widgets.console.block_lines import BlockLines
from ampsm_gui.widgets.console.pen import RowPen
from ampsm_gui.widgets.console.strips import FILE, FOLD, LINK, WHOLE, Block, BlockStrip, Deed
from ampsm_gui.widgets.console.texts import draw_text


class BlockPainter:
    """Asks `BlockLines` for lines; the rest is its own."""

    def __init__(self, theme: Theme, pen: RowPen) -> None:
        self._theme = theme
        self._pen = pen
        self._lines = BlockLines(pen)

    def forget(self) -> None:
        """After another font or scheme."""
        self._lines.forget()

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
                    self._lines.paint(painter, block, strip, place, (find, hit) if find is not None else None)
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
                return self._deed_in(strip, strip.line, x)
        return None

    def _deed_in(self, strip: BlockStrip, line: ShownLine, x: int) -> Deed | None:
        if line.fold:
            return Deed(FOLD, line.fold)
        if not any(piece.leads_to for piece in line.pieces) or x < strip.left:
            return None
        column = strip.begin + self._lines.layout(strip).column_at(x - strip.left)
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

    @property
    def _color(self) -> Callable[[str], QColor]:
        return self._pen.color


def change_words(added: int, removed: int) -> list[tuple[str, str]]:
    """`+4 −2` with the colours of the words."""
    found = [(f"+{added:,}", "success.text")] if added else []
    return [*found, (f"\u2212{removed:,}", "danger.text")] if removed else found
