"""What comes next on the page for conflicts: the open file is resolved, or another one is opened."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction

from ampsm_gui.look.plain import as_signs, plain_label
from ampsm_gui.models.conflicts.order import beside
from ampsm_gui.pages.conflicts.actions import FILES
from ampsm_gui.pages.conflicts.merged import MergedLook
from ampsm_gui.pages.conflicts.reading import ConflictReading


class NextStep:
    """Follows from what is read and looked at."""

    def __init__(self, reading: ConflictReading, merged: MergedLook, actions: Mapping[str, QAction]) -> None:
        self._reading, self._merged, self._actions = reading, merged, actions

    def action(self) -> QAction | None:
        """Resolves the open file, or leads on from one that is resolved; None when every file is."""
        file = self._reading.file
        if not self._reading.left():
            return None
        settled = bool(self._merged.path) or (file is not None and file.resolved)
        return self._actions["openLeftFileAction" if settled else "resolveFileAction"]

    def onward(self) -> str | None:
        """The file that a step without resolving leads to: back to the open one while another is looked at."""
        reading = self._reading
        return reading.path if self._merged.path and reading.path in reading.left() else reading.following()

    def name(self, slow: tuple[str, bool] | None = None) -> None:
        """Says in the actions where they lead, and whether they lead anywhere; `slow` is the file that is resolved, or
        brought back, just now, when that takes its time."""
        reading, actions = self._reading, self._actions
        following, onward = reading.following(), self.onward()
        for name, at in FILES.items():
            actions[name].setEnabled(beside(reading.ordered(), reading.path, at) is not None)
        actions["openLeftFileAction"].setEnabled(onward is not None)
        actions["openLeftFileAction"].setText(f"Open {_short(onward or reading.path)}")
        said = "Resolve and open" if following else "Resolve"
        actions["resolveFileAction"].setText(f"{said} {_short(following or reading.path)}")
        if slow is not None and (action := self.action()) is not None:
            action.setText(f"{'Un-resolving' if slow[1] else 'Resolving'} {_short(slow[0])}…")


def _short(path: str) -> str:
    """A file without its folders, as words of an action."""
    return plain_label(as_signs(path.rpartition("/")[2]))
