"""One line of code laid out: its coloured text, and where its characters stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption

from ampsm_gui.look.plain import as_signs
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.diff.document import TAB_WIDTH, DiffDocument
from ampsm_gui.models.diff.search import MOST_SHOWN
from ampsm_gui.models.diff.syntax import Coloured

_KEPT = 700


class LineLayout:
    """A line of text, laid out. Columns are those of the Python string."""

    def __init__(self, text: str, font: QFont, option: QTextOption, formats: list[QTextLayout.FormatRange]) -> None:
        self._text = text
        self._layout = QTextLayout(text, font)
        self._layout.setTextOption(option)
        self._layout.setFormats(formats)
        self._layout.setCacheEnabled(True)
        self._layout.beginLayout()
        self._line = self._layout.createLine()
        self._line.setLineWidth(1e7)
        self._layout.endLayout()
        self._units = None if text.isascii() else units_of(text)

    @property
    def width(self) -> float:
        return self._line.naturalTextWidth() if self._line.isValid() else 0.0

    def x_of(self, column: int) -> float:
        """Where a column begins."""
        column = min(column, len(self._text))
        unit = column if self._units is None else self._units[column]
        if not self._line.isValid():
            return 0.0
        found: Any = self._line.cursorToX(unit)  # a pair, whatever the stubs say
        return float(found[0] if isinstance(found, (tuple, list)) else found)

    def column_at(self, x: float) -> int:
        """The column nearest to a place."""
        unit = self._line.xToCursor(x) if self._line.isValid() else 0
        return unit if self._units is None else max(0, bisect_right(self._units, unit) - 1)

    def draw(self, painter: QPainter, x: float, base_line: float) -> None:
        """Paints the line on its base line, so that a tall character of another font moves nothing."""
        self._layout.draw(painter, QPointF(x, base_line - self._line.ascent()))


class LineLayouts:
    """Lays out the lines that are looked at, and keeps some of them."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._document: DiffDocument | None = None
        self._kept: dict[int, LineLayout] = {}
        self._formats: dict[str, QTextCharFormat] = {}
        self.refresh()

    @property
    def kept(self) -> int:
        return len(self._kept)

    def refresh(self) -> None:
        """The theme has changed, or the colours of the document have arrived."""
        self._kept.clear()
        self._formats.clear()
        self.font = self._theme.font("mono")
        self.metrics = QFontMetricsF(self.font)
        self.column_width = self.metrics.horizontalAdvance("0")
        self._option = QTextOption()
        self._option.setWrapMode(QTextOption.WrapMode.NoWrap)
        self._option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        self._option.setTabStopDistance(TAB_WIDTH * self.column_width)

    def set_document(self, document: DiffDocument | None) -> None:
        self._document = document
        self._kept.clear()

    def line(self, index: int) -> LineLayout:
        """The layout of a line of the document."""
        found = self._kept.get(index)
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            assert self._document is not None
            line = self._document.lines[index].text
            found = self._kept[index] = self.of_text(line, self._document.colours(index))
        return found

    def of_text(self, text: str, colours: Sequence[Coloured]) -> LineLayout:
        """The layout of any line; it is not kept."""
        text = shown(text)
        return LineLayout(text, self.font, self._option, self._ranges(text, colours))

    def _ranges(self, text: str, colours: Sequence[Coloured]) -> list[QTextLayout.FormatRange]:
        units = None if text.isascii() else units_of(text)
        found = []
        for start, length, token in colours:
            end = min(start + length, len(text))
            if start >= end:
                continue
            one = QTextLayout.FormatRange()
            one.start = start if units is None else units[start]
            one.length = end - start if units is None else units[end] - units[start]
            one.format = self._format(token)
            found.append(one)
        return found

    def _format(self, token: str) -> QTextCharFormat:
        found = self._formats.get(token)
        if found is None:
            found = QTextCharFormat()
            found.setForeground(QColor(self._theme.color(f"syntax.{token}")))
            found.setFontItalic(token == "comment")
            self._formats[token] = found
        return found


def shown(text: str) -> str:
    """A line as it is painted: cut where it is endless, without the return at its end, characters one for one."""
    return as_signs(text.removesuffix("\r")[:MOST_SHOWN])


def units_of(text: str) -> list[int]:
    """Where each character begins in UTF-16, in which Qt counts; one more for the end."""
    found, at = [], 0
    for character in text:
        found.append(at)
        at += 2 if ord(character) > 0xFFFF else 1
    found.append(at)
    return found
