"""The current file as a field: pressing it opens the list of files."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from ampsm.git.diff import FileChange
from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.changes.tree import LETTERS, WORDS, shown_path


class FileField(QPushButton):
    """Letter and path, which loses its middle, with a chevron at the end."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._path = ""
        self._letter = ""
        self.setObjectName("changesFile")
        self.setAccessibleName("File")
        self.setToolTip("Choose a file (Ctrl+P)")
        theme.changed.connect(self.update)

    def show_change(self, change: FileChange) -> None:
        """Names another file."""
        self._letter, self._path = LETTERS.get(change.status, "?"), shown_path(change.path)
        self.setAccessibleName(f"File: {self._path}, {WORDS.get(change.status, change.status)}")
        self.setToolTip(plain_tip(f"{self._path}\nChoose a file (Ctrl+P)"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.f + self._theme.px(10))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme, painter = self._theme, QPainter(self)
        inside = self.rect().adjusted(theme.px(10), 0, -theme.px(10), 0)
        chevron = QRect(inside.right() - theme.px(12), 0, theme.px(12), self.height())
        theme.paint_icon(painter, chevron, "chevron-down", "text.secondary")
        painter.setFont(theme.font("mono", 600))
        painter.setPen(theme.color("text.muted"))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, self._letter)
        inside.adjust(theme.px(18), 0, -theme.px(18), 0)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text.primary"))
        words = painter.fontMetrics().elidedText(self._path, Qt.TextElideMode.ElideMiddle, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, words)
