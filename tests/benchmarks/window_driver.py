"""A program that opens the real window without a screen, watches itself and prints what it saw as JSON.

`python -m tests.benchmarks.window_driver WHAT SECONDS [SESSION]`, WHAT one of `paint`, `busy`, `idle`, `journal`.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QTableView

from ampsm_gui.app import build_main_window, read_in_process_once_shown
from ampsm_gui.pages.window.main_window import MainWindow

_BEAT_MS = 4
_PATIENCE_SECONDS = 60.0


class Heart(QObject):
    """Beats in the event loop; a beat that comes late was kept waiting by whatever the loop did.

    Time in which the thread could run but other programs had the processor does not count.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stalls: list[float] = []
        self._thread = threading.get_native_id()
        self._last = self._now()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start(_BEAT_MS)

    def _on_beat(self) -> None:
        now = self._now()
        self.stalls.append(max(0.0, (now[0] - self._last[0]) - (now[1] - self._last[1])) * 1000 - _BEAT_MS)
        self._last = now

    def _now(self) -> tuple[float, float]:
        return time.monotonic(), _waited(self._thread)


class FirstPaint(QObject):
    """Notes when the list of sessions is painted for the first time with a row in it."""

    def __init__(self, view: QTableView) -> None:
        super().__init__()
        self.at: float | None = None
        self.waited = 0.0
        self._view = view
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self.at is None and self._view.model().rowCount() > 0:
            self.at, self.waited = time.time(), _waited(threading.get_native_id())
        return super().eventFilter(watched, event)


def main() -> None:
    what, seconds = sys.argv[1], float(sys.argv[2])
    session = sys.argv[3] if len(sys.argv) > 3 else None
    app = QApplication(sys.argv[:1])
    window = build_main_window(theme="light", session=session)
    window.remembers = False
    window.resize(1200, 760)
    first = FirstPaint(window.sessions.table)
    window.show()
    read_in_process_once_shown(window)
    found: dict[str, Any] = {}
    _run(app, lambda: first.at is not None)
    found["firstPaintMs"] = ((first.at or 0.0) - _started() - first.waited) * 1000
    if what == "journal":
        found["journalMs"] = _open_journal(app, window)
    elif what != "paint":
        _rest(3.0)
        heart = Heart() if what == "busy" else None
        before, at = time.process_time(), time.monotonic()
        _rest(seconds)
        found["cpuPercent"] = (time.process_time() - before) / (time.monotonic() - at) * 100
        console = window.findChild(QTableView, "console")
        found["consoleRows"] = console.model().rowCount() if console and console.model() else 0
        found["stalls"] = sorted(heart.stalls)[-20:] if heart else []
    found["megabytes"] = _resident()
    found["rows"] = window.sessions.table.model().rowCount()
    print(json.dumps(found))
    window.close()


def _open_journal(app: QApplication, window: MainWindow) -> float:
    """Milliseconds from choosing the session to its console with rows on the screen."""
    model = window.sessions.table.model()
    console = window.findChild(QTableView, "console")
    if console is None:
        raise AssertionError("there is no console")
    started = time.monotonic()
    window.sessions.table.setCurrentIndex(model.index(0, 0))
    _run(app, lambda: console.model() is not None and console.model().rowCount() > 1000)
    console.viewport().repaint()
    return (time.monotonic() - started) * 1000


def _run(app: QApplication, done: Any) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not done():
        app.processEvents()
        time.sleep(0.001)
        if time.monotonic() > deadline:
            raise TimeoutError("the window does not show what it should")


def _rest(seconds: float) -> None:
    """Lets the event loop run; the application's own `quit` would close the window."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _waited(thread: int) -> float:
    """Seconds that a thread of this process was ready and other programs had the processor."""
    return int(Path(f"/proc/self/task/{thread}/schedstat").read_text().split()[1]) / 1e9


def _started() -> float:
    """When this process was started, as `time.time()` counts."""
    ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    uptime_now = float(Path("/proc/uptime").read_text().split()[0])
    return time.time() - (uptime_now - ticks / os.sysconf("SC_CLK_TCK"))


def _resident() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS:"))


if __name__ == "__main__":
    main()
