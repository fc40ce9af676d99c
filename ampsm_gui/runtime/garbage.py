"""Python's search for garbage, in the thread of the window alone.

It starts in whatever thread makes an object, and destroys what it finds there. Among that may be objects of Qt, which
must not be destroyed in another thread than theirs: the program would end, once in a while and anywhere.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

_EVERY_MS = 1_000
_NAME = "garbage"


def collect_here() -> None:
    """From now on this thread, which is to be the window's, looks for garbage, once a second at most."""
    app = QCoreApplication.instance()
    if app is not None and app.findChild(Garbage, _NAME) is None:
        Garbage(app)


class Garbage(QObject):
    """Looks as far as Python itself would by now: seldom at what has lived long."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(_NAME)
        gc.disable()
        gc.freeze()  # what the program is made of stays; looking through it takes tens of milliseconds
        timer = QTimer(self, interval=_EVERY_MS)
        timer.timeout.connect(self._look)
        timer.start()

    @Slot()
    def _look(self) -> None:
        due = [
            age for age, (made, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if made > most
        ]
        if due:
            gc.collect(due[-1])
