"""Badge, chips and the window without sessions: what they say, and that they follow the theme."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ampsm_gui.look.status import SESSION_ORDER, session_look
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.sessions.no_sessions import NoSessions, found_amp
from ampsm_gui.widgets.sessions.status_badge import StatusBadge
from ampsm_gui.widgets.sessions.status_chips import StatusChips
from tests.support.world import World


def test_a_badge_says_its_status_and_takes_no_room_without_one(theme: Theme, qtbot: QtBot) -> None:
    badge = StatusBadge(theme)
    qtbot.addWidget(badge)
    assert badge.sizeHint().width() == 0
    badge.set_look(session_look("awaiting-input"))
    assert badge.accessibleName() == "Needs you"
    assert badge.sizeHint().width() > badge.sizeHint().height()
    badge.resize(badge.sizeHint())
    light = badge.grab().toImage()
    theme.set_preference("dark")
    assert badge.grab().toImage() != light


def test_no_sessions_shows_what_was_found(theme: Theme, qtbot: QtBot) -> None:
    first = NoSessions(theme)
    qtbot.addWidget(first)
    first.resize(900, 800)
    first.show()
    before = first.grab().toImage()
    first.set_found([("pass", "git", "2.43.0"), ("fail", "Amp", "not found")])
    first.set_cleaned(2)
    assert first.grab().toImage() != before
    theme.set_preference("dark")
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
    buttons = {status: chips.findChild(QPushButton, f"chip-{status}") for status in SESSION_ORDER}
    for width in range(chips.sizeHint().width() + 20, 60, -10):
        chips.resize(width, 30)
        with_words = [status for status, chip in buttons.items() if chip and session_look(status).word in chip.text()]
        if not seen or seen[-1] != with_words:
            seen.append(with_words)
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
