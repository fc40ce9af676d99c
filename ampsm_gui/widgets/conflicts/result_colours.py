"""The colours of a text that is being typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextBlock, QTextCharFormat, QTextDocument

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.conflicts.hunk_lines import coloured
from ampsm_gui.models.diff.syntax import Coloured
from ampsm_gui.widgets.diff.line import units_of


class CodeLook(NamedTuple):
    """How a part of a line is painted."""

    rgba: int
    italic: bool


_Range = tuple[int, int, CodeLook]


class ResultColours(QSyntaxHighlighter):
    """A line that is typed into is coloured at once, by itself. What all of the lines say together, as a string over
    several of them does, comes with `settle`, and paints those lines alone that look different then."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme
        self._held = False
        self._settled: Sequence[Sequence[Coloured]] | None = None
        self.path = ""

    @contextmanager
    def held(self) -> Iterator[None]:
        """Another text is put in: it is coloured as a whole afterwards."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        self.settle()

    def refresh(self) -> None:
        """The theme has changed."""
        with self.held():
            self.rehighlight()

    def settle(self) -> None:
        """Colours by all of the text."""
        lines = self._settled = coloured(self.path, self.document().toPlainText()) if self.path else []
        block = self.document().begin()
        while block.isValid():
            if _painted(block) != self._wanted(lines, block):
                self.rehighlightBlock(block)
            block = block.next()
        self._settled = None

    def highlightBlock(self, text: str) -> None:
        if self._held:
            return
        if self._settled is not None:
            parts = _of(self._settled, self.currentBlock().blockNumber())
        else:
            parts = _of(coloured(self.path, text) if self.path else [], 0)
        for begin, length, look in self._ranges(text, parts):
            form = QTextCharFormat()
            form.setForeground(QColor.fromRgba(look.rgba))
            form.setFontItalic(look.italic)
            self.setFormat(begin, length, form)

    def _wanted(self, lines: Sequence[Sequence[Coloured]], block: QTextBlock) -> list[_Range]:
        """What a line should look like; parts that touch and look alike are one, as Qt has them."""
        found: list[_Range] = []
        for begin, length, look in self._ranges(block.text(), _of(lines, block.blockNumber())):
            if found and found[-1][0] + found[-1][1] == begin and found[-1][2] == look:
                begin, length = found[-1][0], found.pop()[1] + length
            found.append((begin, length, look))
        return found

    def _ranges(self, text: str, parts: Sequence[Coloured]) -> Iterator[_Range]:
        units = None if text.isascii() else units_of(text)
        for start, length, token in parts:
            begin, end = (start, start + length) if units is None else (units[start], units[start + length])
            look = CodeLook(QColor(self._theme.color(f"syntax.{token}")).rgba(), token == "comment")
            yield begin, end - begin, look


def _of(lines: Sequence[Sequence[Coloured]], number: int) -> Sequence[Coloured]:
    return lines[number] if number < len(lines) else ()


def _painted(block: QTextBlock) -> list[_Range]:
    """What a line looks like now."""
    ranges = block.layout().formats()
    return [
        (one.start, one.length, CodeLook(one.format.foreground().color().rgba(), one.format.fontItalic()))
        for one in ranges
    ]
