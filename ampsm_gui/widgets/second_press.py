"""What is pressed twice in a row: the second press was meant for what stood there at the first."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimerEvent
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent, QShortcutEvent
from PySide6.QtWidgets import QApplication, QPushButton

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PRESS = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
_KEY = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)


class StepButton(QPushButton):
    """A button for the next step, whatever that is. What follows a change of its words so closely that nobody can have
    read them does not press it, nor does a key that is held down since before."""

    _changed_at = 0.0

    def setText(self, words: str) -> None:
        if self.isVisible() and words != self.text():
            self._changed_at = time.monotonic()
        super().setText(words)

    @property
    def is_read(self) -> bool:
        """Whether its words stand there for so long that a press can be meant for them."""
        return (time.monotonic() - self._changed_at) * 1000 >= _interval()

    def event(self, event: QEvent) -> bool:
        keys = isinstance(event, QKeyEvent) and event.type() in _KEY and event.key() in (*_ENTER, Qt.Key.Key_Space)
        if keys and isinstance(event, QKeyEvent) and event.isAutoRepeat():
            return True
        if (keys or event.type() in _PRESS) and not self.is_read:
            return True
        return super().event(event)


class SecondPress(QObject):
    """Made when a dialog has done its work: keeps a second press of its button from what lies below, at the same place
    or with Enter. It ends by itself."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._place = QCursor.pos()
        if (app := QApplication.instance()) is not None:
            app.installEventFilter(self)
        self.startTimer(_interval())

    def timerEvent(self, event: QTimerEvent) -> None:
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() in _PRESS:
            away = event.globalPosition().toPoint() - self._place
            return away.manhattanLength() <= QApplication.startDragDistance()
        if isinstance(event, QKeyEvent) and event.type() in _KEY:
            return event.key() in _ENTER
        if isinstance(event, QShortcutEvent):
            return event.key().toString().endswith(("Return", "Enter"))
        return False


def _interval() -> int:
    return QApplication.doubleClickInterval()
