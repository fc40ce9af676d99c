"""Paints rows of one line: icon, title, code, what it is about; figures and a mark at the right end."""

from __future__ import annotations

import re

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from ampsm_gui.models.console.note import Note
from ampsm_gui.widgets.console.pen import RowPen

_ICON, _MARK = 24, 12  # px at 100 %: from the content back to its icon; the mark's size
_GAP = 8


class NotePainter:
    """Where there is no room for all of it, what it is about loses its end; figures stay."""

    def __init__(self, pen: RowPen) -> None:
        self._pen = pen

    def paint(
        self, painter: QPainter, line: QRect, note: Note, hits: tuple[re.Pattern[str], QColor] | None = None
    ) -> None:
        """Paints a note into a row's line, which begins where the content does."""
        pen, px = self._pen, self._pen.px
        if note.icon:
            pen.icon(painter, line.left() - px(_ICON), line, 15, note.icon, note.icon_token)
        right = line.right()
        if note.mark:
            pen.icon(painter, right - px(_MARK), line, _MARK, note.mark, note.mark_token)
        if note.mark or note.figures:
            right -= px(_MARK + _GAP) if note.mark else 0
        metrics = pen.font("small")[1]
        for words, token in reversed(note.figures):
            wide = metrics.horizontalAdvance(words)
            pen.write(painter, QRect(right - wide, line.top(), wide + 1, line.height()), words, "small", token)
            right -= wide + px(_GAP)
        rest = QRect(line.left(), line.top(), max(0, right - px(_GAP) - line.left()), line.height())
        quiet = "text.secondary" if note.token == "text.primary" else note.token
        for words, role, token, weight in (
            (note.title, "body", note.token, 500),
            (note.code, "mono", "text.secondary", 400),
            (note.about, "body", quiet, 400),
        ):
            if words and rest.width() > 0:
                rest.setLeft(rest.left() + pen.write(painter, rest, words, role, token, weight, hits=hits) + px(_GAP))
