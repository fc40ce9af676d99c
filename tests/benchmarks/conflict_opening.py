"""From opening the merge wizard to the conflicts of a long file on the screen: what somebody waits for.

`python -m tests.benchmarks.conflict_opening SESSION WORKTREE` opens it again and again, and prints the times as JSON.
Every part of it is a process or a thread that may have to wait for others, as git has when it shows the same conflicts:
that is the floor, taken by turns.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from ampsm.git import objects
from ampsm_gui.desktop import Desktop, open_desktop
from ampsm_gui.look.application import application_theme
from ampsm_gui.pages.actions.merging import merge_wizard
from tests.benchmarks.conflicts import HUNKS
from tests.benchmarks.measure import interleave, seconds_of

if TYPE_CHECKING:
    from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard

_ROUNDS = 9
_PATIENCE_SECONDS = 60.0


class ConflictsSeen(QObject):
    """Notes when the cards are painted with all of their conflicts."""

    def __init__(self, wizard: MergeWizard) -> None:
        super().__init__()
        self._wizard = wizard
        self._cards: QWidget | None = None
        self.painted = False

    def look(self) -> bool:
        """Whether they are; watches the cards as soon as there are any."""
        if self._cards is None and (cards := self._wizard.findChild(QWidget, "conflictHunks")) is not None:
            self._cards = cards
            viewport = cards.viewport()  # type: ignore[attr-defined]
            viewport.installEventFilter(self)
        return self.painted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._cards and self._cards.property("hunkCount") == HUNKS:
            self.painted = True
        return super().eventFilter(watched, event)


def main() -> None:
    session, worktree = sys.argv[1:3]
    app = QApplication([*sys.argv[:1], "-platform", "offscreen"])
    objects.read_in_process()
    desktop, window = open_desktop(application_theme("light")), QWidget()
    window.resize(1200, 760)
    window.show()
    shows = ["git", "-C", worktree, "diff", "--no-ext-diff"]

    def floor() -> float:
        return seconds_of(lambda: subprocess.run(shows, capture_output=True, check=True))

    pairs = interleave(floor, lambda: _opened(app, desktop, window, session), _ROUNDS)
    print(json.dumps({"floor": pairs.floor, "ours": pairs.ours}))
    desktop.close()


def _opened(app: QApplication, desktop: Desktop, window: QWidget, session: str) -> float:
    """Seconds from the press of the button; it is closed, and everything asked is answered, outside of them."""
    started = time.perf_counter()
    wizard = merge_wizard(desktop, session, None, window)
    wizard.show()
    _until(app, ConflictsSeen(wizard).look)
    took = time.perf_counter() - started
    _until(app, lambda: not desktop.background.busy)
    wizard.close()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return took


def _until(app: QApplication, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not done():
        app.processEvents()
        time.sleep(0.0005)
        if time.monotonic() > deadline:
            raise TimeoutError("the conflicts are not shown")


if __name__ == "__main__":
    main()
