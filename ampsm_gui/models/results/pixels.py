"""Images of pixels from bytes that anybody may have made."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

#: What may be in a file, by Qt's names: formats that hold all they show.
_OF_PIXELS = frozenset({b"png", b"jpeg", b"jpg", b"gif", b"bmp", b"ico", b"webp", b"ppm", b"pgm", b"pbm", b"xpm"})
_MOST_PIXELS = 40_000_000


class SmallPicture(NamedTuple):
    """An image, made smaller where it was large, and the size it had."""

    image: QImage
    size: QSize


class _Pixels(QImageReader):
    """A reader that keeps the buffer it reads from: without it, Qt would read memory that is somebody else's."""

    def __init__(self, content: bytes) -> None:
        self._buffer = QBuffer()
        self._buffer.setData(QByteArray(content))
        super().__init__(self._buffer)


def drawn(content: bytes) -> QImage:
    """An image of pixels, whatever its file is called; null for other content. A drawing, as SVG, is none: it can name
    files, which would be read."""
    reader = _Pixels(content)
    return reader.read() if reader.format().data() in _OF_PIXELS else QImage()


def small_picture(content: bytes, high: int, wide: int) -> SmallPicture | None:
    """An image no larger than so many pixels; None when it cannot be drawn, or is too large to be tried. Slow."""
    reader = _Pixels(content)
    size = reader.size() if reader.format().data() in _OF_PIXELS else QSize()
    if not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
        return None
    if size.height() > high or size.width() > wide:
        reader.setScaledSize(size.scaled(wide, high, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    image = reader.read()
    return None if image.isNull() else SmallPicture(image, size)
