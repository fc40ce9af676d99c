"""The dialog for a new session, over real repositories and the real command."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QTimerEvent, QUrl
from PySide6.QtGui import QCursor, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.new_session.dialog import NewSessionDialog
from ampsm_gui.pages.tab import TabName
from ampsm_gui.pages.window.main_window import MainWindow
from ampsm_gui.widgets import second_press
from ampsm_gui.widgets.second_press import SecondPress, StepButton
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


def test_no_field_is_red_before_it_was_filled(open_dialog: Open, world: World, qtbot: QtBot) -> None:
    """Neither one that is passed by, nor one in which somebody still types."""
    dialog = open_dialog(world.make_repo())
    fields = dialog.fields
    for field in (fields.prompt, fields.name, fields.repository.combo.line, fields.base.line):
        field.setFocus()
        QCoreApplication.processEvents()
    assert [field.problem.text for field in fields._fields.values()] == [""] * 6
    fields.name.setFocus()
    QTest.keyClicks(fields.name, "x")
    QTest.keyClick(fields.name, Qt.Key.Key_Backspace)
    assert fields._name.problem.text == ""
    fields.base.setFocus()
    assert fields._name.problem.text == "Give the session a name."
    QTest.keyClicks(fields.base.line, "mai")
    _settled(dialog, qtbot)
    assert fields._base.problem.text == "" and not dialog.verb.isEnabled()
    fields.name.setFocus()
    assert "mai" in fields._base.problem.text


@pytest.mark.parametrize("where", ["repo", f"{'deep-' * 30}/{'in a folder with words, ' * 5}/repo"])
def test_nothing_moves(open_dialog: Open, world: World, qtbot: QtBot, where: str) -> None:
    """However long the path is that the words name."""
    repo = world.make_repo(where)
    (repo / "README.md").write_text("edited\n")
    dialog = open_dialog(world.make_repo("other"))
    fields = dialog.fields

    def places() -> list[QPoint]:
        qtbot.wait(50)
        controls = (fields.base, fields.name, fields.prompt, fields.script, fields.model, dialog.verb)
        return [control.mapTo(dialog, QPoint()) for control in controls]

    _settled(dialog, qtbot)
    before = places()
    fields._touched |= {"name", "prompt"}
    fields.repository.set_path(str(repo))
    fields.base.setEditText("maim")
    _settled(dialog, qtbot)
    wrong = [name for name, field in fields._fields.items() if field.problem.text]
    assert wrong == ["repository", "base", "name", "prompt"] and fields.allow_dirty.isVisible()
    assert places() == before


def test_it_opens_in_the_repository_of_the_chosen_session(
    window: Callable[..., MainWindow], world: World, qtbot: QtBot
) -> None:
    """Those used last are below; what was written for another one stays there."""
    first, second = world.make_repo("first"), world.make_repo("second")
    session = world.new(first)
    world.new(second, "Newer")
    made = window(session["id"])
    qtbot.waitUntil(made.actions_of_session.action("copyBranchAction").isEnabled, timeout=20_000)

    def opened() -> NewSessionDialog:
        made.actions_of_session.new_session()
        dialog = made.findChild(NewSessionDialog)
        assert dialog is not None
        qtbot.waitUntil(lambda: dialog.fields.repository.combo.count() > 0, timeout=20_000)
        return dialog

    dialog = opened()
    assert dialog.form.repository == str(first)
    combo = dialog.fields.repository.combo
    assert [combo.itemData(row) for row in range(combo.count())] == [str(first), str(second)]
    dialog.set_repository(str(second))
    dialog.fields.prompt.setPlainText("for the second")
    dialog.reject()
    qtbot.waitUntil(lambda: made.findChild(NewSessionDialog) is None)
    assert opened().form.repository == str(second)


def test_a_second_press_starts_nothing(
    window: Callable[..., MainWindow], world: World, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands where the dialog's button stood, or hears the same keys, is not pressed; the page is the console."""
    monkeypatch.setattr(second_press, "_interval", lambda: 600_000)  # until this test ends it
    repo = world.make_repo()
    made = window(world.new(repo)["id"])
    made.session_page.show_tab(TabName.USAGE)
    made.actions_of_session.new_session(str(repo))
    dialog = made.findChild(NewSessionDialog)
    assert dialog is not None
    _fill(dialog)
    dialog.fields.start.setChecked(False)
    qtbot.waitUntil(dialog.verb.isEnabled, timeout=20_000)
    with qtbot.waitSignal(dialog.session_created, timeout=20_000) as created:
        dialog.verb.click()
        dialog.verb.click()
    iterate, begun = made.actions_of_session.action("iterateAction"), list[str]()
    iterate.triggered.disconnect()
    iterate.triggered.connect(lambda: begun.append("action"))
    qtbot.waitUntil(lambda: made.session_page.current_id() == created.args[0])
    iterate.setEnabled(True)
    made.activateWindow()
    button = made.session_page.header.button
    button.show()
    button.clicked.disconnect()
    button.clicked.connect(lambda: begun.append("button"))
    QTest.keyClick(made.session_page.tabs, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    for send in (QTest.mousePress, QTest.mouseRelease, QTest.mouseDClick):
        QCursor.setPos(button.mapToGlobal(button.rect().center()))
        made.findChildren(SecondPress)[0]._place = QCursor.pos()
        send(button, Qt.MouseButton.LeftButton)
    assert begun == []
    assert made.session_page.tabs.current_tab().objectName() == made.session_page.tabs.tab(TabName.CONSOLE).objectName()
    assert made.session_page.tabs.currentIndex() == 0
    monkeypatch.setattr(second_press, "_interval", lambda: 0)
    for guard in made.findChildren(SecondPress):
        QCoreApplication.sendEvent(guard, QTimerEvent(0))
    qtbot.waitUntil(lambda: made.findChildren(SecondPress) == [])
    iterate.setEnabled(True)
    QTest.keyClick(made.session_page.tabs, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert begun == ["action", "button"]


def test_a_button_that_has_just_changed_is_not_pressed(qtbot: QtBot) -> None:
    button, pressed = StepButton("Iterate"), list[str]()
    qtbot.addWidget(button)
    button.clicked.connect(lambda: pressed.append(button.text()))
    button.show()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    button.setText("Stop")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert len(pressed) == 1
    button._changed_at -= 10
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(pressed) == 2


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
