"""Who has the focus is seen, and keys do the same everywhere: in every view of the window, on every tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QListView, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from ampsm_gui.look.theme import Theme
from ampsm_gui.pages.tab import TabName
from ampsm_gui.pages.window.main_window import MainWindow
from ampsm_gui.widgets.diff.canvas import DiffCanvas
from ampsm_gui.widgets.focus_ring import FocusRing
from ampsm_gui.widgets.plots.plot import Plot
from tests.gui.conftest import World

SHORTCUT, CLICK = Qt.FocusReason.ShortcutFocusReason, Qt.FocusReason.MouseFocusReason
LINES = "".join(f"line {number}\n" for number in range(200))


@pytest.fixture
def session(world: World, kept: Callable[..., Any]) -> Any:
    """One that has something to show on every tab, beside another one."""
    return kept("something on every tab", lambda: _something(world))


def _something(world: World) -> dict[str, Any]:
    tools = [{"name": "Read", "input": {"path": f"{number}.txt"}, "result": "text"} for number in range(30)]
    world.use(runs=[{"edits": {"a/one.txt": LINES, "two.txt": "2\n"}, "tools": tools}, {"edits": {"b.txt": "b\n"}}])
    repo = world.make_repo()
    world.new(repo, "Other")
    session = world.new(repo, "Worked")
    world.iterate(session)
    world.iterate(session)
    return session


@pytest.fixture
def made(window: Callable[..., MainWindow], session: dict[str, Any], qtbot: QtBot) -> MainWindow:
    """Its window."""
    found = window(session=session["id"])
    qtbot.waitUntil(lambda: found.session_page._view is not None and found.sessions._model.rowCount() == 2)
    found.activateWindow()
    qtbot.waitUntil(found.isActiveWindow)
    return found


def tabs(made: MainWindow, qtbot: QtBot) -> Iterator[TabName]:
    """Each tab in front, with what it shows."""
    for name in TabName:
        made.session_page.show_tab(name)
        qtbot.waitUntil(lambda: not made.desktop.background.busy)
        qtbot.wait(50)
        yield name


def focusable(made: MainWindow) -> list[QWidget]:
    """What the keys can reach now."""
    return [
        found
        for found in made.findChildren(QWidget)
        if found.isVisible() and found.isEnabled() and found.window() is made and found.focusProxy() is None
        and found.focusPolicy() & Qt.FocusPolicy.TabFocus and min(found.width(), found.height()) > 1
    ]  # fmt: skip


def views(made: MainWindow) -> list[QWidget]:
    """Those that paint themselves."""
    return [found for found in focusable(made) if isinstance(found, QAbstractItemView | DiffCanvas | Plot)]


def nowhere() -> None:
    focus = QApplication.focusWidget()
    if focus is not None:
        focus.clearFocus()


def seen(widget: QWidget) -> QImage:
    QApplication.processEvents()
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def share(image: QImage, color: str) -> int:
    """How many pixels of a coarse raster have a colour."""
    wanted = int(color.removeprefix("#"), 16) | 0xFF000000
    return sum(image.pixel(x, y) == wanted for y in range(0, image.height(), 3) for x in range(0, image.width(), 7))


def test_who_came_to_the_focus_by_keys_is_seen(made: MainWindow, qtbot: QtBot) -> None:
    unseen = set()
    for name in tabs(made, qtbot):
        for widget in focusable(made):
            nowhere()
            before = seen(widget)
            widget.setFocus(SHORTCUT)
            if widget.hasFocus() and seen(widget) == before:
                unseen.add(f"{name}: {type(widget).__name__} {widget.objectName()}")
    assert unseen == set()


def test_the_ring_goes_at_a_click_and_comes_at_a_key(made: MainWindow, qtbot: QtBot) -> None:
    walked = set()
    for _ in tabs(made, qtbot):
        for view in views(made):
            (ring,) = view.findChildren(FocusRing, options=Qt.FindChildOption.FindDirectChildrenOnly)
            walked.add(type(view).__name__)
            target = view.viewport() if isinstance(view, QAbstractScrollArea) else view
            shown = [False] * 4
            view.setFocus(SHORTCUT)
            shown[0] = ring.shown
            QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(target.width() - 3, target.height() - 3))
            shown[1] = ring.shown
            QTest.keyClick(view, Qt.Key.Key_Left)
            shown[2] = ring.shown
            nowhere()
            shown[3] = ring.shown
            assert shown == [True, False, True, False], view
    assert walked >= {"SessionList", "ConsoleView", "_Tree", "DiffView", "DataTable", "BarPlot", "StepPlot"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_selection_without_the_focus_is_grey(made: MainWindow, qtbot: QtBot, scheme: str) -> None:
    theme = made.desktop.theme
    theme.set_preference(scheme)
    active, inactive = (theme.color(f"selection.{name}").name() for name in ("active", "inactive"))
    walked = set()
    for _ in tabs(made, qtbot):
        for view in views(made):
            if not isinstance(view, QAbstractItemView) or not view.model().rowCount():
                continue
            walked.add(type(view).__name__)
            view.setFocus(CLICK)
            for key in (Qt.Key.Key_End, Qt.Key.Key_Home):
                QTest.keyClick(view, key)
            assert view.selectionModel().hasSelection(), view
            image = seen(view)
            assert share(image, active) and not share(image, inactive), view
            nowhere()
            image = seen(view)
            assert share(image, inactive) and not share(image, active), view
    assert walked >= {"SessionList", "ConsoleView", "_Tree", "DataTable"}


def test_home_end_and_pages_work_in_every_view(made: MainWindow, qtbot: QtBot) -> None:
    for _ in tabs(made, qtbot):
        for view in views(made):
            place = _place(view)
            if place is None:
                continue
            view.setFocus(SHORTCUT)
            for modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
                QTest.keyClick(view, Qt.Key.Key_End, modifiers)
                assert place() == (1, False), view
                QTest.keyClick(view, Qt.Key.Key_Home, modifiers)
                assert place() == (0, False), view
            if isinstance(view, Plot):
                continue
            QTest.keyClick(view, Qt.Key.Key_PageDown)
            assert place() != (0, False), view
            for _ in range(40):
                QTest.keyClick(view, Qt.Key.Key_PageDown)
            assert place() == (1, False), view
            for _ in range(40):
                QTest.keyClick(view, Qt.Key.Key_PageUp)
            assert place() == (0, False), view


def _place(view: QWidget) -> Callable[[], tuple[float, bool]] | None:
    """Where the current row, the scroll bar or the chosen iteration is, 0 at the beginning and 1 at the end; None where
    there is only one place. And whether that is out of sight."""
    if isinstance(view, Plot):
        last = len(view.numbers) - 1
        return None if last < 1 else lambda: (view.numbers.index(view.number) / last, False)  # type: ignore[arg-type]
    if isinstance(view, DiffCanvas):
        bar = view.verticalScrollBar()
        return None if not bar.maximum() else lambda: (bar.value() / bar.maximum(), False)
    assert isinstance(view, QAbstractItemView)

    def at() -> tuple[float, bool]:
        index = view.currentIndex()
        hidden = not view.viewport().rect().intersects(view.visualRect(index))
        above = view.indexAbove(index) if hasattr(view, "indexAbove") else index.sibling(index.row() - 1, 0)
        below = view.indexBelow(index) if hasattr(view, "indexBelow") else index.sibling(index.row() + 1, 0)
        return (0 if not above.isValid() else 1 if not below.isValid() else 0.5), hidden

    return at if view.model().rowCount() > 1 else None


def test_tab_goes_around_the_window_as_one_reads(made: MainWindow, qtbot: QtBot) -> None:
    for name in tabs(made, qtbot):
        first, walked = made.sessions.head.field, list[QWidget]()
        first.setFocus()
        while not walked or now() is not first:
            walked.append(now())
            QTest.keyClick(now(), Qt.Key.Key_Tab)
            assert len(walked) < 100
        assert set(walked) == set(focusable(made)), name
        page = made.session_page
        around: list[QWidget] = [first, made.sessions.table, page.header.button, page.tabs.tabBar()]
        around += [found for pane in page.panes() if (found := pane.focusProxy() or pane).isVisible()]
        places = [walked.index(widget) for widget in around if widget.isEnabled()]
        assert places == sorted(places), name
        head = [place for place, found in enumerate(walked) if page.header.isAncestorOf(found)]
        assert head == list(range(head[0], head[0] + len(head))), name
        for widget in reversed(walked):
            QTest.keyClick(now(), Qt.Key.Key_Backtab)
            assert now() is widget, name


def now() -> QWidget:
    focus = QApplication.focusWidget()
    assert focus is not None
    return focus


def test_f6_goes_through_the_panes_from_wherever_it_is_pressed(made: MainWindow, qtbot: QtBot) -> None:
    for _ in tabs(made, qtbot):
        panes = [pane for pane in [made.sessions.table, *made.session_page.panes()] if pane.isVisible()]
        assert len(panes) >= 3
        made.sessions.table.setFocus()
        for pane in [*panes[1:], panes[0]]:
            QTest.keyClick(made, Qt.Key.Key_F6)
            assert pane.hasFocus(), pane
        for pane in reversed(panes):
            QTest.keyClick(made, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
            assert pane.hasFocus(), pane
    first = made.session_page.panes()[0]
    for beside, before, after in _buttons(made, first):
        beside.setFocus()
        assert beside.hasFocus(), beside
        QTest.keyClick(made, Qt.Key.Key_F6)
        assert after.hasFocus(), beside
        beside.setFocus()
        QTest.keyClick(made, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
        assert before.hasFocus(), beside


def test_keys_stay_on_the_tabs_when_another_one_is_clicked(made: MainWindow, qtbot: QtBot) -> None:
    tabs_of_session = made.session_page.tabs
    tabs_of_session.show_tab(TabName.CONSOLE)
    bar = tabs_of_session.tabBar()
    for number in (*range(1, len(TabName)), *range(len(TabName))):  # each when it is made, and once more
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(number).center())
        qtbot.waitUntil(lambda: not made.desktop.background.busy)
        focus = QApplication.focusWidget()
        assert focus is not None and made.session_page.tabs.current_tab().isAncestorOf(focus), number


def test_keys_go_to_the_list_when_what_they_were_in_is_hidden(made: MainWindow) -> None:
    made.session_page.focus_notes()
    made.set_mode("table")
    assert QApplication.focusWidget() is made.sessions.table
    made.set_mode("list")
    made.sessions.focus_filter()
    made.set_mode("rail")
    assert QApplication.focusWidget() is made.sessions.table
    made.session_page.focus_notes()
    made.set_mode("list")
    assert QApplication.focusWidget() is made.session_page.notes.text


def _buttons(made: MainWindow, first: QWidget) -> list[tuple[QWidget, QWidget, QWidget]]:
    """A button or field beside the panes, and the panes before and after it."""
    head = next(found for found in focusable(made) if found.parent() is made.sessions.head.chips)
    notes = made.session_page.notes.text
    above: Any = next(found for found in focusable(made) if made.session_page.header.isAncestorOf(found))
    assert isinstance(notes, QTextEdit | QWidget)
    return [(head, notes, made.sessions.table), (above, made.sessions.table, first)]


def test_a_ring_outlives_what_python_lets_go_of(theme: Theme, qtbot: QtBot) -> None:
    """A view that is collected as garbage is still told that it loses the focus, when its ring has nothing left."""
    view = QListView()
    qtbot.addWidget(view)
    view.show()
    ring = FocusRing(theme, view)
    vars(ring).clear()
    for event in (QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason), QFocusEvent(QEvent.Type.FocusOut)):
        assert not ring.eventFilter(view, event)
    assert not ring.shown
