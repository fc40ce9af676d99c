"""The dialog for a new session, over real repositories and the real command."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.new_session.dialog import NewSessionDialog
from tests.gui.conftest import World

Open = Callable[..., NewSessionDialog]


@pytest.fixture
def open_dialog(desktop: Desktop, qtbot: QtBot) -> Iterator[Open]:
    window = QWidget()
    window.resize(1200, 760)
    qtbot.addWidget(window)
    window.show()

    def build(repository: Path | None = None) -> NewSessionDialog:
        dialog = NewSessionDialog(desktop, window, str(repository) if repository else None)
        dialog.open()
        qtbot.waitUntil(lambda: not desktop.background.busy)
        return dialog

    yield build
    for dialog in window.findChildren(NewSessionDialog):
        dialog.reject()


def _fill(dialog: NewSessionDialog, name: str = "Add login", prompt: str = "Do it.\nIt's needed.") -> None:
    dialog.fields.name.setText(name)
    dialog.fields.prompt.setPlainText(prompt)


def _settled(dialog: NewSessionDialog, qtbot: QtBot) -> None:
    """Waits until what stands in the fields now has been looked at."""
    qtbot.waitUntil(lambda: dialog._look_is_of == (dialog.form.repository, dialog.form.base))


def test_creates_a_session_and_says_which(open_dialog: Open, world: World, qtbot: QtBot) -> None:
    repo = world.make_repo()
    dialog = open_dialog(repo)
    assert dialog.verb.text() == "Create and start"
    _fill(dialog)
    dialog.fields.script.setEditText("true")
    dialog.fields.start.setChecked(False)
    assert (dialog.verb.text(), dialog.verb.isEnabled()) == ("Create session", True)
    with qtbot.waitSignal(dialog.session_created, timeout=15000) as created:
        dialog.verb.click()
    session = world.ok("status", created.args[0], "--json").json["session"]
    assert (session["name"], session["prompt"], session["scriptCommand"], session["repo"]) == (
        "Add login", "Do it.\nIt's needed.", "true", str(repo),
    )  # fmt: skip


def test_says_what_is_missing_only_at_fields_that_were_left(open_dialog: Open, world: World, qtbot: QtBot) -> None:
    dialog = open_dialog(world.make_repo())
    assert dialog.note.text() == "Needs a name and a prompt"
    assert not dialog.verb.isEnabled()
    assert dialog.fields._name.problem.text == ""
    dialog.fields._touched.add("name")
    dialog.fields.left.emit()
    assert dialog.fields._name.problem.text == "Give the session a name."
    dialog.fields.name.setText("x")
    assert dialog.fields._name.problem.text == ""


def test_an_unknown_base_is_said_below_it_with_the_one_that_was_meant(
    open_dialog: Open, world: World, qtbot: QtBot
) -> None:
    dialog = open_dialog(world.make_repo())
    _fill(dialog)
    dialog.fields.base.setEditText("maim")
    _settled(dialog, qtbot)
    assert "maim" in dialog.fields._base.problem.text
    assert (dialog.note.text(), dialog.verb.isEnabled()) == ("1 problem with the base", False)
    dialog.fields._base.problem._link.click()
    assert dialog.form.base == "main"
    _settled(dialog, qtbot)
    assert dialog.verb.isEnabled()


def test_shows_the_exact_commit_and_how_far_it_is_behind(open_dialog: Open, world: World, qtbot: QtBot) -> None:
    origin = world.make_repo()
    clone = origin.parent / "clone"
    world.git(origin.parent, "clone", "-q", str(origin), str(clone))
    (origin / "new.txt").write_text("new\n")
    world.git(origin, "add", ".")
    world.git(origin, "commit", "-qm", "Newer")
    world.git(clone, "fetch", "-q")
    dialog = open_dialog(clone)
    sha = world.git(clone, "rev-parse", "main").strip()
    assert sha[:10] in dialog.fields._base.facts.text()
    assert dialog.fields._base.warning.text == "1 commit behind origin/main."
    dialog.fields._base.warning._link.click()
    assert dialog.form.base == "origin/main"


def test_unstaged_changes_are_named_and_can_be_left_behind(open_dialog: Open, world: World, qtbot: QtBot) -> None:
    repo = world.make_repo()
    (repo / "README.md").write_text("edited\n")
    dialog = open_dialog(repo)
    _fill(dialog)
    assert dialog.fields._repository.problem.text == "1 file has unstaged changes: README.md."
    assert dialog.fields.allow_dirty.isVisible()
    assert dialog.note.text() == "1 problem with the repository"
    dialog.fields.allow_dirty.setChecked(True)
    assert (dialog.fields._repository.problem.text, dialog.verb.isEnabled()) == ("", True)
    assert "--allow-dirty" in dialog.command_words()
    with qtbot.waitSignal(dialog.session_created, timeout=15000):
        dialog.verb.click()


def test_what_the_command_refuses_stands_at_its_field(open_dialog: Open, world: World, qtbot: QtBot) -> None:
    repo = world.make_repo()
    dialog = open_dialog(repo)
    _fill(dialog)
    world.git(repo, "branch", "amp")  # in the way of every branch below amp/
    dialog.verb.click()
    qtbot.waitUntil(lambda: dialog.fields._name.problem.text != "", timeout=15000)
    assert "amp" in dialog.fields._name.problem.text
    assert dialog.isVisible()
    assert dialog.verb.isEnabled() is False
    dialog.fields.name.setText("Add login 2")
    assert dialog.fields._name.problem.text == ""


def test_copies_the_exact_command(open_dialog: Open, world: World, qtbot: QtBot) -> None:
    repo = world.make_repo()
    dialog = open_dialog(repo)
    _fill(dialog)
    dialog.fields.start.setChecked(False)
    dialog.copy.click()
    words = shlex.split(QGuiApplication.clipboard().text())
    assert words[0] == "amp-sessions"
    assert world.ok(*words[1:], "--json").json["session"]["prompt"] == "Do it.\nIt's needed."


def test_takes_a_dropped_folder(open_dialog: Open, world: World, qtbot: QtBot) -> None:
    dialog = open_dialog()
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(world.make_repo()))])
    how = (Qt.DropAction.CopyAction, dropped, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    for event in (QDragEnterEvent(QPoint(5, 5), *how), QDropEvent(QPointF(5, 5), *how)):
        QCoreApplication.sendEvent(dialog, event)
        assert event.isAccepted()
    assert dialog.form.repository == dropped.urls()[0].toLocalFile()


def test_keeps_what_was_written_when_it_is_cancelled(open_dialog: Open, world: World, qtbot: QtBot) -> None:
    repo = world.make_repo()
    dialog = open_dialog(repo)
    _fill(dialog, prompt="a long prompt")
    dialog.reject()
    assert open_dialog().form.prompt == "a long prompt"


def test_fits_a_small_window_and_keeps_its_buttons(open_dialog: Open, world: World, qtbot: QtBot) -> None:
    dialog = open_dialog(world.make_repo())
    parent = dialog.parentWidget()
    assert parent is not None
    parent.resize(500, 260)
    dialog.fit()
    assert dialog.height() <= 260
    bottom = dialog.verb.mapTo(dialog, dialog.verb.rect().bottomRight())
    assert dialog.rect().contains(bottom)
