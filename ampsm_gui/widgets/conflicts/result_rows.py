"""The rows of an editor of code: as high as those of the code around it."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextBlock, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout


class CodeRowsLayout(QPlainTextDocumentLayout):
    """One row a line, none of them broken; `row_height` is set with the theme."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._height = 0

    def set_row_height(self, height: int) -> None:
        """In pixels; everything is laid out anew."""
        if height != self._height:
            self._height = height
            self.requestUpdate()

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        place = super().blockBoundingRect(block)
        if place.isValid() and self._height:
            place.setHeight(self._height)
        return place
