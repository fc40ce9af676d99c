"""An image before and after, on a checked ground, with size in pixels and bytes."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ampsm.journal.results import size_words
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.changes.file import Picture
from ampsm_gui.widgets.checked_ground import paint_checks
from ampsm_gui.widgets.focus_ring import FocusRing


class DiffImages(QWidget):
    """Two images beside each other, at most in their own size; one where there is only one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pictures: list[tuple[str, Picture]] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ring = FocusRing(theme, self)
        theme.changed.connect(self.update)

    def set_pictures(self, old: Picture, new: Picture, words: tuple[str, str] | None = None) -> None:
        """Shows both versions; of an added or deleted image the one that there is. `words` are what they are called."""
        both = old.image is not None and new.image is not None
        words = words or (("Before", "After") if both else ("Deleted", "Added"))
        pairs = zip(words, (old, new), strict=True)
        self._pictures = [(word, picture) for word, picture in pairs if picture.image is not None]
        self.setAccessibleName("; ".join(f"{word}: {_facts(picture)}" for word, picture in self._pictures))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface.base"))
        if not self._pictures:
            return
        space = self._theme.px(24)
        width = (self.width() - space * (len(self._pictures) + 1)) // len(self._pictures)
        for number, (word, picture) in enumerate(self._pictures):
            left = space + number * (width + space)
            self._paint_picture(painter, QRect(left, space, width, self.height() - 2 * space), word, picture)
        if self._ring.shown:
            self._ring.paint(painter, self.rect())

    def _paint_picture(self, painter: QPainter, room: QRect, word: str, picture: Picture) -> None:
        theme = self._theme
        caption = theme.f + theme.px(8)
        painter.setFont(theme.font("body", 500))
        painter.setPen(theme.color("text.primary"))
        painter.drawText(QRect(room.left(), room.top(), room.width(), caption), Qt.AlignmentFlag.AlignVCenter, word)
        indent = painter.fontMetrics().horizontalAdvance(word) + theme.px(10)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text.muted"))
        facts = room.adjusted(indent, 0, 0, 0)
        facts.setHeight(caption)
        painter.drawText(facts, Qt.AlignmentFlag.AlignVCenter, _facts(picture))
        image = picture.image
        if image is None or image.isNull():
            return
        place = room.adjusted(0, caption + theme.px(4), 0, 0)
        size = _fitting(image, place.size())
        frame = QRect(place.topLeft(), size)
        paint_checks(painter, frame, theme, frame.topLeft(), "surface.pressed")
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, size.width() < image.width())
        painter.drawImage(frame, image)
        painter.setPen(QPen(theme.color("border.default"), 1))
        painter.drawRect(frame.adjusted(-1, -1, 0, 0))


def _fitting(image: QImage, room: QSize) -> QSize:
    """As large as there is room for; small images up to eight times their size, in whole steps."""
    size = image.size()
    if size.width() > room.width() or size.height() > room.height():
        return size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    wanted = min(room.width() // max(1, size.width()), room.height() // max(1, size.height()), 8)
    return size * max(1, wanted) if max(size.width(), size.height()) <= 64 else size


def _facts(picture: Picture) -> str:
    image = picture.image
    if image is None or image.isNull():
        return f"{size_words(picture.size)}, cannot be drawn"
    return f"{image.width()} × {image.height()}, {size_words(picture.size)}"
