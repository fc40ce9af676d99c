"""What stands in an editor, to the letter."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit


def written_text(edit: QPlainTextEdit) -> str:
    """The text of an editor. Qt's own way to it makes a common space of each that keeps words together."""
    return edit.document().toRawText().replace("\u2029", "\n")
