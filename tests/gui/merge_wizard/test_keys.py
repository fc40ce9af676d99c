"""A merge with conflicts in two files, from its wizard's opening to its end, with keys alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ampsm_gui.dialogs.merge_wizard import following
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode, read_merge
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard
from ampsm_gui.pages.conflicts.page import ConflictPage
from tests.gui.conflicts.conftest import TWO, Sides, numbered
from tests.gui.conflicts.conftest import conflicted as conflicted
from tests.gui.conftest import World
from tests.gui.shown import Shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_NONE = Qt.KeyboardModifier.NoModifier


class Typist:
    """Presses keys in the wizard, wherever the focus is."""

    def __init__(self, shown: Shown, session: dict[str, Any]) -> None:
        self.until = shown.until
        shown.show(session)
        self.until(shown.action("mergeAction").isEnabled)
        shown.action("mergeAction").trigger()
        [self.wizard] = shown.window.findChildren(MergeWizard)
        self.until(lambda: self.wizard.mode is WizardMode.CONFLICTS and bool(self.wizard.findChildren(ConflictPage)))
        [self.page] = self.wizard.findChildren(ConflictPage)
        self.until(lambda: self.page.shown_path() != "" and self.wizard.isActiveWindow())

    @property
    def focus(self) -> QWidget | None:
        return QApplication.focusWidget()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NONE) -> None:
        QTest.keyClick(self.wizard.windowHandle(), key, modifiers)

    def type(self, words: str) -> None:
        for letter in words:
            QTest.keyClick(self.wizard.windowHandle(), Qt.Key(ord(letter.upper())))

    def at(self, widget: QWidget) -> bool:
        """Whether the keys go there."""
        return self.focus is widget

    @property
    def result(self) -> str:
        return self.page.result.toPlainText()

    def resolve(self) -> None:
        """Twice the same key in a hurry is one: it waits as a person does."""
        self.until(lambda: self.page.next_action() is not None and self.wizard.frame.foot.go_on.isEnabled())
        self.press(Qt.Key.Key_Return, _CTRL)


def test_a_merge_is_settled_with_keys_alone(
    shown: Shown, world: World, conflicted: Callable[[Sides], dict[str, Any]]
) -> None:  # fmt: skip
    session = conflicted({"a.txt": TWO, "b.txt": TWO})
    keys = Typist(shown, session)
    page, worktree = keys.page, Path(session["worktree"])
    assert keys.at(page.stage.cards), "the keys are where the conflicts are"
    keys.type("1")
    assert keys.result == "target five"
    keys.press(Qt.Key.Key_3, _SHIFT)
    assert keys.result == "session five\ntarget five"
    keys.type("u")
    assert keys.result == "line 5" and not page._actions["resetHunkAction"].isEnabled()
    keys.type("30")
    assert keys.result == "line 5"
    keys.type("2n")
    assert page.stage.cards.current == 2 and keys.result == "line 25"
    keys.press(Qt.Key.Key_F6)
    assert keys.at(page.result)
    keys.press(Qt.Key.Key_A, _CTRL)
    keys.type("np12")
    assert keys.result == "np12"
    keys.press(Qt.Key.Key_Escape)
    assert keys.at(page.stage.cards)
    keys.type("vv")
    assert keys.at(page.stage.cards)
    keys.resolve()
    keys.until(lambda: page.shown_path() == "b.txt")
    assert (worktree / "a.txt").read_text() == numbered(30, l5="session five", l15="only target", l25="np12")
    assert keys.at(page.stage.cards)
    keys.press(Qt.Key.Key_P, _SHIFT)
    keys.until(lambda: page.shown_path() == "a.txt")
    assert keys.at(page.stage.kind)
    keys.until(lambda: keys.wizard.frame.foot.go_on.text() == "Open b.txt")
    keys.press(Qt.Key.Key_Return, _CTRL)
    keys.until(lambda: page.shown_path() == "b.txt")
    keys.type("1n1")
    keys.resolve()
    keys.until(lambda: page.next_action() is None)
    keys.until(lambda: keys.at(keys.wizard.frame.foot.go_on))
    button = keys.wizard.frame.foot.go_on
    assert button.text() == "Continue"
    button._changed_at = time.monotonic() + 1000
    keys.press(Qt.Key.Key_Return, _CTRL)
    assert not keys.wizard.work.busy, "it was meant for the last file"
    button._changed_at = 0.0
    button.setEnabled(False)
    keys.press(Qt.Key.Key_Return, _CTRL)
    assert not keys.wizard.work.busy
    button.setEnabled(True)
    button.setFocus()
    keys.press(Qt.Key.Key_Return)
    keys.until(lambda: keys.wizard.mode is WizardMode.OVER)
    assert world.git(session["repo"], "show", "main:b.txt") == str(TWO[1]).rstrip("\n")
    keys.wizard.close()


def test_tab_leads_through_the_page_and_past_nothing_that_cannot_be_used(
    shown: Shown, conflicted: Callable[[Sides], dict[str, Any]]
) -> None:  # fmt: skip
    keys = Typist(shown, conflicted({"a.txt": TWO, "b.bin": (b"\0a", b"\0b", b"\0c")}))
    visited: list[QWidget] = []
    while keys.focus is not None and keys.focus not in visited:
        visited.append(keys.focus)
        keys.press(Qt.Key.Key_Tab)
    page, foot = keys.page, keys.wizard.frame.foot
    wanted = [
        page.stage.cards, *page.stage.cards.card.choices.buttons[:5], page.result, page.side.files,
        foot.abort_button, foot.copy, foot.close_button,
    ]  # fmt: skip
    assert [widget for widget in wanted if widget not in visited] == []
    assert all(widget.isVisible() and widget.isEnabled() for widget in visited)
    head, choices = page.stage.head, page.stage.cards.card.choices
    for row in ([*choices.buttons[:5], page.result], [head.next, head.buttons["cards"], head.whole, head._tools[1]]):
        places = [visited.index(widget) for widget in row]
        assert places == sorted(places), "as they stand"
    keys.page.moves.show_file("b.bin")
    keys.until(lambda: page.shown_path() == "b.bin" and keys.at(page.stage.kind))
    for button in page.stage.head.buttons.values():
        assert not button.isEnabled() and button.toolTip().startswith("Git does not merge this file line by line")
    keys.wizard.close()


def test_conflicts_are_shown_before_the_rest_is_read(
    shown: Shown, conflicted: Callable[[Sides], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    session, may = conflicted({"a.txt": TWO}), Event()
    monkeypatch.setattr(following, "read_merge", lambda ctx, session_id: may.wait(60) and read_merge(ctx, session_id))
    shown.show(session)
    shown.until(shown.action("mergeAction").isEnabled)
    shown.action("mergeAction").trigger()
    [wizard] = shown.window.findChildren(MergeWizard)
    shown.until(lambda: any(page.shown_path() for page in wizard.findChildren(ConflictPage)))
    [page] = wizard.findChildren(ConflictPage)
    wizard.checking.foreseen.emit()  # as when something else is answered meanwhile
    assert wizard.mode is None and page.stage.cards.isVisible() and page.stage.cards.property("hunkCount") == 2
    may.set()
    shown.until(lambda: wizard.mode is WizardMode.CONFLICTS)
    assert page.stage.cards.isVisible()
    wizard.close()
