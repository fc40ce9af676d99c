"""A session page to work with in tests, beside the window it stands in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ampsm_gui.desktop import Desktop
from ampsm_gui.pages.actions.session_actions import SessionActions
from ampsm_gui.pages.session.page import SessionPage

LONG = 20_000


class Shown:
    """A page in a window of its own, with its actions."""

    def __init__(self, desktop: Desktop, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.desktop = desktop
        self.window = QWidget()
        self.actions = SessionActions(desktop, self.window)
        self.page = SessionPage(desktop, self.actions)
        QVBoxLayout(self.window).addWidget(self.page)
        desktop.watcher.changed.connect(self.page.refresh)
        self.window.resize(900, 700)
        self.window.show()

    def show(self, session: dict[str, Any]) -> None:
        self.page.show_session(session["id"])
        self.until(lambda: self.page._view is not None)

    def until(self, check: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(check, timeout=LONG)

    def action(self, name: str) -> QAction:
        return self.actions.action(name)

    def status(self) -> str:
        return str((self.page._view or {}).get("session", {}).get("status"))

    @property
    def strip(self) -> str:
        return self.page.messages.strip.text
