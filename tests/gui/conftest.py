"""A hermetic desktop: real store, real commands, real Qt without a screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import World
from tests.workflows.conftest import world

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6.QtWidgets", reason="the desktop app's extra is not installed", exc_type=ImportError)

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ampsm.git import objects
from ampsm_gui.desktop import Desktop, open_desktop
from ampsm_gui.look.application import application_theme
from ampsm_gui.look.theme import Theme
from tests.gui.shown import Shown

__all__ = ["World", "world"]

#: Fixtures that are made before a desktop is opened.
SCENES = ("worked", "session", "sessions")


@pytest.fixture(autouse=True)
def pointer_elsewhere(qapp: QApplication) -> None:
    """The pointer is over no window: where an earlier test has left it, a list would keep its rows in their places."""
    QCursor.setPos(qapp.primaryScreen().geometry().bottomRight())


@pytest.fixture(autouse=True)
def reads_in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window under test reads objects as the real one does once it is shown."""
    monkeypatch.setattr(objects, "_in_process", False)  # as it was, at the end of the test
    objects.read_in_process()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The application's theme, light; put back to light after the test."""
    found = application_theme("light")
    yield found
    found.set_preference("light")


@pytest.fixture
def desktop(theme: Theme, qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[Desktop]:
    """A desktop on this test's own database. A scene is made before it, which would read each of its steps."""
    for name in SCENES:
        if name in request.fixturenames:
            request.getfixturevalue(name)
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
    QApplication.processEvents()
    for found in made:
        found.desktop.state.sync()  # nothing is left to be written when the next test is in this folder


@pytest.fixture
def shown(desktop: Desktop, qtbot: QtBot) -> Iterator[Shown]:
    made = Shown(desktop, qtbot)
    qtbot.addWidget(made.window)
    yield made
    made.page.show_session(None)


@pytest.fixture
def worked(world: World, kept: Callable[..., Any]) -> Any:
    """A session with two amp commits and a manual one between them."""
    return kept("worked", lambda: _worked(world))


@pytest.fixture
def session(world: World, kept: Callable[..., Any], request: pytest.FixtureRequest) -> Any:
    """A session that has not begun. A test marked `session(*words, iterations=0, code=0, **scenario)` has one that was
    made with these words, and had so many iterations of this scenario that ended with this code."""
    marker = request.node.get_closest_marker("session")
    words, wanted = (marker.args, dict(marker.kwargs)) if marker else ((), {})
    return kept(f"session {words} {wanted}", lambda: _session(world, *words, **wanted))


def _session(world: World, *words: str, iterations: int = 0, code: int = 0, **scenario: Any) -> dict[str, Any]:
    if iterations:
        world.use(**scenario)
    made = world.new(world.make_repo(), *words)
    for _ in range(iterations):
        world.iterate(made, code=code)
    return made


def _worked(world: World) -> dict[str, Any]:
    world.use(runs=[{"edits": {"one.txt": "1\n"}}, {"edits": {"two.txt": "2\n"}}])
    session = world.new(world.make_repo(), "Login page")
    world.iterate(session)
    (Path(session["worktree"]) / "mine.txt").write_text("by hand\n")
    world.ok("commit", session["id"], "--message", "Mine")
    world.iterate(session)
    return session


@pytest.fixture
def cut_off(
    shown: Shown, world: World, spawn_cli: Callable[..., Any], tmp_path: Path
) -> Callable[[dict[str, Any]], None]:
    """`cut_off(session)`: an iteration that is killed when its agent has written half.txt."""

    def cut(session: dict[str, Any]) -> None:
        world.use(edits={"half.txt": "half\n"}, hang=30, ready=tmp_path / "ready")
        worker = spawn_cli("iterate", session["id"])
        shown.until((tmp_path / "ready").exists)
        worker.kill()
        worker.communicate()
        world.cli("stop", session["id"])

    return cut
