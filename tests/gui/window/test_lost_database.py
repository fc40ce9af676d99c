"""A window whose database is gone says so, and how it comes back; it never looks as if there were no sessions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ampsm_gui.__main__ import main
from ampsm_gui.dialogs.command_dialog import CommandDialog
from ampsm_gui.dialogs.trouble import TroubleWindow
from tests.gui.conftest import World
from tests.support.variants import slow_but

_LONG = 30_000


def _database(world: World) -> Path:
    return Path(world.environ["AMPSM_DB_PATH"])


def _remove(database: Path, empty: bool) -> None:
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    if empty:
        database.touch()


@pytest.mark.parametrize("empty", slow_but([False, True], [False]))
@pytest.mark.session("Login page")
def test_a_database_that_goes_is_named_and_made_again(
    window: Callable[..., Any], world: World, session: dict[str, Any], qtbot: QtBot, empty: bool
) -> None:
    found = window()
    qtbot.waitUntil(lambda: found.sessions.selected_id() == session["id"], timeout=_LONG)
    _remove(_database(world), empty)
    known = "but the journals of its sessions are there"
    qtbot.waitUntil(lambda: known in found.sessions.strip.text, timeout=_LONG)
    assert "doctor" not in found.sessions.strip.text and "doctor --fix" in found.sessions.strip.toolTip()
    assert not found.sessions.stack.shows_welcome
    assert not _database(world).exists() or not _database(world).stat().st_size
    [button] = [each for each in found.sessions.strip.findChildren(QPushButton) if each.text() == "Make it again"]
    button.click()
    qtbot.waitUntil(lambda: not found.sessions.strip.text, timeout=_LONG)
    assert found.sessions.selected_id() == session["id"]
    qtbot.waitUntil(lambda: world.cli("status", session["id"]).code == 0, timeout=_LONG)  # it is still being filled
    assert world.status(session)["session"]["name"] == "Login page"


@pytest.mark.session("Login page")
def test_a_database_that_vanished_is_waited_for(
    window: Callable[..., Any], world: World, session: dict[str, Any], qtbot: QtBot
) -> None:
    """With all that lay beside it, as by an unmounted disk: what was shown stays, grey, and nothing makes another."""
    found = window(session["id"])
    qtbot.waitUntil(lambda: bool(found.session_page.header.name.text()), timeout=_LONG)
    qtbot.waitUntil(lambda: found.desktop.workspace.expected is not None, timeout=_LONG)
    database, away = _database(world), world.root / "away"
    away.mkdir()
    beside = [database.with_name(database.name + end) for end in ("", "-wal", "-shm")] + [database.with_suffix(".d")]
    moved = [file for file in beside if file.exists()]
    for file in moved:
        file.rename(away / file.name)
    qtbot.waitUntil(lambda: "is gone; nothing was made in its place" in found.sessions.strip.text, timeout=_LONG)
    assert found.windowTitle() == "Database gone – Amp Session Conductor"
    assert found.sessions.table.model().rowCount() == 1 and found.session_page.header.name.text() == "Login page"
    assert not found.sessions.stack.isEnabled() and not found.session_page.isEnabled()
    assert not any(action.isEnabled() for action in found.actions_of_session.all())
    assert not [each for each in found.sessions.strip.findChildren(QPushButton) if each.text() == "Make it again"]
    found.actions_of_session.new_session()
    assert not found.findChildren(CommandDialog)
    command = found.desktop.commands.run("list")
    with qtbot.waitSignal(command.failed, timeout=_LONG) as failed:
        found._on_refresh()
    assert failed.args[0].code == "database-missing" and not database.exists()
    for file in moved:
        (away / file.name).rename(file)
    qtbot.waitUntil(lambda: found.session_page.isEnabled() and not found.sessions.strip.text, timeout=_LONG)
    qtbot.waitUntil(found.actions_of_session.action("newSessionAction").isEnabled, timeout=_LONG)
    world.ok("set", session["id"], "--name", "Renamed")
    qtbot.waitUntil(lambda: found.session_page.header.name.text() == "Renamed", timeout=_LONG)
    assert found.windowTitle() == "Amp Session Conductor"


@pytest.mark.session("Lost")
def test_who_starts_the_window_by_a_click_sees_why_there_is_none(
    world: World, session: dict[str, Any], qtbot: QtBot, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The same line and hint as on the terminal, as plain text; the exit code is that of the error."""
    database = _database(world)
    named = tmp_path / "a <b>name" / "s.sqlite"
    named.parent.mkdir()
    database.with_name("sessions.d").rename(named.with_name("s.d"))
    for content, code in ((b"no database " * 100, "is damaged"), (b"", "is empty")):
        named.write_bytes(content)
        seen: list[str] = []

        def look(seen: list[str] = seen) -> None:
            (window,) = [found for found in QApplication.topLevelWidgets() if isinstance(found, TroubleWindow)]
            assert window.isVisible() and window.message.textFormat() == Qt.TextFormat.PlainText
            buttons = {button.text(): button for button in window.findChildren(QPushButton)}
            buttons["Copy"].click()
            seen.extend([window.message.text(), window.hint.text(), QGuiApplication.clipboard().text()])
            buttons["Close"].click()
            window.deleteLater()

        QTimer.singleShot(300, look)
        assert main(["--db", str(named)]) == 1
        assert code in seen[0] and str(named) in seen[0]
        assert seen[1] == seen[2] == f"amp-sessions --db '{named}' doctor --fix"
        said = capfd.readouterr().err.splitlines()
        assert said == [f"error: {seen[0][:-1]}", f"hint: {seen[1]}"]
    assert main(["--db", str(named), "--grab", "sessions", str(tmp_path / "x.png")]) == 1
