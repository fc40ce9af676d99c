"""What the main window remembers between starts: place, panes, the chosen session."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow

from ampsm_gui.pages.window.panes import WindowPanes

_GEOMETRY = "window/geometry"
_LIST_WIDTH = "window/listWidth"
_SESSION = "window/session"
_MODE = "window/mode"


def save_window(state: QSettings, window: QMainWindow, panes: WindowPanes, mode: str, session: str | None) -> None:
    """Stores place and panes of the window and what it shows."""
    state.setValue(_GEOMETRY, window.saveGeometry())
    state.setValue(_LIST_WIDTH, panes.own_width or 0)
    state.setValue(_MODE, mode)
    state.setValue(_SESSION, session or "")


def restore_window(state: QSettings, window: QMainWindow, panes: WindowPanes) -> None:
    """Puts the window back where it was, as far as that is known."""
    geometry, width = state.value(_GEOMETRY), str(state.value(_LIST_WIDTH, ""))
    if isinstance(geometry, QByteArray):
        window.restoreGeometry(geometry)
    panes.set_own_width(int(width) if width.isdigit() and int(width) else None)


def remembered_session(state: QSettings) -> str | None:
    """The session that was shown last."""
    return str(state.value(_SESSION, "") or "") or None


def remembered_mode(state: QSettings) -> str:
    """How the sessions were listed last: rail, list or table."""
    mode = str(state.value(_MODE, "list"))
    return mode if mode in ("rail", "list", "table") else "list"
