"""Enter presses the button that has the focus, in the window and in every dialog, and no other."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import SIGNAL, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QMainWindow, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

import ampsm_gui
from ampsm.model.errors import UserError
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.command_dialog import CommandDialog
from ampsm_gui.dialogs.follow_up import FollowUpDialog
from ampsm_gui.dialogs.new_session.dialog import NewSessionDialog
from ampsm_gui.dialogs.text_dialog import TextDialog
from ampsm_gui.dialogs.trouble import TroubleWindow
from ampsm_gui.pages.actions.dialogs import DialogAction, finishing_dialog
from ampsm_gui.pages.actions.merging import merge_wizard
from ampsm_gui.pages.tab import TabName
from ampsm_gui.pages.window.main_window import MainWindow
from ampsm_gui.pages.window.menus import show_about, show_shortcuts
from ampsm_gui.widgets.enter_key import Dialog
from tests.gui.conftest import World

ACTIONS: tuple[DialogAction, ...] = ("squashAction", "abortMergeAction", "undoAction", "cleanupAction")


def buttons_of(window: QWidget) -> list[QAbstractButton]:
    """Those that the Tab key can reach."""
    found = [*window.findChildren(QPushButton), *window.findChildren(QToolButton)]
    return [
        button
        for button in found
        if button.window() is window and button.isVisible() and button.isEnabled()
        and button.focusPolicy() & Qt.FocusPolicy.TabFocus and button.focusProxy() is None
    ]  # fmt: skip


def pressed_by_enter(window: QWidget) -> list[str]:
    """Gives each button the focus and presses Enter; the names of those that were not pressed, or not alone."""
    buttons = buttons_of(window)
    pressed: list[QAbstractButton] = []
    wrong: list[str] = []
    assert buttons
    for button in buttons:
        for name in ("clicked(bool)", "toggled(bool)", "pressed()", "released()"):
            if button.receivers(SIGNAL(name)):
                getattr(button, name.partition("(")[0]).disconnect()
        if isinstance(button, QToolButton) and button.defaultAction() is not None:
            button.defaultAction().blockSignals(True)
        button.clicked.connect(lambda *_, button=button: pressed.append(button))
    for button in buttons:
        pressed.clear()
        button.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(button, Qt.Key.Key_Return)
        if pressed != [button]:
            wrong.append(f"{type(button).__name__} {button.objectName()} {button.text() or button.accessibleName()!r}")
    assert window.isVisible()
    return wrong


@pytest.fixture(autouse=True)
def read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A button whose words have just changed can be pressed."""
    monkeypatch.setattr("ampsm_gui.widgets.second_press._interval", lambda: 0)


@pytest.fixture
def around(qtbot: QtBot) -> Iterator[QMainWindow]:
    window = QMainWindow()
    window.resize(1200, 760)
    qtbot.addWidget(window)
    window.show()
    yield window


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.session(iterations=1, edits={"a.txt": "a\n"})
def test_in_every_dialog_that_finishes(
    action: DialogAction, around: QMainWindow, desktop: Desktop, session: dict[str, Any], qtbot: QtBot
) -> None:
    dialog = finishing_dialog(action)(desktop, session["id"], {"session": session}, around)
    dialog.open()
    qtbot.waitUntil(lambda: not desktop.background.busy)
    dialog.set_allowed(True)
    assert pressed_by_enter(dialog) == []
    dialog.close()


def _new_session(desktop: Desktop, around: QMainWindow, repo: Path) -> QDialog:
    dialog = NewSessionDialog(desktop, around, str(repo))
    dialog.fields.name.setText("Add login")
    dialog.fields.prompt.setPlainText("Do it.")
    return dialog


def _follow_up(desktop: Desktop, around: QMainWindow, _repo: Path) -> QDialog:
    return FollowUpDialog(desktop, "some-session", {"id": "1", "notes": "Then this"}, around)


def _text(desktop: Desktop, around: QMainWindow, _repo: Path) -> QDialog:
    return TextDialog(desktop, "Output", "line\n", around)


@pytest.mark.parametrize("make", [_new_session, _follow_up, _text])
def test_in_every_other_dialog(
    make: Callable[[Desktop, QMainWindow, Path], QDialog],
    around: QMainWindow,
    desktop: Desktop,
    world: World,
    qtbot: QtBot,
) -> None:
    dialog = make(desktop, around, world.make_repo())
    dialog.open()
    if isinstance(dialog, CommandDialog):
        qtbot.waitUntil(dialog.verb.isEnabled)
    assert pressed_by_enter(dialog) == []
    dialog.close()


@pytest.mark.parametrize("show", [show_about, show_shortcuts])
def test_in_the_dialogs_of_help(show: Callable[[QMainWindow], None], around: QMainWindow) -> None:
    show(around)
    (dialog,) = around.findChildren(QDialog)
    assert pressed_by_enter(dialog) == []
    dialog.close()


def test_where_the_app_cannot_start(theme: Any, qtbot: QtBot) -> None:
    window = TroubleWindow(theme, UserError("no-screen", "It cannot start", hint="amp-sessions doctor"))
    qtbot.addWidget(window)
    window.show()
    assert pressed_by_enter(window) == []


@pytest.mark.session(iterations=1, edits={"a.txt": "a\n"})
def test_in_the_window_on_every_tab(window: Callable[..., MainWindow], session: dict[str, Any], qtbot: QtBot) -> None:
    made = window(session=session["id"])
    qtbot.waitUntil(lambda: made.session_page._view is not None)
    for name in TabName:
        made.session_page.show_tab(name)
        qtbot.waitUntil(lambda: not made.desktop.background.busy)
        assert pressed_by_enter(made) == []


def test_no_dialog_is_without_it() -> None:
    """All derive from one; nothing makes a bare one."""
    package = Path(ampsm_gui.__file__).parent
    for found in pkgutil.walk_packages([str(package)], "ampsm_gui."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    kinds: list[type] = [kind for kind in _below(QDialog) if kind.__module__.startswith("ampsm_gui.")]
    assert len(kinds) > 8
    assert [kind.__name__ for kind in kinds if not issubclass(kind, Dialog)] == []
    calls = [
        file.name
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "QDialog"
    ]
    assert calls == []


def _below(kind: type) -> Iterator[type]:
    subclasses: list[type] = kind.__subclasses__()
    for found in subclasses:
        yield found
        yield from _below(found)


@pytest.mark.session(iterations=1, edits={"a.txt": "a\n"})
def test_enter_that_is_held_down_presses_nothing_that_comes_meanwhile(
    around: QMainWindow, desktop: Desktop, session: dict[str, Any], qtbot: QtBot
) -> None:
    """Also where the button that starts the work has the focus, as that of an undo."""
    dialog = finishing_dialog("squashAction")(desktop, session["id"], {"session": session}, around)
    pressed: list[object] = []
    dialog.verb.clicked.disconnect()
    dialog.verb.clicked.connect(lambda *_: pressed.append(dialog))
    dialog.open()
    qtbot.waitUntil(lambda: not desktop.background.busy)
    dialog.set_allowed(True)
    for widget in (dialog.verb, dialog):
        widget.setFocus()
        for _ in range(3):
            held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
            QApplication.sendEvent(widget, held)
    assert pressed == []
    QTest.keyClick(dialog.verb, Qt.Key.Key_Return)
    assert len(pressed) == 1
    dialog.close()


@pytest.mark.parametrize("operation", ["merge", "rebase"])
@pytest.mark.session(iterations=1, edits={"a.txt": "a\n"})
def test_in_the_merge_wizard(
    around: QMainWindow, desktop: Desktop, session: dict[str, Any], qtbot: QtBot, operation: str
) -> None:
    wizard = merge_wizard(desktop, session["id"], {"session": session}, around, operation)
    wizard.show()
    qtbot.waitUntil(lambda: wizard.checking.judged is not None and not desktop.background.busy)
    assert pressed_by_enter(wizard) == []
    wizard.close()
