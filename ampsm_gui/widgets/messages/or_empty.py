"""Contents, or what stands in their place while there are none or they cannot be read."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.messages.empty_state import EmptyState


class OrEmpty(QStackedWidget):
    """Shows either its contents or its EmptyState."""

    def __init__(self, theme: Theme, contents: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty = EmptyState(theme, self)
        self.empty.setMinimumSize(1, 1)  # it must not make the window larger while it is hidden
        self.addWidget(contents)
        self.addWidget(self.empty)

    def show_contents(self) -> None:
        """What there is."""
        self.setCurrentIndex(0)

    def show_empty(self, icon: str, title: str, text: str, primary: str = "", command: str = "") -> None:
        """That there is nothing, and the first step."""
        self.empty.set_content(icon, title, text, primary, command)
        self.setCurrentIndex(1)

    def show_failure(self, title: str, error: Exception) -> None:
        """That it cannot be read, and why."""
        self.show_empty("status-failed", title, str(error))
