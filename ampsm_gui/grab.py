"""`--grab PAGE FILE`: draws a page to a PNG file, with or without a screen, once everything on it has been read."""

from __future__ import annotations

import sys
import time
from typing import cast

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from ampsm.model.errors import UserError, quoted
from ampsm_gui.app import build_main_window, start_application
from ampsm_gui.arguments import Arguments
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard
from ampsm_gui.pages.tab import TabName
from ampsm_gui.pages.window.main_window import MainWindow
from ampsm_gui.widgets.picture import picture_of_both

_SIZE = (1200, 760)
_QUIET_SECONDS = 0.4
_PATIENCE_SECONDS = 20.0


def grab_page(arguments: Arguments) -> int:
    """Draws what was asked for and returns 0. Raises UserError: no such session (exit 3), a file that cannot be
    written, a page that needs a session where there is none."""
    start_application(arguments.theme)
    page, file = arguments.grab or ("sessions", "")
    qInstallMessageHandler(_on_message)
    window = build_main_window(arguments.database, arguments.amp_path, theme=arguments.theme, session=arguments.session)
    window.remembers = False
    window.resize(*(arguments.size or _SIZE))
    try:
        window.show()
        _settle(window)
        picture = _picture(window, page, arguments.session)
        if not picture.save(file, "PNG"):
            raise UserError("cannot-write", f"The picture cannot be written to {file}", hint=f"ls -ld {quoted(file)}")
    finally:
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return 0


def _picture(window: MainWindow, page: str, session: str | None) -> QPixmap:
    window.set_mode("table" if page == "sessions" and session is None else "list")
    if page == "new-session":
        return _new_session(window)
    if page == "merge":
        return _merge(window, session)
    if page != "sessions":
        _open_tab(window, page, session)
    _settle(window)
    return window.grab()


def _open_tab(window: MainWindow, page: str, session: str | None) -> None:
    if session is None:
        window.sessions.select_first()
        _settle(window)
    if window.sessions.selected_id() is None:
        raise UserError("no-such-session", "There is no session to draw", hint="amp-sessions new --help")
    name = page.removeprefix("session-")
    window.session_page.show_tab(TabName(name) if name in set(TabName) else TabName.CONSOLE)
    if page == "session-changes":
        window.set_mode("rail")


def _new_session(window: MainWindow) -> QPixmap:
    """The dialog over the window, in one picture of the window's size."""
    window.actions_of_session.new_session()
    _settle(window)
    dialog = window.findChild(QWidget, "newSessionDialog")
    return picture_of_both(window, dialog) if dialog is not None else window.grab()


def _merge(window: MainWindow, session: str | None) -> QPixmap:
    """The merge wizard of the session over the window."""
    _open_tab(window, "session-console", session)
    _settle(window)
    window.actions_of_session.action("mergeAction").trigger()
    _settle(window)
    dialog = window.findChild(MergeWizard, "mergeWizard")
    if dialog is None:
        return window.grab()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while dialog.checking.checking and time.monotonic() < deadline:
        _settle(window)
    _settle(window)
    return picture_of_both(window, dialog)


def _settle(window: MainWindow) -> None:
    """Runs the event loop until nothing is being read any more and nothing has happened for a moment."""
    app = cast(QApplication, QApplication.instance())
    deadline = time.monotonic() + _PATIENCE_SECONDS
    quiet_since = time.monotonic()
    while time.monotonic() < deadline and time.monotonic() - quiet_since < _QUIET_SECONDS:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        if window.desktop.background.busy:
            quiet_since = time.monotonic()
        time.sleep(0.01)


def _on_message(kind: QtMsgType, _context: object, text: str) -> None:
    """Qt's own messages; what the offscreen platform cannot do is not worth telling."""
    if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
        print(text, file=sys.stderr)
