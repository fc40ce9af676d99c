"""Badge, strip, empty state and chips: what they say, what a click does, that they follow the theme."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from ampsm_gui.look.status import SESSION_ORDER, session_look
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.messages.empty_state import CommandLine, EmptyState
from ampsm_gui.widgets.messages.strip import Strip
from ampsm_gui.widgets.sessions.no_sessions import NoSessions, found_amp
from ampsm_gui.widgets.sessions.status_badge import StatusBadge
from ampsm_gui.widgets.sessions.status_chips import StatusChips
from tests.workflows.conftest import World


def test_a_badge_says_its_status_and_takes_no_room_without_one(theme: Theme, qtbot: QtBot) -> None:
    badge = StatusBadge(theme)
    qtbot.addWidget(badge)
    assert badge.sizeHint().width() == 0
    badge.set_look(session_look("awaiting-input"))
    assert badge.accessibleName() == "Needs you"
    assert badge.sizeHint().width() > badge.sizeHint().height()
    badge.resize(badge.sizeHint())
    light = badge.grab().toImage()
    theme.set_wish("dark")
    assert badge.grab().toImage() != light


@pytest.mark.parametrize("token", ["warning", "danger", "running", "success", "info"])
def test_a_strip_says_a_sentence_and_its_buttons_act(theme: Theme, qtbot: QtBot, token: str) -> None:
    strip = Strip(theme)
    qtbot.addWidget(strip)
    assert strip.isHidden()
    pressed: list[str] = []
    two = [("Open", lambda: pressed.append("open")), ("Do", lambda: pressed.append("do"))]
    strip.show_message(token, "waits with <3> & more.", two, subject="Task")
    assert strip.text == "Task waits with <3> & more."
    buttons = [button for button in strip.findChildren(QPushButton) if button.isVisible()]
    for button in buttons:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed == ["open", "do"]
    strip.show_message(token, "Other.", [("Open", lambda: pressed.append("other"))])
    visible = next(button for button in strip.findChildren(QPushButton) if button.isVisible())
    QTest.mouseClick(visible, Qt.MouseButton.LeftButton)
    assert pressed[-1] == "other"
    strip.clear()
    assert strip.isHidden()
    assert strip.text == ""


def test_an_empty_state_leaves_out_what_it_is_not_given(theme: Theme, qtbot: QtBot) -> None:
    empty = EmptyState(theme)
    qtbot.addWidget(empty)
    empty.resize(700, 600)
    empty.show()
    empty.set_content("", "No changes", "The agent has changed nothing yet.")
    assert not empty.primary.isVisible()
    line = empty.findChild(CommandLine)
    assert line is not None and not line.isVisible()
    empty.set_content("branch", "No changes", "Nothing yet.", "Iterate", "amp-sessions iterate s")
    assert empty.primary.isVisible() and line.isVisible()
    copy = line.findChild(QToolButton)
    assert copy is not None
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "amp-sessions iterate s"
    with qtbot.waitSignal(empty.primary_clicked):
        QTest.mouseClick(empty.primary, Qt.MouseButton.LeftButton)


def test_no_sessions_shows_what_was_found(theme: Theme, qtbot: QtBot) -> None:
    first = NoSessions(theme)
    qtbot.addWidget(first)
    first.resize(900, 800)
    first.show()
    before = first.grab().toImage()
    first.set_found([("pass", "git", "2.43.0"), ("fail", "Amp", "not found")])
    first.set_cleaned(2)
    assert first.grab().toImage() != before
    theme.set_wish("dark")
    assert first.grab().toImage() != before


def test_found_amp_says_the_program_and_the_login(world: World) -> None:
    assert found_amp(world.ok("verify-amp", "--no-smoke", "--amp-path", "demo", "--json").json) == [
        ("pass", "Amp", "demo at demo"), ("pass", "Account", "Signed in as demo@example.invalid"),
    ]  # fmt: skip
    missing = world.cli("verify-amp", "--no-smoke", "--amp-path", "/nowhere/amp", "--json")
    ((status, name, words),) = found_amp(missing.json)
    assert (status, name) == ("fail", "Amp")
    assert "config set ampPath" in words


def test_chips_lose_words_from_the_calm_end(theme: Theme, qtbot: QtBot) -> None:
    chips = StatusChips(theme)
    qtbot.addWidget(chips)
    chips.set_counts(dict.fromkeys(SESSION_ORDER, 3))
    chips.show()
    seen: list[list[str]] = []
    for width in range(chips.wanted_width() + 20, 60, -10):
        chips.resize(width, 30)
        if not seen or seen[-1] != chips.words_shown():
            seen.append(chips.words_shown())
    assert seen[0] == list(SESSION_ORDER)
    assert seen[1:3] == [list(SESSION_ORDER[:4]), list(SESSION_ORDER[:3])]
    assert seen[-1] == []


def test_chips_say_everything_to_a_screen_reader(theme: Theme, qtbot: QtBot) -> None:
    chips = StatusChips(theme)
    qtbot.addWidget(chips)
    chips.set_counts({"error": 4})
    chip = chips.findChild(QPushButton, "chip-error")
    assert isinstance(chip, QPushButton)
    assert chip.accessibleName() == "Failed, 4"
    with qtbot.waitSignal(chips.chosen_changed) as caught:
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert caught.args == [frozenset({"error"})]
    chips.choose(frozenset())
    assert not chip.isChecked()
