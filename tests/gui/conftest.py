"""A hermetic desktop: real store, real commands, real Qt without a screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.support.world import World
from tests.workflows.conftest import world

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6.QtWidgets", reason="the desktop app's extra is not installed", exc_type=ImportError)

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ampsm_gui.desktop import Desktop, open_desktop
from ampsm_gui.look.application import application_theme
from ampsm_gui.look.theme import Theme
from tests.gui.shown import Shown

__all__ = ["World", "world"]


@pytest.fixture(autouse=True)
def pointer_elsewhere(qapp: QApplication) -> None:
    """The pointer is over no window: where an earlier test has left it, a list would keep its rows in their places."""
    QCursor.setPos(qapp.primaryScreen().geometry().bottomRight())


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The application's theme, light; put back to light after the test."""
    found = application_theme("light")
    yield found
    found.set_preference("light")


@pytest.fixture
def desktop(theme: Theme, qtbot: QtBot) -> Iterator[Desktop]:
    """A desktop on this test's own database."""
    made = open_desktop(theme)
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> Iterator[Callable[..., object]]:
    """`window(session=None, size=(1200, 760))`: the main window, shown; closed after the test."""
    from ampsm_gui.app import build_main_window

    made = []

    def build(session: str | None = None, size: tuple[int, int] = (1200, 760)) -> object:
        found = build_main_window(session=session)
        made.append(found)
        qtbot.addWidget(found)
        found.resize(*size)
        found.show()
        return found

    yield build
    for found in made:
        found.close()


@pytest.fixture
def shown(desktop: Desktop, qtbot: QtBot) -> Iterator[Shown]:
    made = Shown(desktop, qtbot)
    qtbot.addWidget(made.window)
    yield made
    made.page.show_session(None)
