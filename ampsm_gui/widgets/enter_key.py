"""Enter presses the button that has the focus, in every window: Qt leaves it to the default button, or to none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QPushButton, QToolButton, QWidget

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ALONE = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


def press_focused(window: QWidget, event: QKeyEvent) -> bool:
    """Of a key that nothing in the window took: whether it was Enter on a button, which is then pressed, or an Enter
    that is held down, which has done all it does. A check box is no such button: Enter does there what it does in any
    field."""
    button = window.focusWidget()
    if event.key() not in _ENTER or event.modifiers() not in _ALONE:
        return False
    if event.isAutoRepeat():
        return True
    if not isinstance(button, QPushButton | QToolButton):
        return False
    button.click()
    return True


class Dialog(QDialog):
    """What every dialog is."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_focused(self, event):
            super().keyPressEvent(event)
