"""A window whose database is gone says so, and how it comes back; it never looks as if there were no sessions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

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
def test_a_database_that_goes_is_named_and_made_again(
    window: Callable[..., Any], world: World, qtbot: QtBot, empty: bool
) -> None:
    session = world.new(world.make_repo(), "Login page")
    found = window()
    qtbot.waitUntil(lambda: found.sessions.selected_id() == session["id"], timeout=_LONG)
    _remove(_database(world), empty)
    qtbot.waitUntil(lambda: "doctor --fix" in found.sessions.strip.text, timeout=_LONG)
    assert "but the journals of its sessions are there" in found.sessions.strip.text
    assert not found.sessions.stack.shows_welcome
    assert not _database(world).exists() or not _database(world).stat().st_size
    [button] = [each for each in found.sessions.strip.findChildren(QPushButton) if each.text() == "Make it again"]
    button.click()
    qtbot.waitUntil(lambda: not found.sessions.strip.text, timeout=_LONG)
    assert found.sessions.selected_id() == session["id"]
    qtbot.waitUntil(lambda: world.cli("status", session["id"]).code == 0, timeout=_LONG)  # it is still being filled
    assert world.status(session)["session"]["name"] == "Login page"
