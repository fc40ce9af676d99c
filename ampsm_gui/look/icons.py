"""Icons: SVG in `currentColor`, drawn in a colour of the theme at the size and pixel ratio where they are shown."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ampsm_gui.resources import icon_source


def draw_icon(name: str, color: str, ground: str, size: int, ratio: float = 1.0) -> QPixmap:
    """An icon as a transparent square pixmap of `size` logical pixels. QtSvg draws `currentColor` black, so the words
    are replaced by the colours before."""
    source = icon_source(name).replace("currentColor", color).replace("groundColor", ground)
    pixels = max(1, round(size * ratio))
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
