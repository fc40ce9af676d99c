"""The labels of the program. A label shows text; one with mark-up of ours is a kind of its own, and loads nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from ampsm_gui.look.plain import in_order, own_markup


class Label(QLabel):
    """Shows its words as they are, whoever wrote them."""

    def __init__(self, words: str | QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent if isinstance(words, str) or words is None else words)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if isinstance(words, str):
            self.setText(words)

    def setText(self, words: str) -> None:
        super().setText(in_order(words))


class MarkupLabel(QLabel):
    """Shows bold and coloured words and line breaks. What is not ours in it has to be escaped, and if it is not, it is
    shown as it is."""

    def __init__(self, html: str | QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent if isinstance(html, str) or html is None else html)
        self.setTextFormat(Qt.TextFormat.RichText)
        if isinstance(html, str):
            self.setText(html)

    def setText(self, html: str) -> None:
        super().setText(own_markup(html))
