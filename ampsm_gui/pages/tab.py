"""What every tab of the session page is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ampsm_gui.desktop import Desktop


class Tab(QWidget):
    """One view of a session. It loads in the background and is told when the store has changed."""

    #: The figure beside the tab's title: int or None.
    count_changed = Signal(object)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desktop = desktop

    def corner(self) -> QWidget | None:
        """What stands at the right end of the tab bar while this tab is shown; the page takes it over."""
        return None

    def show_session(self, session_id: str | None) -> None:
        """Shows another session, or none: clears at once and loads in the background."""
        raise NotImplementedError

    def refresh(self) -> None:
        """The store has changed: asks again. Called while the tab is shown, or when it comes to be."""
        raise NotImplementedError
