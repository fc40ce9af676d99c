"""Texts with mark-up of somebody else: no picture in them is loaded, wherever it is; its words stand in its place. No
table in them is so large that the window would wait for it."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat

#: Lines between cells up to which tables are laid out at once.
_MOST_CELLS = 2_000


def without_huge_tables(words: str) -> str:
    """Markdown in which tables of very many cells stay the words they were written in."""
    return words if words.count("|") <= _MOST_CELLS else words.replace("|", "\\|")


def nothing_loaded() -> QImage:
    """What to answer when a text asks for a resource. Without a picture Qt would try to read the file by itself."""
    picture = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(QColor(0, 0, 0, 0))
    return picture


def pictures_as_words(document: QTextDocument) -> None:
    """Puts in place of every picture of a document what it was called and where it would have come from."""
    for begin, end, words in reversed(_pictures(document)):
        cursor = QTextCursor(document)
        cursor.setPosition(begin)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(words, QTextCharFormat())


def _pictures(document: QTextDocument) -> list[tuple[int, int, str]]:
    found = []
    block = document.begin()
    while block.isValid():
        part = block.begin()
        while not part.atEnd():
            piece = part.fragment()
            look = piece.charFormat()
            if look.isImageFormat():
                called = str(look.property(QTextFormat.Property.ImageAltText) or "")
                place = look.toImageFormat().name()
                words = f"{called} ({place})" if called else place
                found.append((piece.position(), piece.position() + piece.length(), words))
            part += 1
        block = block.next()
    return found
