"""The one QApplication of the process, with its theme."""

from __future__ import annotations

import sys
from typing import cast

from PySide6.QtWidgets import QApplication

from ampsm_gui.look.theme import Theme

NAME = "Amp Session Conductor"


def application_theme(wish: str = "system") -> Theme:
    """The theme of the application, made with it at the first call; the wish changes it live."""
    app = cast(QApplication, QApplication.instance() or QApplication(sys.argv[:1]))
    app.setApplicationName("amp-session-conductor")
    app.setApplicationDisplayName(NAME)
    app.setDesktopFileName("amp-session-conductor")
    found = app.findChild(Theme)
    if found is None:
        return Theme(app, wish)
    found.set_wish(wish)
    return found
