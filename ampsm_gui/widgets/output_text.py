"""What a tool said, to be read and copied: fixed font, in its colours."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ampsm_gui.look import figures
from ampsm_gui.look.plain import as_signs
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.results.lines import Piece, ShownLine, plain_line_of
from ampsm_gui.widgets.diff.line import units_of

#: Characters that are shown; the rest is counted.
MOST_SHOWN = 200_000
#: Lines that have their colours: Qt asks for those of all lines at once.
_MOST_COLOURED = 1_000


class OutputText(QPlainTextEdit):
    """Read-only text. Very long text is cut at its end with a line that says so."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setProperty("role", "output")
        self.setTabChangesFocus(True)
        self._marks = _Marks(theme, self.document())
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_output(self, text: str) -> None:
        """Shows a text as it is."""
        self.set_lines([plain_line_of(line) for line in text.split("\n")])

    def set_lines(self, lines: Sequence[ShownLine]) -> None:
        """Shows lines in their colours."""
        kept, left_out = _bounded(lines)
        text = "\n".join(as_signs(line.text) for line in kept)
        if left_out > 0:
            text += f"\n… {figures.count(left_out, 'more character')}"
        self._marks.lines = kept
        if text != self.toPlainText():
            self.setPlainText(text)
        else:
            self._marks.rehighlight()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFont(self._theme.font("mono"))
        self.document().setDocumentMargin(self._theme.px(8))
        self._marks.forget()


class _Marks(QSyntaxHighlighter):
    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme
        self.lines: list[ShownLine] = []
        self._looks: dict[tuple[str, str, str], QTextCharFormat] = {}

    def forget(self) -> None:
        """After another scheme."""
        self._looks.clear()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        number = self.currentBlock().blockNumber()
        if number >= min(len(self.lines), _MOST_COLOURED):
            return
        units = None if text.isascii() else units_of(text)
        column = 0
        for piece in self.lines[number].pieces:
            begin, column = column, column + len(piece.text)
            first, last = (begin, column) if units is None else (units[begin], units[column])
            self.setFormat(first, last - first, self._look(piece))

    def _look(self, piece: Piece) -> QTextCharFormat:
        known = self._looks.get((piece.token, piece.ground, piece.style))
        if known is None:
            known = self._looks[piece.token, piece.ground, piece.style] = self._new_look(piece)
        return known

    def _new_look(self, piece: Piece) -> QTextCharFormat:
        look = QTextCharFormat()
        look.setForeground(self._theme.color(piece.token))
        if piece.ground:
            look.setBackground(self._theme.color(piece.ground))
        if piece.style == "bold":
            look.setFontWeight(QFont.Weight.DemiBold)
        look.setFontItalic(piece.style == "italic")
        return look


def _bounded(lines: Sequence[ShownLine]) -> tuple[list[ShownLine], int]:
    """The lines that have room, and how many characters have none."""
    room, kept = MOST_SHOWN, []
    for line in lines:
        room -= len(line.text) + 1
        if room < 0:
            break
        kept.append(line)
    return kept, sum(len(line.text) + 1 for line in lines[len(kept) :])
