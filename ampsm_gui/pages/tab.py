"""What every tab of the session page is."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ampsm_gui.desktop import Desktop


class TabName(StrEnum):
    """The tabs, in the order in which they stand."""

    CONSOLE = "console"
    CHANGES = "changes"
    TOOL_CALLS = "tools"
    USAGE = "usage"
    HISTORY = "history"


#: The words on the tabs.
TITLES = {
    TabName.CONSOLE: "Console",
    TabName.CHANGES: "Changes",
    TabName.TOOL_CALLS: "Tool calls",
    TabName.USAGE: "Usage",
    TabName.HISTORY: "History",
}


class Tab(QWidget):
    """One view of a session. It loads in the background and is told when the store has changed.

    A tab shows sessions and answers `refresh`; whatever else the page may ask of it, it does nothing unless it can.
    """

    #: The figure beside the tab's title: int or None.
    count_changed = Signal(object)
    #: Undo of the last squash, rebase or merge is asked for; the receiver lets the user confirm.
    undo_requested = Signal()
    #: (TabName, number): another tab is to show an iteration.
    tab_requested = Signal(object, int)
    #: A step of the session is to be done, by the core's name of it: iterate, restore.
    step_requested = Signal(str)
    #: The changes of a commit, by its sha, are to be shown.
    commit_requested = Signal(str)
    #: A file that an agent named is to be shown: FilePlace.
    file_requested = Signal(object)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desktop = desktop

    def show_session(self, session_id: str | None) -> None:
        """Shows another session, or none: clears at once and loads in the background."""
        raise NotImplementedError

    def refresh(self) -> None:
        """The store has changed: asks again. Called while the tab is shown, or when it comes to be."""
        raise NotImplementedError

    def show_iteration(self, number: int) -> None:
        """Shows one iteration only."""

    def show_commit(self, sha: str) -> None:
        """Shows one commit only."""

    def show_file(self, path: str) -> None:
        """Shows what became of one file in the whole session."""

    def focus_find(self) -> None:
        """Ctrl+F: goes to the search or the filter."""

    def views(self) -> list[QWidget]:
        """What F6 goes through, in its order; by default the first view there is."""
        return []

    def corner(self) -> QWidget | None:
        """What stands at the right end of the tab bar while this tab is shown; the page takes it over."""
        return None

    def set_corner_compact(self, compact: bool) -> None:
        """Makes the corner as narrow as it can be, or roomy again."""
