"""A clock for what shows time that passes: it stands still while nobody sees it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


class Tick(QTimer):
    """Calls again and again, at the pace that was set last, while its widget is visible."""

    def __init__(self, widget: QWidget, call: Callable[[], object]) -> None:
        super().__init__(widget)
        self._seen = widget.isVisible()
        self._pace = 0
        self.timeout.connect(call)
        widget.installEventFilter(self)

    def set_pace(self, milliseconds: int) -> None:
        """How long it is from one call to the next; 0 for none. At the same pace the next call comes when due."""
        self._pace = milliseconds
        self._go_or_stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._seen = event.type() == QEvent.Type.Show
            self._go_or_stop()
        return super().eventFilter(watched, event)

    def _go_or_stop(self) -> None:
        if not (self._seen and self._pace):
            self.stop()
        elif not self.isActive() or self.interval() != self._pace:
            self.start(self._pace)
