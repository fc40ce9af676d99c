"""What of the wizard has to be seen, whatever room there is: its buttons, and the commits in its steps and heads."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from ampsm.model.conflicts import ConflictSide
from ampsm_gui.dialogs.merge_wizard.foot import WizardFoot
from ampsm_gui.dialogs.merge_wizard.placement import inside, wanted_size
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard
from ampsm_gui.look.status import check_look
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.conflicts.kind_view import KindView
from ampsm_gui.widgets.conflicts.side_pane import SideHead
from ampsm_gui.widgets.merge.checks_list import CheckRow, ChecksList, Cure
from ampsm_gui.widgets.merge.step_fact import fact_lines
from tests.gui.conftest import World
from tests.gui.shown import Shown
from tests.gui.test_geometry import letters

__all__ = ["letters"]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

COMMIT = "66ab0f1"


@pytest.mark.parametrize("branch", ["main", "release/2026-the-one-with-a-very-long-name"])
@pytest.mark.parametrize("room", [60, 108, 400])
def test_the_commit_of_a_step_is_never_cut(theme: Theme, branch: str, room: int) -> None:
    metrics = QFontMetrics(theme.font("small"))
    lines = fact_lines(f"onto {branch} {COMMIT}", metrics, theme.px(room))
    assert 1 <= len(lines) <= 2 and lines[-1].endswith(COMMIT)
    assert all(
        metrics.horizontalAdvance(line) <= max(theme.px(room), metrics.horizontalAdvance(COMMIT)) for line in lines
    )


def test_a_fact_of_words_takes_two_lines_before_it_is_cut(theme: Theme) -> None:
    metrics = QFontMetrics(theme.font("small"))
    room = metrics.horizontalAdvance("main goes for")
    assert fact_lines("main goes forward", metrics, room) == ["main goes", "forward"]
    cut = fact_lines("echo one; echo two; echo three; echo four", metrics, room)
    assert len(cut) == 2 and cut[1].endswith("…")


def test_a_long_name_leaves_the_commit_of_a_side(theme: Theme, qtbot: QtBot) -> None:
    """It is painted the same, whatever stands before the commit is cut."""
    head = SideHead(theme, "Session")
    qtbot.addWidget(head)
    head.resize(theme.px(330), head.sizeHint().height())
    name = "Answer the search from an index of trigrams that is kept up to date while products change"
    pictures = []
    for commit in (COMMIT, "0000000"):
        head.show_side(ConflictSide(label=name, ref="amp/x", commit=commit * 5 + "00000", subject="Index"))
        pictures.append(head.grab().toImage())
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize("width", [1300, 700, 460])
def test_no_word_of_a_check_is_cut_for_the_sake_of_its_buttons(theme: Theme, qtbot: QtBot, width: int) -> None:
    """They stand below it where there is no room beside it."""
    checks = ChecksList(theme)
    qtbot.addWidget(checks)
    said = "/home/somebody/projects/shop has local changes where the merge would write: src/settings.py"
    cures = tuple(Cure(words, words) for words in ("Show", "Open checkout", "Copy command"))
    look = check_look("fail")
    checks.show_checks([CheckRow(name, "Target checkout", said, look, cures, said) for name in ("one", "two")])
    checks.resize(width, 400)
    checks.show()
    qtbot.waitExposed(checks)
    metrics = QFontMetrics(theme.font("body"))
    room, places = checks.columnWidth(1), checks.places()
    for row, place in enumerate(places):
        top = checks.rowViewportPosition(row)
        assert "".join(place.lines).replace(" ", "") == said.replace(" ", "")
        assert all(metrics.horizontalAdvance(line) <= room for line in place.lines)
        for button in checks.buttons()[3 * row : 3 * row + 3]:
            at = QRect(button.mapTo(checks.viewport(), QPoint()), button.size())
            assert top < at.top() and at.bottom() < top + checks.rowHeight(row)
            assert place.beside == (at.top() < top + place.words), (at, place)
            assert at.right() <= checks.columnWidth(0) + room
    assert [place.beside for place in places] == [width == 1300] * 2 and checks.sizeHint().height() == sum(
        place.high for place in places
    )


WIDE, HIGH = QSize(1920, 1000), QSize(420, 200)


@pytest.mark.parametrize(
    ("window", "least", "screen", "found"),
    [
        (QSize(1200, 760), HIGH, WIDE, "as designed"),
        (QSize(500, 360), HIGH, WIDE, "fills"),
        (QSize(500, 300), QSize(600, 400), WIDE, QSize(600, 400)),
        (QSize(500, 300), QSize(600, 400), QSize(560, 380), QSize(560, 380)),
    ],
)
def test_how_large_it_is(theme: Theme, window: QSize, least: QSize, screen: QSize, found: object) -> None:
    size = wanted_size(theme, window, least, screen)
    if found == "as designed":
        assert size.width() == max(1000, theme.px(1000)) or size.width() == window.width()
    elif found == "fills":
        assert size == QSize(window.width(), window.height() - theme.px(32))
    else:
        assert size == found


@pytest.mark.parametrize("corner", [QPoint(-300, -50), QPoint(100, 100), QPoint(1800, 950)])
def test_all_of_it_is_on_the_screen(corner: QPoint) -> None:
    screen = QRect(0, 30, 1920, 1050)
    assert screen.contains(inside(screen, QRect(corner, QSize(1000, 640))))
    assert inside(screen, QRect(corner, QSize(2000, 1200))).topLeft() == screen.topLeft()


def test_its_buttons_are_there_in_a_small_window_with_large_letters(
    shown: Shown, world: World, letters: object
) -> None:
    """Also at conflicts, whose page needs more height than there is."""
    world.use(edits={"one.txt": "1\n"})
    repo = world.make_repo()
    session = world.new(repo, "Login page")
    world.iterate(session)
    world.commit(Path(repo), {"one.txt": "other\n"}, "Conflicts")
    world.cli("merge", session["id"], "--message", "m")
    letters(1.5)  # type: ignore[operator]
    shown.window.resize(800, 500)
    shown.show(session)
    shown.action("mergeAction").trigger()
    [wizard] = shown.window.findChildren(MergeWizard)
    shown.until(lambda: wizard.conflicts.page is not None and wizard.frame.foot.go_on.isVisible())
    wizard.grab()
    foot = wizard.frame.foot
    room = shown.window.screen().availableGeometry()
    assert wizard.height() <= 500 and room.adjusted(0, 0, 2, 0).contains(wizard.geometry())
    assert wizard.rect().contains(QRect(foot.mapTo(wizard, QPoint()), foot.size()))
    for button in (foot.abort_button, foot.close_button, foot.go_on):
        assert foot.rect().contains(button.geometry()), button.text()
    wizard.close()


@pytest.mark.session("Login page")
def test_it_follows_a_window_that_is_not_yet_where_it_stays(shown: Shown, session: dict[str, Any]) -> None:
    """As both are new when the wizard is asked for at the command line."""
    shown.show(session)
    wizard = shown.actions.show_wizard(session["id"])
    shown.window.resize(640, 400)
    shown.window.move(100, 200)

    def apart() -> int:
        return (wizard.geometry().center() - shown.window.geometry().center()).manhattanLength()

    shown.until(lambda: apart() < 8 and wizard.width() == shown.window.width())
    wizard.close()


def test_a_long_file_scrolls_by_itself(shown: Shown, world: World) -> None:
    """Not the page with it: what stands above and beside the file stays in sight."""
    world.use(edits={"one.txt": "1\n" * 400})
    repo = world.make_repo()
    session = world.new(repo, "Login page")
    world.iterate(session)
    world.commit(Path(repo), {"one.txt": "other\n"}, "Conflicts")
    world.cli("merge", session["id"], "--message", "m")
    world.ok("resolve", session["id"], "one.txt", "--take", "session", "--done")
    shown.show(session)
    shown.action("mergeAction").trigger()
    [wizard] = shown.window.findChildren(MergeWizard)
    shown.until(lambda: wizard.conflicts.page is not None and wizard.findChild(KindView) is not None)
    kind = wizard.findChild(KindView)
    assert kind is not None
    shown.until(lambda: kind.isVisible() and not kind.text.isHidden())
    area = wizard.frame.pages.currentWidget()
    assert isinstance(area, QScrollArea)
    shown.until(lambda: area.verticalScrollBar().maximum() == 0)  # once everything in it has its place
    wizard.close()


@pytest.mark.parametrize("room", [533, 620, 800])
def test_long_words_of_its_buttons_are_cut_by_itself(theme: Theme, qtbot: QtBot, room: int) -> None:
    """533 is a screen of 800 px at 150 %. The middle of what goes on is left out and told in its tooltip, and what
    copies becomes a picture before."""
    foot = WizardFoot(theme)
    qtbot.addWidget(foot)
    words = "Resolve and open locale_of_the_whole_application.py"
    foot.show_abort("merge", "puts the branch back to 66ab0f1", enabled=True)
    foot.show_primary(words, enabled=True)
    assert foot.minimumSizeHint().width() <= room
    foot.resize(room, foot.sizeHint().height())
    foot.show()
    qtbot.waitExposed(foot)
    foot.grab()
    row = [foot.abort_button, foot.copy, foot.close_button, foot.go_on]
    for left, right in pairwise(row):
        assert left.geometry().right() < right.geometry().left()
    assert all(foot.rect().contains(button.geometry()) for button in row)
    for whole in (foot.abort_button, foot.close_button):
        assert whole.width() >= whole.sizeHint().width(), whole.text()
    shown = foot.go_on.shown_words()
    assert foot.go_on.text() == words and (shown == words or "…" in shown[4:-4])
    assert (words in foot.go_on.toolTip()) == (shown != words)
    assert not foot.copy.text() or foot.copy.width() >= foot.copy.sizeHint().width()
    assert foot.copy.text() == ("Copy command" if shown == words and room == 800 else "")
    assert foot.copy.accessibleName() == "Copy command"
    foot.copied("amp-sessions merge x")
    assert foot.copy.accessibleName() == "Copied"


def test_it_needs_no_more_than_a_small_screen_with_large_letters_has(shown: Shown, world: World) -> None:
    """800×500 at 150 %, before a merge and at conflicts."""
    world.use(edits={"one_with_a_name_that_is_far_too_long_for_a_button.txt": "1\n"})
    repo = world.make_repo()
    session = world.new(repo, "Login page")
    world.iterate(session)
    world.commit(Path(repo), {"one_with_a_name_that_is_far_too_long_for_a_button.txt": "other\n"}, "Conflicts")
    shown.show(session)
    shown.action("mergeAction").trigger()
    [wizard] = shown.window.findChildren(MergeWizard)
    shown.until(wizard.frame.foot.go_on.isEnabled)
    assert wizard.minimumSizeHint().boundedTo(QSize(533, 301)) == wizard.minimumSizeHint()
    world.cli("merge", session["id"], "--message", "m")
    shown.until(lambda: wizard.conflicts.page is not None and wizard.frame.foot.go_on.isVisible())
    wizard.resize(533, 301)
    wizard.grab()
    assert wizard.minimumSizeHint().boundedTo(QSize(533, 301)) == wizard.minimumSizeHint()
    foot = wizard.frame.foot
    for button in (foot.abort_button, foot.copy, foot.close_button, foot.go_on):
        assert foot.rect().contains(button.geometry()), button.text()
    wizard.close()
