"""What a program said, to be read and copied: fixed font, the words of failures marked."""

from __future__ import annotations

import re

from PySide6.QtCore import Slot
from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ampsm_gui.look.plain import in_order
from ampsm_gui.look.theme import Theme

#: Characters that are shown; the rest is counted.
MOST_SHOWN = 200_000
_FAILURE = re.compile(r"^\s*(?:(?:FAILED|FAIL|ERROR|Error|not ok)\b|E(?=  )|[✗✘×])")
_NAME = re.compile(r"^[^\s:]{1,40}(?=  )")


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

    def set_output(self, text: str, names: int = 0) -> None:
        """Shows a text; its first `names` lines begin with a name, set off by two spaces."""
        text = in_order(text)
        more = len(text) - MOST_SHOWN
        if more > 0:
            text = f"{text[:MOST_SHOWN]}\n… {more:,} more characters"
        self._marks.names = names
        if text != self.toPlainText():
            self.setPlainText(text)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFont(self._theme.font("mono"))
        self.document().setDocumentMargin(self._theme.px(8))
        self._marks.rehighlight()


class _Marks(QSyntaxHighlighter):
    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme
        self.names = 0

    def highlightBlock(self, text: str) -> None:
        look = QTextCharFormat()
        if self.currentBlock().blockNumber() < self.names:
            found = _NAME.match(text)
            look.setForeground(self._theme.color("text.muted"))
        else:
            found = _FAILURE.match(text)
            look.setForeground(self._theme.color("danger.text"))
            look.setFontWeight(QFont.Weight.DemiBold)
        if found:
            self.setFormat(found.start(), found.end() - found.start(), look)
