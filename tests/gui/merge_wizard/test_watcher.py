"""The watch on the merge of a session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from ampsm_gui.desktop import Desktop
from tests.gui.conftest import World


def test_it_tells_of_what_others_do_and_rests_after_the_window(world: World, desktop: Desktop, qtbot: QtBot) -> None:
    session: dict[str, Any] = world.new(world.make_repo(), "Login page")
    told: list[str] = []
    watcher = desktop.merge_watcher
    watcher.changed.connect(told.append)
    assert not watcher.isRunning()
    watcher.watch(session["id"])
    qtbot.wait(500)
    assert told == []
    (Path(session["worktree"]) / "a.txt").write_text("a\n")
    world.git(session["worktree"], "add", "a.txt")
    qtbot.waitUntil(lambda: session["id"] in told, timeout=2000)
    desktop.close()
    watcher.watch(session["id"])
    assert not watcher.isRunning()
