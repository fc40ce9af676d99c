"""Strip and empty state: what they say, and what a click does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.flow import FlowRow
from ampsm_gui.widgets.messages.empty_state import CommandToCopy, EmptyState
from ampsm_gui.widgets.messages.strip import Strip


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


def test_keys_stay_with_a_strip_whose_buttons_change_and_go_where_it_says(theme: Theme, qtbot: QtBot) -> None:
    """Never to what comes next by chance: it may be a button that gives everything up."""
    window = QWidget()
    qtbot.addWidget(window)
    column, page, strip, danger = QVBoxLayout(window), QLineEdit(), Strip(theme), QPushButton("Abort")
    for widget in (page, strip, danger):
        column.addWidget(widget)
    strip.give_keys = page.setFocus
    window.resize(theme.px(700), theme.px(200))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    strip.show_message("info", "A proposal.", [("Take", print), ("Compare", print), ("Take one", print)])
    strip.findChildren(QPushButton)[1].setFocus()
    strip.show_message("info", "A proposal.", [("Take", print), ("Back", print)])
    assert [button.text() for button in strip.findChildren(QPushButton) if button.hasFocus()] == ["Back"]
    strip.show_message("info", "Nothing to press.")
    assert page.hasFocus()
    strip.show_message("info", "Again.", [("Dismiss", print)])
    assert page.hasFocus(), "a new button takes no keys"
    next(button for button in strip.findChildren(QPushButton) if button.text() == "Dismiss").setFocus()
    strip.clear()
    assert page.hasFocus() and not danger.hasFocus()


def test_a_flow_row_has_no_room_for_a_button_that_went(theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row, flow = QHBoxLayout(window), FlowRow(theme)
    row.addStretch(1)
    row.addWidget(flow)
    buttons = [QPushButton(words) for words in ("One", "Two", "Three")]
    for button in buttons:
        flow.add(button)
    window.resize(theme.px(600), theme.px(60))
    window.show()
    right = flow.geometry().right()
    buttons[-1].hide()
    qtbot.waitUntil(lambda: flow.width() <= flow.width_in_one_row())
    assert flow.geometry().right() == right and buttons[1].geometry().right() > flow.width() - theme.px(10)


def test_an_empty_state_leaves_out_what_it_is_not_given(theme: Theme, qtbot: QtBot) -> None:
    empty = EmptyState(theme)
    qtbot.addWidget(empty)
    empty.resize(700, 600)
    empty.show()
    empty.set_content("", "No changes", "The agent has changed nothing yet.")
    assert not empty.primary.isVisible()
    line = empty.findChild(CommandToCopy)
    assert line is not None and not line.isVisible()
    empty.set_content("branch", "No changes", "Nothing yet.", "Iterate", "amp-sessions iterate s")
    assert empty.primary.isVisible() and line.isVisible()
    copy = line.findChild(QToolButton)
    assert copy is not None
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "amp-sessions iterate s"
    with qtbot.waitSignal(empty.primary_clicked):
        QTest.mouseClick(empty.primary, Qt.MouseButton.LeftButton)
