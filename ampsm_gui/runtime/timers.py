"""Timers as the window needs them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, SignalInstance


def single_shot(parent: QObject, milliseconds: int, call: Callable[..., object] | SignalInstance) -> QTimer:
    """A timer that calls once, `milliseconds` after it was last started; it ends with its parent."""
    timer = QTimer(parent, singleShot=True, interval=milliseconds)
    timer.timeout.connect(call)
    return timer
