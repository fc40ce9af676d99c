"""Every kind of conflict on the page: its sentence, what its buttons say, and what becomes of the file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ampsm.git.command import git
from ampsm_gui.pages.conflicts.page import ConflictPage
from tests.gui.conftest import World
from tests.support.kinds_of_conflict import ROWS, Thing, Tree, grown

#: The buttons of each path with their keys, and the one that is used: by its key where it has one.
FILES = ("Target's file 1", "Session's file 2")
KEPT, UNDER = ("Leave it out 1", "Keep it here 2"), ("Keep it under this name 1", "Leave it out 2")
BUTTONS = {
    ("binary", "a"): ((*FILES, "Ancestor's file 0"), 1, "There will be Session's file, 2 bytes."),
    ("added binary", "a"): (FILES, 0, "There will be Target's file, 2 bytes."),
    ("deleted by target", "a"): (("Delete it 1", "Keep Session's file 2"), 0, "There will be nothing at this path."),
    ("deleted by session", "a"): (
        ("Keep Target's file 1", "Delete it 2"), 0, "There will be Target's executable file, 2 bytes."),
    ("moved by one, deleted by the other", "n"): (("Delete it 1", "Keep Session's file 2"), 1, None),
    ("moved and changed", "n"): (("Keep Target's file 1", "Delete it 2"), 1, "There will be nothing at this path."),
    ("moved apart", "a"): (("Put it back here 0", "Leave it out 1"), 1, "There will be nothing at this path."),
    ("moved apart", "s"): (KEPT, 1, None),
    ("moved apart", "t"): (("Keep it here 1", "Leave it out 2"), 1, "There will be nothing at this path."),
    ("added to a folder that was moved", "e/a"): (KEPT, 1, "There will be Session's file, 2 bytes."),
    ("modes", "a"): (("Not executable, as in Target 1", "Executable, as in Session 2"), 1,
                     "There will be Session's executable file, 2 bytes."),
    ("links", "a"): (("Target's link 1", "Session's link 2", "Ancestor's link 0"), 2,
                     "There will be Ancestor's symbolic link to b."),
    ("added links", "a"): (("Target's link 1", "Session's link 2"), 0, "There will be Target's symbolic link to t."),
    ("submodules", "a"): (("Target's commit 1", "Session's commit 2", "Ancestor's commit 0"), 1,
                          "There will be Session's submodule at 3333333."),
    ("a submodule that is deleted", "a"): (("Delete it 1", "Keep Session's submodule 2"), 0,
                                           "There will be nothing at this path."),
    ("a file and a link", "a"): (("Target's file 1", "Session's link 2", "Neither"), 0,
                                 "There will be Target's file, 2 bytes."),
    ("a file and a link", "a~HEAD"): (UNDER, 1, "There will be nothing at this path."),
    ("a link and a program", "a"): (("Target's link 1", "Session's file 2", "Neither"), 2,
                                    "There will be nothing at this path."),
    ("a link and a program", "a~"): (("Leave it out 1", "Keep it under this name 2"), 1, None),
    ("a file and a folder", "a~HEAD"): (UNDER, 0, "There will be Target's file, 2 bytes."),
    ("a link and a submodule", "a~HEAD"): (UNDER, 0, "There will be Target's symbolic link to t."),
    ("a link and a submodule", "a~"): (("Leave it out 1", "Keep it under this name 2"), 0,
                                       "There will be nothing at this path."),
    ("a link that is deleted", "a"): (("Keep Target's link 1", "Delete it 2"), 1,
                                    "There will be nothing at this path."),
    ("a file and a submodule", "a"): (("Target's file 1", "Session's submodule 2", "Neither"), 1,
                                      "There will be Session's submodule at 3333333."),
    ("a file and a submodule", "a~HEAD"): (UNDER, 1, "There will be nothing at this path."),
}  # fmt: skip


def in_folders(side: int) -> Tree:
    """What a side has of all rows, each in a folder of its own, with texts that git takes for no other row's."""
    found = dict[str, Thing | None]()
    for number, (name, row) in enumerate(ROWS.items()):
        for path, thing in (row.base, row.target, row.session)[side].items():
            if path != ".gitmodules":
                own = thing and thing._replace(content=thing.content.replace(b"a line", f"{name}'s line".encode()))
                found[f"{number}/{path}"] = own
    if side == 0:
        named = [number for number, row in enumerate(ROWS.values()) if ".gitmodules" in row.base]
        text = "".join(f'[submodule "{at}"]\n\tpath = {at}/a\n\turl = ./a\n' for at in named)
        found[".gitmodules"] = Thing(text.encode())
    return found


@pytest.fixture
def stopped(world: World) -> dict[str, Any]:
    """A session whose merge has stopped at every kind."""
    repo = world.make_repo()
    _commit(world, repo, in_folders(0))
    session = world.new(repo, "Every kind")
    worktree = Path(session["worktree"])
    _commit(world, worktree, in_folders(2))
    _commit(world, repo, in_folders(1))
    assert world.cli("merge", session["id"], "--message", "feat: all").code == 4
    return session


def test_each_kind_is_told_chosen_resolved_and_merged(
    world: World, stopped: dict[str, Any], page: Callable[[dict[str, Any]], ConflictPage], qtbot: QtBot
) -> None:  # fmt: skip
    made = page(stopped)
    kind, resolve = made.stage.kind, made.findChild(QAction, "resolveFileAction")
    tool = made.findChild(QAction, "openMergeToolAction")
    assert resolve is not None and tool is not None
    files = world.ok("conflicts", stopped["id"], "--json").json["files"]
    rows, seen, wanted = list(ROWS), set[tuple[str, str]](), dict[str, Thing | None]()
    for file in files:
        path = file["path"]
        name, short = rows[int(path.split("/")[0])], path.split("/", 1)[1]
        short = f"{short.partition('~')[0]}~" if "(" in short else short
        words, used, after = BUTTONS[name, short]
        seen.add((name, short))
        made.moves.show_file(path)
        qtbot.waitUntil(partial(_is_shown, made, path))
        assert kind.isVisible() and kind.sentence.text() == f"{file['sentence']}."
        buttons = [button for choice, button in kind.buttons.items() if choice is not None]
        assert tuple(button.accessibleName().replace(", key", "") for button in buttons) == words
        assert tool.isEnabled() == (name in ("binary", "added binary", "modes")), "git would ask on a terminal"
        key = words[used].rpartition(" ")[2]
        if key.isdigit():
            QTest.keyClicks(kind, key)
        else:
            buttons[used].click()
        qtbot.waitUntil(resolve.isEnabled)
        assert [button.isChecked() for button in buttons] == [at == used for at in range(len(buttons))]
        if after is not None:
            qtbot.waitUntil(partial(_says, kind.after, after))
        resolve.trigger()
        qtbot.waitUntil(partial(_is_left, made, path))
        wanted[path] = _outcome(name, short, words[used])
    assert seen == BUTTONS.keys()
    assert {path: _staged(world, stopped, path) for path in wanted} == wanted
    world.ok("continue-merge", stopped["id"])
    assert not world.git(stopped["worktree"], "status", "--porcelain", "--ignore-submodules")


def test_another_choice_after_a_file_was_unresolved(
    world: World, stopped: dict[str, Any], page: Callable[[dict[str, Any]], ConflictPage], qtbot: QtBot
) -> None:  # fmt: skip
    made = page(stopped)
    kind, path = made.stage.kind, f"{list(ROWS).index('modes')}/a"
    resolve, unresolve = (made.findChild(QAction, f"{name}FileAction") for name in ("resolve", "unresolve"))
    assert resolve is not None and unresolve is not None
    for key, mode in ((Qt.Key.Key_2, "100755"), (Qt.Key.Key_1, "100644")):
        made.moves.show_file(path)
        qtbot.waitUntil(lambda: made.shown_path() == path)
        QTest.keyClick(kind, key)
        qtbot.waitUntil(resolve.isEnabled)
        resolve.trigger()
        qtbot.waitUntil(lambda: made.shown_path() != path)
        staged = _staged(world, stopped, path)
        assert staged is not None and staged.mode == mode
        made.moves.show_file(path)
        qtbot.waitUntil(lambda: made.shown_path() == path and unresolve.isEnabled())
        assert kind.after.text().startswith("There is ") and kind.sentence.text().startswith("Resolved. ")
        unresolve.trigger()
        qtbot.waitUntil(kind.row.isVisible)
    assert world.git(stopped["worktree"], "ls-files", "-u", "--", path)


def _is_shown(made: ConflictPage, path: str) -> bool:
    return made.shown_path() == path


def _is_left(made: ConflictPage, path: str) -> bool:
    return made.shown_path() != path or not made.next_action()


def _says(label: QLabel, words: str) -> bool:
    return label.text() == words


def _commit(world: World, at: Path, tree: Tree) -> None:
    grown(tree)(at)
    world.git(at, "commit", "-qm", "work")
    world.git(at, "checkout", "-q", "--force", "HEAD")


def _outcome(name: str, short: str, words: str) -> Thing | None:
    """What a path becomes, with the text that it has in its own folder."""
    key, outcomes = words.rpartition(" ")[2], ROWS[name].told[short].outcomes
    choice = {"0": "base", "1": "target", "2": "session"}.get(key, "delete")
    if choice not in outcomes:
        choice = "delete" if words.startswith(("Leave", "Delete")) else "keep"
    thing = outcomes[choice]
    return thing and thing._replace(content=thing.content.replace(b"a line", f"{name}'s line".encode()))


def _staged(world: World, session: dict[str, Any], path: str) -> Thing | None:
    listed = world.git(session["worktree"], "ls-files", "-s", "--", f":(literal){path}")
    if not listed:
        return None
    mode, blob, stage = listed.partition("\t")[0].split()
    assert stage == "0"
    if mode == "160000":
        return Thing(blob.encode(), mode)
    return Thing(git(session["repo"], "cat-file", "blob", blob).stdout, mode)
