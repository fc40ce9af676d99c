"""A file that an agent named: its changes, the editor, and nothing outside the worktree unasked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QMenu

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm_gui.models.results.lines import FilePlace
from ampsm_gui.models.session.file_search import FileIs, find_file
from ampsm_gui.models.session.opening import file_opening
from ampsm_gui.pages.changes.tab import ChangesTab
from ampsm_gui.pages.tab import TabName
from tests.gui.shown import Shown
from tests.support.world import World


def _asked(shown: Shown, path: str, line: int | None = None) -> None:
    shown.page.tabs.tab(TabName.CONSOLE).file_requested.emit(FilePlace(path, line))


@pytest.mark.session(iterations=1, edits={"a.txt": "one\n", "src/b.py": "two = 2\n"})
def test_a_changed_file_shows_its_changes(shown: Shown, session: dict[str, Any]) -> None:
    shown.show(session)
    _asked(shown, "src/b.py", 1)
    changes = shown.page.tabs.tab(TabName.CHANGES)
    assert isinstance(changes, ChangesTab)
    shown.until(lambda: shown.page.tabs.current_tab() is changes and changes.tree.current_path == "src/b.py")
    _asked(shown, f"{session['worktree']}/a.txt")
    shown.until(lambda: changes.tree.current_path == "a.txt")


def test_another_file_opens_in_the_editor_at_its_line(
    shown: Shown, world: World, session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ok("config", "set", "editor", "code")
    started: list[Any] = []

    def start(program: str, words: list[str], *_: object) -> tuple[bool, int]:
        started.append((program, words))
        return True, 1

    monkeypatch.setattr("ampsm_gui.pages.opener.QProcess.startDetached", start)
    shown.show(session)
    _asked(shown, "src/app.py", 7)
    shown.until(lambda: bool(started))
    assert started == [("code", ["--goto", f"{os.path.realpath(session['worktree'])}/src/app.py:7"])]


def test_nothing_outside_is_opened_before_it_is_told(
    shown: Shown, session: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also not through a link that lies in the worktree."""
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    Path(session["worktree"], "link.txt").symlink_to(outside)
    opened: list[Any] = []
    asked: list[QMenu] = []
    monkeypatch.setattr(shown.actions, "open_file", lambda *words: opened.append(words))
    monkeypatch.setattr("ampsm_gui.pages.session.files.QMenu.popup", lambda menu, _: asked.append(menu))
    shown.show(session)
    for path in (str(outside), "link.txt", "../" * 20 + str(outside).lstrip("/")):
        _asked(shown, path)
        if path == "link.txt":  # git has it as a change: its target is what the changes show
            shown.until(lambda: shown.page.tabs.current_tab() is shown.page.tabs.tab(TabName.CHANGES))
            continue
        shown.until(lambda: bool(asked))
        action = asked.pop().actions()[0]
        assert str(outside) in action.text() and not opened
        action.trigger()
        assert opened.pop() == (str(outside.resolve()), None)


def test_what_is_not_there_is_said(shown: Shown, session: dict[str, Any]) -> None:
    said: list[str] = []
    shown.page.status_message.connect(said.append)
    shown.show(session)
    _asked(shown, "gone.py")
    shown.until(lambda: "gone.py is not there any more" in said)


def test_a_path_is_found_however_it_is_told(session: dict[str, Any], shown: Shown) -> None:
    context: Context = shown.desktop.workspace.open()
    try:
        found = find_file(context, session["id"], "src/../src/app.py", None)
        assert found.where is FileIs.INSIDE and found.path.endswith("/src/app.py")
        for no_name in ("x\0y", "x" * 1_000):
            assert find_file(context, session["id"], no_name, None).where is FileIs.MISSING
        assert find_file(context, session["id"], "src", None).where is FileIs.INSIDE
    finally:
        context.close()


@pytest.mark.parametrize(
    ("editor", "words"),
    [("code", ["--goto", "{}:3"]), ("kate", ["--line", "3", "{}"]), ("vim", ["{}"]), ("my --at {}", ["--at", "{}"])],
)
def test_editors_are_told_the_line_as_they_take_it(
    shown: Shown, world: World, tmp_path: Path, editor: str, words: list[str]
) -> None:
    file = tmp_path / "some file.py"
    file.write_text("x")
    world.ok("config", "set", "editor", editor)
    context = shown.desktop.workspace.open()
    try:
        assert list(file_opening(context, str(file), 3).argv[1:]) == [word.replace("{}", str(file)) for word in words]
    finally:
        context.close()


def test_folders_open_and_pipes_do_not(shown: Shown, world: World, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    world.ok("config", "set", "editor", "code")
    context = shown.desktop.workspace.open()
    try:
        assert file_opening(context, str(tmp_path), 3) == (("code", str(tmp_path)), str(tmp_path))
        with pytest.raises(UserError, match="pipe"):
            file_opening(context, str(tmp_path / "pipe"), None)
    finally:
        context.close()
