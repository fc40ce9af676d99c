"""Menus and tool bar: every action stands in a menu, with its keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QMainWindow,
    QMenu,
    QMessageBox,
    QTextBrowser,
    QToolBar,
    QVBoxLayout,
)

from ampsm import __version__
from ampsm_gui.pages.actions.session_actions import SessionActions
from ampsm_gui.pages.window.actions import WindowActions
from ampsm_gui.widgets.enter_key import Dialog

#: Keys that act in lists and views only, so no menu can own them.
_VIEW_KEYS = (
    ("/", "filter sessions"),
    ("j k", "move"),
    ("Enter", "open"),
    ("o c", "sessions: open the worktree, copy the branch"),
    ("Esc", "leave the field, the search, the dialog"),
    ("Home End, Page Up, Page Down", "the first and the last row, a page up and down"),
    ("Space, Shift+Space", "console: fold, fold all of its kind"),
    ("f t r", "console: follow the tail, thinking, the agent's own lines"),
    ("Shift+R, c", "console: one result as Amp gave it, copy the row"),
    ("r", "tool calls: one call as Amp gave it"),
    ("n p", "changes: next and previous change"),
    ("] [", "changes: next and previous file"),
    ("s w v", "changes: side by side, white space, viewed"),
)


def fill_tool_bar(bar: QToolBar, actions: SessionActions) -> None:
    """New session; work on the session; finishing it; taking back and putting away."""
    groups = (
        ("newSessionAction",),
        ("iterateAction", "stopAction", "runTestsAction"),
        ("squashAction", "rebaseAction", "mergeAction"),
        ("undoAction", "cleanupAction", "restoreAction"),
    )
    for names in groups:
        if bar.actions():
            bar.addSeparator()
        bar.addActions([actions.action(name) for name in names])


def fill_menus(window: QMainWindow, mine: WindowActions, actions: SessionActions, tabs: Sequence[QAction]) -> None:
    """File, Session, Merge, View, Go, Help."""
    bar = window.menuBar()
    _add(bar.addMenu("&File"), actions, "newSessionAction", None, mine.close, mine.quit)
    _add(
        bar.addMenu("&Session"), actions, "iterateAction", "stopAction", "runTestsAction", None, "copyBranchAction",
        "openEditorAction", "openTerminalAction", "openFolderAction", None, "restoreAction", "cleanupAction",
    )  # fmt: skip
    _add(bar.addMenu("&Merge"), actions, "squashAction", "rebaseAction", "mergeAction", None,
         "continueMergeAction", "abortMergeAction", None, "undoAction")  # fmt: skip
    view = bar.addMenu("&View")
    _add(view, actions, mine.rail, mine.table, None)
    view.addMenu("Theme").addActions(mine.themes.actions())
    _add(
        bar.addMenu("&Go"),
        actions,
        mine.filter,
        mine.find,
        mine.notes,
        None,
        *tabs,
        None,
        mine.next_pane,
        mine.previous_pane,
    )
    _add(bar.addMenu("&Help"), actions, mine.shortcuts, mine.check_amp, None, mine.about)


def show_shortcuts(window: QMainWindow) -> None:
    """All keys in one dialog, read from the actions themselves."""
    rows = [
        (action.shortcut().toString(QKeySequence.SequenceFormat.NativeText), action.text().replace("&", ""))
        for action in window.findChildren(QAction)
        if not action.shortcut().isEmpty() and action.text()
    ]
    lines = "".join(
        f"<tr><td style='padding:2px 24px 2px 0'><b>{keys}</b></td><td>{words}</td></tr>"
        for keys, words in [*rows, *_VIEW_KEYS]
    )
    dialog = Dialog(window)
    dialog.setWindowTitle("Keyboard Shortcuts")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    text = QTextBrowser()
    text.setHtml(f"<table>{lines}</table>")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(text)
    layout.addWidget(buttons)
    dialog.resize(480, 560)
    dialog.open()


def show_about(window: QMainWindow) -> None:
    """Version, licence and what the program is."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About")
    box.setText(f"<b>Amp Session Conductor {__version__}</b>")
    box.setInformativeText(
        "Every task you give the Amp coding agent becomes an isolated, reviewable Git branch. MIT licence."
    )
    box.open()


def _add(menu: QMenu, actions: SessionActions, *items: QAction | str | None) -> None:
    """Actions, or names of those on the session; None for a separator."""
    for item in items:
        if item is None:
            menu.addSeparator()
        else:
            menu.addAction(actions.action(item) if isinstance(item, str) else item)
