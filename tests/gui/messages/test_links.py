"""Links in what an agent wrote: a click opens nothing but says where one leads; then a web page can be opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from ampsm.journal.codec import decode
from ampsm_gui import grab
from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.pages.tab import TabName
from ampsm_gui.pages.window.main_window import MainWindow
from ampsm_gui.widgets.console.view import ConsoleView
from ampsm_gui.widgets.links import add_link, can_be_opened
from tests.support.world import World

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # menus without a screen

WEB = "https://example.com/a?b=1&c=2"
LINKS = f"[the manual]({WEB})\n\n[the notes](file:///etc/passwd)"


class Browser(QObject):
    """What is opened goes here instead of to a program."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def go(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    for scheme in ("http", "https", "file", "mailto"):
        QDesktopServices.setUrlHandler(scheme, made, "go")  # type: ignore[arg-type, unused-ignore]
    yield made
    for scheme in ("http", "https", "file", "mailto"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def told(world: World, window: Callable[..., MainWindow]) -> MainWindow:
    """A window on a session whose agent ended with links."""
    world.use(text=LINKS, tools=[])
    session: dict[str, Any] = world.new(world.make_repo())
    world.iterate(session)
    found = window(session["id"])
    grab._settle(found)
    return found


def chosen(window: MainWindow, words: str) -> list[str]:
    """What the menu that is open offers; one of it is chosen."""
    menu = next(menu for menu in window.findChildren(QMenu) if menu.isVisible())
    offered = [action.text() for action in menu.actions()]
    next(action for action in menu.actions() if action.text().startswith(words)).trigger()
    menu.close()
    return offered


def test_a_click_in_the_console_shows_the_target_first(told: MainWindow, browser: Browser) -> None:
    view = told.findChild(ConsoleView)
    assert view is not None
    rows = [row for row in range(view.model().rowCount()) if view._rows.place(row).entry is not None]
    index = next(index for row in rows if "the manual" in str((index := view.model().index(row, 0)).data()))
    place, rect = view._rows.place(index.row()), view.visualRect(index)
    at = view.delegate.layout.text_place(place, rect).toPoint() + QPoint(6, 8)
    QTest.mouseMove(view.viewport(), at)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert browser.opened == []
    assert chosen(told, "Open") == [f"Open {WEB}".replace("&", "&&"), "Copy link"]
    assert browser.opened == [WEB]
    assert view.delegate.layout.written_links(place, rect) == [WEB, "file:///etc/passwd"]
    view._tell("")
    QTest.mouseMove(view.viewport(), at + QPoint(3, 0))
    assert told.statusBar().currentMessage() == WEB
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert told.statusBar().currentMessage() == ""


def test_a_click_in_the_history_does_too(told: MainWindow, browser: Browser, qtbot: QtBot) -> None:
    told.session_page.show_tab(TabName.HISTORY)
    grab._settle(told)
    text = next(found for found in told.findChildren(QTextBrowser) if "the notes" in found.toPlainText())
    text.anchorClicked.emit(QUrl("file:///etc/passwd"))
    assert chosen(told, "Copy") == ["Copy file:///etc/passwd"]
    assert browser.opened == [] and QGuiApplication.clipboard().text() == "file:///etc/passwd"
    text.highlighted.emit(QUrl(WEB))
    assert told.statusBar().currentMessage() == WEB


@pytest.mark.parametrize(
    "link",
    [
        "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "mailto:a@example.com", "notes.md", "//x/y",
        "https://example.com@evil.example/", f"https://{'a.' * 60}example/", "https:///x", "ssh://host/", "",
    ],
)  # fmt: skip
def test_what_is_no_plain_page_of_the_web_can_only_be_copied(qtbot: QtBot, browser: Browser, link: str) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = QMenu(parent)
    add_link(menu, link)
    assert not can_be_opened(link) and [action.text()[:5] for action in menu.actions()] == ["Copy "]


def test_a_target_in_other_letters_or_turned_is_told_as_it_is_asked_for(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    for link, said in (
        ("https://аpple.com/x", "Open https://xn--pple-43d.com/x"),
        ("https://e.example/\u202egnp.exe", "Open https://e.example/%E2%80%AEgnp.exe"),
        ("https://e.example/" + "x" * 500, "Open https://e.example/" + "x" * 141 + "…"),
    ):
        menu = QMenu(parent)
        add_link(menu, link)
        assert menu.actions()[0].text() == said


def test_a_copied_command_is_the_one_that_is_shown() -> None:
    hidden = "echo ok \x1b]0;; rm -rf ~ #\x07\x1b[8m; false\x1b[0m \u202e#"
    line = b'{"v":1,"seq":1,"at":"2026-01-01T00:00:00Z","type":"tool_started","id":"t","tool":"Bash","args":'
    entry = ConsoleEntry(0, decode(line + json.dumps({"cmd": hidden}).encode() + b"}"), b"")
    assert entry.command() == "echo ok ; false #" and entry.summary() == entry.command()
