"""The files that git has put together by itself: folded below those in conflict, and shown as the proof of what git
did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ampsm_gui.pages.conflicts.page import ConflictPage
from tests.gui.conflicts.conftest import TWO, Sides, numbered
from tests.gui.conftest import World

Make = Callable[[Sides], dict[str, Any]]
Open = Callable[[dict[str, Any]], ConflictPage]

BOTH = (numbered(30), numbered(30, l5="target"), numbered(30, l25="session"))
MERGED: Sides = {"a.txt": TWO, "both.txt": BOTH, "more & <b>.txt": BOTH}


def test_they_are_folded_below_and_can_be_looked_at(
    world: World, conflicted: Make, page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    made = page(conflicted(MERGED))
    side, stage = made.side, made.stage
    assert side.merged.isVisible() and side.merged.fold.text() == "Merged by git, 2"
    assert not side.merged.files.isVisible()
    side.merged.fold.click()
    assert side.merged.files.isVisible() and side.merged.files.y() > side.merged.fold.y()
    QTest.keyClick(side.merged.files, Qt.Key.Key_Down)
    QTest.keyClick(side.merged.files, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stage.stack.currentWidget() is stage.verify)
    assert stage.head.path.text() == "both.txt" and stage.head.position.text() == "merged by git"
    assert "Both do the same" in stage.verify._strip.text
    step = made.next_action()
    assert not side.files.currentIndex().isValid()
    assert step is not None and step.text() == "Open a.txt" and step.isEnabled(), "the way back"
    made.refresh()
    qtbot.waitUntil(lambda: not made.desktop.background.busy)
    assert stage.stack.currentWidget() is stage.verify, "what is looked at stays"
    side.files.setCurrentIndex(side.files.files.index(0, 0))
    qtbot.waitUntil(lambda: stage.stack.currentWidget() is stage.cards)
    assert made.shown_path() == "a.txt" and stage.head.path.text() == "a.txt"


def test_the_proof_of_another_file_does_not_come_in_its_place(conflicted: Make, page: Open, qtbot: QtBot) -> None:
    made = page(conflicted(MERGED))
    verify = made.stage.verify
    made.moves.show_view("verify")
    qtbot.waitUntil(lambda: "They differ" in verify._strip.text)
    made.questions.verify()  # not answered yet when one looks at something else
    made.moves.show_file("both.txt")
    qtbot.waitUntil(lambda: "Both do the same" in verify._strip.text)
    with qtbot.waitSignal(made.reading.file_read):
        made.refresh()
    qtbot.waitUntil(lambda: not made.desktop.background.busy)
    assert made.stage.head.path.text() == "both.txt" and "Both do the same" in verify._strip.text
    made.moves.show_file("a.txt")
    qtbot.waitUntil(lambda: "They differ" in verify._strip.text)


def test_a_small_window_has_them_in_the_field(conflicted: Make, page: Open, qtbot: QtBot) -> None:
    made = page(conflicted(MERGED))
    made.set_narrow(True)
    field = made.stage.head.files
    assert [field.itemData(at) for at in range(field.count())] == ["a.txt", "both.txt", "more & <b>.txt"]
    made.stage.head.file_chosen.emit("both.txt")
    qtbot.waitUntil(lambda: made.stage.stack.currentWidget() is made.stage.verify)
    assert field.currentData() == "both.txt"
    made.moves.toggle_panes()
    qtbot.waitUntil(lambda: made.stage.stack.currentWidget() is made.stage.panes)
    assert field.currentData() == "a.txt"


def test_without_any_nothing_is_said(conflicted: Make, page: Open) -> None:
    assert not page(conflicted({"a.txt": TWO})).side.merged.isVisible()
