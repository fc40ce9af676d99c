"""The ring around what the keys are in: views that paint themselves show it after keys, never after a click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from ampsm_gui.look.theme import Theme

_BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class FocusRing(QObject):
    """Of one view, which paints it where its `shown` says so and tells it of clicks. It goes with the view: what the
    view is told at its end needs nothing that Python may have let go of."""

    _by_keys = False

    def __init__(self, theme: Theme, view: QWidget) -> None:
        super().__init__(view)
        self._theme = theme
        view.installEventFilter(self)

    @property
    def shown(self) -> bool:
        """Whether the view has the focus, and keys brought it there or were used since."""
        view = self.parent()
        return self._by_keys and isinstance(view, QWidget) and view.hasFocus()

    def clicked(self) -> None:
        """The mouse is used, not the keys."""
        self._set(False)

    def paint(self, painter: QPainter, around: QRect) -> None:
        """Paints it inside of the edge of a row, or of the whole view."""
        painter.setClipping(False)
        painter.setPen(QPen(self._theme.color("accent.focus"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(around.adjusted(1, 1, -1, -1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent):
            if event.gotFocus() and event.reason() in _BY_KEYS:
                self._by_keys = True
            elif event.gotFocus() and event.reason() == Qt.FocusReason.MouseFocusReason:
                self._by_keys = False
            self._update()
        elif event.type() == QEvent.Type.KeyPress:
            self._set(True)
        return super().eventFilter(watched, event)

    def _set(self, by_keys: bool) -> None:
        if by_keys != self._by_keys:
            self._by_keys = by_keys
            self._update()

    def _update(self) -> None:
        view = self.parent()
        if isinstance(view, QWidget):
            (view.viewport() if isinstance(view, QAbstractScrollArea) else view).update()
