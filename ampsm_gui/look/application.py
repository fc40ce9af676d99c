"""The one QApplication of the process, with its theme."""

from __future__ import annotations

import sys
from typing import cast

from PySide6.QtWidgets import QApplication

from ampsm_gui.look.theme import Theme

NAME = "Amp Session Conductor"


def application_theme(preference: str = "system") -> Theme:
    """The theme of the application, made at the first call; `preference` changes it live."""
    app = cast(QApplication, QApplication.instance() or QApplication(sys.argv[:1]))
    app.setApplicationName("amp-session-conductor")
    app.setApplicationDisplayName(NAME)
    app.setDesktopFileName("amp-session-conductor")
    found = app.findChild(Theme)
    if found is None:
        return Theme(app, preference)
    found.set_preference(preference)
    return found
