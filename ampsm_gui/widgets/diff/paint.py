"""Paints the rows of a diff that are in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter

from ampsm_gui.look import figures
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.diff.document import DiffDocument
from ampsm_gui.models.diff.lines import PatchLine
from ampsm_gui.models.diff.rows import FOLD, NOTE, ChangedRows, DiffRows
from ampsm_gui.models.diff.search import MOST_SHOWN
from ampsm_gui.widgets.diff.geometry import Geometry, Half
from ampsm_gui.widgets.diff.line import LineLayouts
from ampsm_gui.widgets.diff.selection import Selection, line_at


@dataclass
class Scene:
    """All that is painted: a document in one layout, and what is marked in it."""

    document: DiffDocument
    rows: DiffRows
    geometry: Geometry
    x_offset: int = 0
    selection: Selection | None = None
    focused: bool = False
    hits: Mapping[int, Sequence[tuple[int, int]]] = field(default_factory=dict)
    current_hit: tuple[int, int] | None = None
    change: ChangedRows | None = None


class DiffPainter:
    """Asks the theme at every painting. `palette` is diff (red and green) or diffBlueOrange."""

    def __init__(self, theme: Theme, layouts: LineLayouts, palette: str = "diff") -> None:
        self._theme = theme
        self._layouts = layouts
        self.palette = palette

    def paint(self, painter: QPainter, scene: Scene, area: QRect, y_offset: int) -> None:
        """Paints what lies in `area` of the viewport, scrolled down by `y_offset`."""
        painter.fillRect(area, self._color("base"))
        height = scene.geometry.row_height
        first = max(0, (area.top() + y_offset) // height)
        last = min(len(scene.rows.rows) - 1, (area.bottom() + y_offset) // height)
        painter.setBrushOrigin(QPoint(0, -y_offset))
        for row in range(first, last + 1):
            self._paint_row(painter, scene, row, row * height - y_offset)
        if scene.rows.split:
            middle = scene.geometry.halves[1].left - 1
            painter.fillRect(middle, area.top(), 1, area.height(), self._theme.color("border.default"))

    def _paint_row(self, painter: QPainter, scene: Scene, row: int, top: int) -> None:
        kind, what, _ = scene.rows.rows[row]
        if kind == FOLD:
            self._paint_fold(painter, scene, what, top)
        elif kind == NOTE:
            words = f"{what:,} more lines are not shown; amp-sessions diff prints them all"
            self._paint_band(painter, scene, top, words, "info")
        else:
            for half in scene.geometry.halves:
                self._paint_half(painter, scene, half, row, top)
            change = scene.change
            if change is not None and change.first <= row <= change.last:
                mark = QRect(0, top, self._theme.px(3), scene.geometry.row_height)
                painter.fillRect(mark, self._theme.color("accent.focus"))

    def _paint_half(self, painter: QPainter, scene: Scene, half: Half, row: int, top: int) -> None:
        height = scene.geometry.row_height
        index = line_at(scene.rows, row, half.side)
        if index < 0:
            place = QRect(half.left, top, half.width, height)
            painter.fillRect(place, QBrush(self._color("hatch"), Qt.BrushStyle.BDiagPattern))
            return
        line = scene.document.lines[index]
        kind = {"+": "added", "-": "removed"}.get(line.sign, "")
        ground = half.code_rect(top, height)
        if kind:
            painter.fillRect(ground, self._color(f"{kind}Line"))
        painter.save()
        painter.setClipRect(ground, Qt.ClipOperation.IntersectClip)
        self._paint_code(painter, scene, half, row, index, QPoint(ground.left() - scene.x_offset, top))
        painter.restore()
        self._paint_gutter(painter, scene, half, line, kind, top)

    def _paint_code(self, painter: QPainter, scene: Scene, half: Half, row: int, index: int, at: QPoint) -> None:
        line, layout = scene.document.lines[index], self._layouts.line(index)
        height = scene.geometry.row_height

        def mark(start: int, length: int, color: QColor) -> None:
            left, right = layout.x_of(start), layout.x_of(start + length)
            painter.fillRect(QRectF(at.x() + left, at.y(), max(1.0, right - left), height), color)

        if line.sign != " ":
            color = self._color("addedWord" if line.sign == "+" else "removedWord")
            for start, length in scene.document.words.get(index, ()):
                mark(start, length, color)
        for start, length in scene.hits.get(index, ()):
            current = scene.current_hit == (index, start)
            mark(start, length, self._theme.color("selection.findCurrent" if current else "selection.find"))
        span = scene.selection.span(row, len(line.text)) if scene.selection else None
        if span and scene.selection and scene.selection.side == half.side:
            color = self._theme.color("selection.active" if scene.focused else "selection.inactive")
            mark(span[0], span[1] - span[0], color)
            if span[1] > len(line.text):  # the line break, too
                end = QRectF(at.x() + layout.width, at.y(), self._layouts.column_width, height)
                painter.fillRect(end, color)
        painter.setPen(self._theme.color("syntax.text"))
        layout.draw(painter, at.x(), at.y() + scene.geometry.text_top + self._layouts.metrics.ascent())
        self._paint_end(painter, scene, line, QPoint(at.x() + round(layout.width), at.y()))

    def _paint_end(self, painter: QPainter, scene: Scene, line: PatchLine, at: QPoint) -> None:
        """What cannot be seen at the end of a line."""
        words = []
        if line.text.endswith("\r") and scene.document.line_ends == "mixed":
            words.append("CR")
        if line.no_newline:
            words.append("no newline at the end")
        if len(line.text) > MOST_SHOWN:
            words.append(figures.count(len(line.text) - MOST_SHOWN, "more character"))
        if words:
            place = QRect(at.x() + self._theme.px(10), at.y(), self._theme.px(400), scene.geometry.row_height)
            painter.setFont(self._theme.font("caption"))
            painter.setPen(self._theme.color("text.muted"))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, f"⟵ {', '.join(words)}")

    def _paint_gutter(
        self, painter: QPainter, scene: Scene, half: Half, line: PatchLine, kind: str, top: int
    ) -> None:  # fmt: skip
        height = scene.geometry.row_height
        painter.fillRect(half.gutter_rect(top, height), self._color(f"{kind}Gutter" if kind else "gutter"))
        painter.setFont(self._layouts.font)
        painter.setPen(self._theme.color("text.muted"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        numbers = [(half.number_end, line.old if half.side < 2 else line.new)]
        if half.second_end:
            numbers.append((half.second_end, line.new))
        for end, number in numbers:
            if number:
                painter.drawText(QRect(half.left, top, end, height), right, str(number))
        if kind:
            painter.setPen(self._theme.color("text.primary"))
            place = QRect(half.left + half.sign, top, half.code - half.sign, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, "+" if kind == "added" else "\u2212")

    def _paint_fold(self, painter: QPainter, scene: Scene, number: int, top: int) -> None:
        gap = scene.document.gaps[number]
        words = "1 unchanged line" if gap.size == 1 else f"{gap.size:,} unchanged lines"
        if not scene.document.can_open(number):
            icon = ""
        else:
            icon = "chevron-down" if scene.rows.is_open(number) else "chevron-right"
        self._paint_band(painter, scene, top, words, icon, gap.heading)

    def _paint_band(self, painter: QPainter, scene: Scene, top: int, words: str, icon: str, after: str = "") -> None:
        theme, height = self._theme, scene.geometry.row_height
        width = scene.geometry.halves[-1].left + scene.geometry.halves[-1].width
        painter.fillRect(QRect(0, top, width, height), self._color("hunk"))
        left = theme.px(8)
        if icon:
            theme.paint_icon(painter, QRect(left, top, theme.px(12), height), icon, "text.muted")
        left += theme.px(22)
        font = theme.font("small")
        painter.setFont(font)
        painter.setPen(theme.color("text.muted"))
        painter.drawText(QRect(left, top, width - left, height), Qt.AlignmentFlag.AlignVCenter, words)
        if after:
            left += QFontMetrics(font).horizontalAdvance(words) + theme.px(16)
            painter.setFont(self._layouts.font)
            room = max(0, width - left - theme.px(8))
            text = QFontMetrics(self._layouts.font).elidedText(after, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(left, top, room, height), Qt.AlignmentFlag.AlignVCenter, text)

    def _color(self, name: str) -> QColor:
        if name == "base":
            return self._theme.color("surface.base")
        if name == "hatch":
            return self._theme.color("border.subtle")
        if name in ("gutter", "hunk"):
            return self._theme.color(f"diff.{name}")
        return self._theme.color(f"{self.palette}.{name}")
