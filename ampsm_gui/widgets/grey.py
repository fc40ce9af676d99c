"""What cannot be used for a while, but is still shown."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ampsm_gui.look.theme import Theme

_OPACITY = 0.55


def set_grey(widget: QWidget, theme: Theme, *, grey: bool) -> None:
    """Shows a widget with all in it pale, and takes keys and presses from it; or gives them back."""
    widget.setEnabled(not grey)
    veil = widget.findChild(Veil)
    if grey and veil is None:
        Veil(theme, widget)
    elif not grey and veil is not None:
        veil.setParent(None)
        veil.deleteLater()


class Veil(QWidget):
    """Lies over all of a widget, whatever its size becomes, in the colour of its ground. An effect on the widget itself
    would show black where a view paints all of its ground."""

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self._theme = theme
        over.installEventFilter(self)
        self.setGeometry(over.rect())
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(_OPACITY)
        painter.fillRect(self.rect(), self._theme.color("surface.panel"))
