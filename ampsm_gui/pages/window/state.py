"""What the main window remembers between starts: place, panes, the chosen session."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter

_GEOMETRY = "window/geometry"
_SPLITTER = "window/splitter"
_SESSION = "window/session"
_MODE = "window/mode"


def save_window(state: QSettings, window: QMainWindow, splitter: QSplitter, mode: str, session: str | None) -> None:
    """Stores place and panes of the window and what it shows."""
    state.setValue(_GEOMETRY, window.saveGeometry())
    state.setValue(_SPLITTER, splitter.saveState())
    state.setValue(_MODE, mode)
    state.setValue(_SESSION, session or "")


def restore_window(state: QSettings, window: QMainWindow, splitter: QSplitter) -> bool:
    """Puts the window back where it was; False when nothing is known."""
    geometry, panes = state.value(_GEOMETRY), state.value(_SPLITTER)
    if not isinstance(geometry, QByteArray) or not window.restoreGeometry(geometry):
        return False
    return isinstance(panes, QByteArray) and splitter.restoreState(panes)


def remembered_session(state: QSettings) -> str | None:
    """The session that was shown last."""
    return str(state.value(_SESSION, "") or "") or None


def remembered_mode(state: QSettings) -> str:
    """How the sessions were listed last: rail, list or table."""
    mode = str(state.value(_MODE, "list"))
    return mode if mode in ("rail", "list", "table") else "list"
