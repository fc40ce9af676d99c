"""The application: one QApplication with its theme, one window on one database."""

from __future__ import annotations

import os
import signal
import sys
from typing import cast

from PySide6.QtCore import QSize, QSocketNotifier, Qt
from PySide6.QtWidgets import QApplication, QWidget

from ampsm.git import objects
from ampsm.model.errors import UserError
from ampsm_gui.arguments import Arguments
from ampsm_gui.desktop import open_desktop
from ampsm_gui.dialogs.trouble import TroubleWindow
from ampsm_gui.look.application import application_theme
from ampsm_gui.pages.window.main_window import MainWindow
from ampsm_gui.runtime.command import left_running
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.runtime.workspace import Workspace

#: By then a window shows its first rows.
_SHOWN_MS = 500


def build_main_window(
    database: str | None = None, amp_path: str | None = None, *, theme: str | None = None, session: str | None = None
) -> MainWindow:
    """The window on a database, not shown yet; `session` is what it selects, else the one of last time.

    Raises UserError when the database cannot be used or there is no such session.
    """
    workspace = Workspace(database, amp_path)
    with workspace.open() as context:
        preference = theme or str(context.settings.get("theme"))
        chosen = None
        if session is not None:
            from ampsm.workflows.session import require_session

            chosen = require_session(context, session).id
        else:
            _ = context.store  # a database that cannot be used is reported before a window opens
    desktop = open_desktop(application_theme(preference), database, amp_path)
    return MainWindow(desktop, session=chosen)


def read_in_process_once_shown(window: MainWindow) -> None:
    """Lets this process read repositories itself, since it lives long; the first rows do not wait for that."""

    def begin() -> None:
        window.desktop.background.ask("libgit2", lambda _: objects.read_in_process(), lambda _: None)

    single_shot(window, _SHOWN_MS, begin).start()


def start_application(theme: str | None) -> None:
    """Makes the QApplication, where there is none yet, and dresses it in a theme; None: as the system."""
    if QApplication.instance() is None:
        QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application_theme(theme or "system")


def run(arguments: Arguments) -> int:
    """Opens the window, or brings the one that is open to the front, and returns the exit code."""
    from ampsm_gui.runtime.single_instance import SingleInstance

    start_application(arguments.theme)
    with Workspace(arguments.database).open() as context:
        place = str(context.paths.database)
        if arguments.session is not None:
            from ampsm.workflows.session import require_session

            require_session(context, arguments.session)
    instance = SingleInstance(place)
    if instance.raise_other(arguments.session, merge=arguments.merge):
        return 0
    window = build_main_window(arguments.database, arguments.amp_path, theme=arguments.theme, session=arguments.session)
    if arguments.size:
        room = window.screen().availableGeometry().size()
        window.resize(QSize(*arguments.size).boundedTo(room))
    instance.raised.connect(window.come_forward)
    instance.merge_asked.connect(window.show_merge)
    instance.listen()
    window.show()
    if arguments.merge and arguments.session:
        window.show_merge(arguments.session)
    read_in_process_once_shown(window)
    code = _execute(window)
    if left_running():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def show_trouble(error: UserError, theme: str | None) -> None:
    """Shows why there is no window, until that is closed: not everybody who starts one sees a terminal."""
    start_application(theme)
    window = TroubleWindow(application_theme(theme or "system"), error)
    window.show()
    _execute(window)


def _execute(window: QWidget) -> int:
    """The event loop; Ctrl-C and SIGTERM close the window as its cross does."""
    import socket

    app = cast(QApplication, QApplication.instance())
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, app)
    notifier.activated.connect(window.close)
    earlier = signal.set_wakeup_fd(theirs.fileno())
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: None)
    try:
        return app.exec()
    finally:
        signal.set_wakeup_fd(earlier)
        notifier.setEnabled(False)
        ours.close()
        theirs.close()
