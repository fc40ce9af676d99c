"""`cleanup` on a terminal: it asks, and no answer but yes removes anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Screen
from tests.support.world import Result


@pytest.mark.parametrize(("typed", "code"), [("n\n", 130), ("\n", 130), ("\x04", 130), ("y\n", 0)])
@pytest.mark.rounds(2)
def test_it_asks_on_a_terminal(
    on_terminal: Callable[..., Screen], session: dict[str, Any], typed: str, code: int
) -> None:
    screen = on_terminal("cleanup", session["id"], typed=typed, width=200)
    assert screen.code == code, screen.text
    assert session["worktree"] in screen.text and session["branch"] in screen.text and "Remove it?" in screen.text
    assert Path(session["worktree"]).exists() == (code != 0)


def test_yes_is_not_asked(
    on_terminal: Callable[..., Screen], session: dict[str, Any], cli: Callable[..., Result]
) -> None:
    screen = on_terminal("cleanup", session["id"], "--yes", width=200)
    assert screen.code == 0 and "Remove it?" not in screen.text and "Cleaned up." in screen.text
    assert "restore" in screen.text
    assert cli("restore", session["id"]).code == 0 and Path(session["worktree"]).exists()
