"""Paints the header row of an iteration: fold mark, status, number, what it was; figures at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from ampsm_gui.look.plain import in_order
from ampsm_gui.look.status import outcome_look
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.console.heading import heading_of
from ampsm_gui.models.console.section import Section

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BETWEEN = " · "
_ABOUT = 120  # px at 100 % that figures leave to what it was about


class ConsoleHeaderPainter:
    """The same in its row and where it sticks to the top."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint(
        self, painter: QPainter, rect: QRect, section: Section, *, is_open: bool, ground: QColor | None = None
    ) -> None:
        """Fills `rect`."""
        theme, px = self._theme, self._theme.px
        painter.fillRect(rect, ground or theme.color("surface.panel"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("border.subtle"))
        look = outcome_look(section.document)
        side = px(12)
        middle = rect.center().y() - side // 2
        mark = "chevron-down" if is_open else "chevron-right"
        theme.paint_icon(painter, QRect(rect.left() + px(14), middle, side, side), mark, "text.muted")
        theme.paint_icon(painter, QRect(rect.left() + px(33), middle, side, side), look.glyph, look.token)
        line = QRect(rect.left() + px(54), rect.top(), rect.width() - px(54) - px(16), rect.height() - 1)
        heading = heading_of(section)
        bold = theme.font("body", 600)
        self._write(painter, line, heading.title, bold, "text.primary")
        line.setLeft(line.left() + QFontMetrics(bold).horizontalAdvance(heading.title) + px(8))
        self._paint_figures(painter, line, heading.figures)
        small, mono = theme.font("small"), theme.font("mono")
        commit = QFontMetrics(mono).horizontalAdvance(heading.commit) + px(8) if heading.commit else 0
        room = max(0, line.width() - commit)
        about = QFontMetrics(small).elidedText(in_order(heading.about), Qt.TextElideMode.ElideRight, room)
        self._write(painter, line, about, small, "text.secondary")
        line.setLeft(line.left() + QFontMetrics(small).horizontalAdvance(about) + (px(8) if about else 0))
        if commit <= line.width():
            self._write(painter, line, heading.commit, mono, "text.muted")

    def _paint_figures(self, painter: QPainter, line: QRect, figures: Sequence[tuple[str, str]]) -> None:
        """The last ones as far as there is room: what is left of the line is what they leave."""
        metrics = QFontMetrics(self._theme.font("small"))
        between = metrics.horizontalAdvance(_BETWEEN)
        for number, (words, token) in enumerate(reversed(figures)):
            wide = metrics.horizontalAdvance(words)
            if wide + between > line.width() - self._theme.px(_ABOUT):
                break
            if number:
                self._write(painter, line, _BETWEEN, self._theme.font("small"), "text.muted", _RIGHT)
                line.setRight(line.right() - between)
            self._write(painter, line, words, self._theme.font("small"), token, _RIGHT)
            line.setRight(line.right() - wide)
        line.setRight(line.right() - self._theme.px(16))

    def _write(
        self, painter: QPainter, line: QRect, words: str, font: QFont, token: str, flags: Qt.AlignmentFlag = _LEFT
    ) -> None:
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        painter.drawText(line, flags, words)
