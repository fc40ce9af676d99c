"""A `qtbot` that waits as long as a busy machine needs: what comes is seen at once, what does not come fails late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

#: Milliseconds.
PATIENCE = 60_000


class PatientQtBot(QtBot):
    """Waits for signals and conditions at least `PATIENCE`, whatever shorter time is asked for."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=max(timeout, PATIENCE))

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=max(timeout, PATIENCE), **options)

    def assertNotEmitted(self, signal: Any, *, wait: int = 0) -> Any:
        """What is not to come is waited for as long as is asked, not longer."""
        return QtBot(self._request).assertNotEmitted(signal, wait=wait)
