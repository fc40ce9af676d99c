"""The one primary button of a window: which it is changes while the window stands."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton


def set_primary(button: QPushButton, primary: bool) -> None:
    """Makes a button the primary one, or one like others."""
    if (button.property("role") == "primary") != primary:
        button.setProperty("role", "primary" if primary else "")
        button.style().unpolish(button)
        button.style().polish(button)
