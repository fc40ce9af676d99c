"""No secret is shown that git or another program says, or that is in a name; contents of files stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from ampsm_gui import grab
from ampsm_gui.pages.tab import TabName
from ampsm_gui.pages.window.main_window import MainWindow
from tests.gui.conftest import World
from tests.gui.shown import Shown
from tests.gui.test_plain_text import all_indexes
from tests.support.variants import slow_but

KEY = "sk-ant-api03-Abcdefghijklmnop1234567890"
DIALOGS = ("squashAction", "rebaseAction", "mergeAction", "cleanupAction")


@pytest.fixture
def session(world: World) -> dict[str, Any]:
    """A session with a key in the subject of a person's commit, in the name of its base branch and in those of files
    that stand in the way."""
    world.use(edits={"new.txt": "n\n"}, text="Done.")
    repo = world.make_repo("repo")
    world.git(repo, "switch", "-qc", f"base-{KEY}")
    found = world.new(repo, "Keys", "--base", f"base-{KEY}", prompt="do it")
    world.iterate(found)
    tree = Path(found["worktree"])
    (tree / "by hand").write_text("x\n")
    world.git(tree, "add", "-A")
    world.git(tree, "commit", "-qm", f"Use {KEY}")
    (repo / f"left {KEY}").write_text("l\n")
    (repo / "README.md").write_text(f"changed {KEY}\n")
    return found


def words_of(top: QWidget) -> Iterator[tuple[str, str]]:
    """Every word that is shown, with where."""
    for widget in (top, *top.findChildren(QWidget)):
        where = f"{type(widget).__name__} {widget.objectName()}"
        yield where, widget.toolTip()
        yield where, widget.windowTitle()
        yield where, widget.accessibleName()
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            yield where, widget.text()
        if isinstance(widget, QPlainTextEdit | QTextEdit):
            yield where, widget.toPlainText()
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            for index in all_indexes(widget.model(), QModelIndex()):
                for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                    yield f"{where} {index.row()}", str(index.data(role))


def leaks(top: QWidget) -> list[tuple[str, str]]:
    return [(where, words) for where, words in words_of(top) if "Abcdefghijklm" in words]


def test_no_page_shows_a_secret(world: World, session: dict[str, Any], window: Callable[..., MainWindow]) -> None:
    found = window(session["id"])
    grab._settle(found)
    for mode in ("table", "list"):
        found.set_mode(mode)
        grab._settle(found)
        assert leaks(found) == []
    for name in TabName:
        if name == TabName.CHANGES:  # what git has, never altered
            continue
        found.session_page.show_tab(name)
        grab._settle(found)
        for view in found.findChildren(QAbstractItemView):
            model = view.model()
            for row in range(model.rowCount() if model is not None and view.isVisible() else 0):
                view.setCurrentIndex(model.index(row, 0))
                grab._settle(found)
                assert leaks(found) == [], name
    assert any("[REDACTED]" in words for _, words in words_of(found)), "nothing secret is there to be shown"


@pytest.mark.parametrize("action", slow_but(DIALOGS, ["mergeAction"]))
def test_no_dialog_shows_a_secret(shown: Shown, session: dict[str, Any], action: str) -> None:
    shown.show(session)
    made = shown.actions.action(action)
    shown.until(made.isEnabled)
    made.trigger()
    shown.until(lambda: not shown.desktop.background.busy)
    shown.qtbot.wait(1)
    assert leaks(shown.window) == []
