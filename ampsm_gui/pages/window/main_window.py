"""The main window: sessions at the left, the chosen one at the right, menus, tool bar and status bar around them."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QToolBar, QToolButton

from ampsm.context import Context
from ampsm_gui.desktop import Desktop
from ampsm_gui.pages.actions.session_actions import SessionActions
from ampsm_gui.pages.session.page import SessionPage
from ampsm_gui.pages.sessions.pane import SessionsPane
from ampsm_gui.pages.tab import TabName
from ampsm_gui.pages.window import state as window_state
from ampsm_gui.pages.window.actions import WindowActions
from ampsm_gui.pages.window.menus import fill_menus, fill_tool_bar, show_about, show_shortcuts
from ampsm_gui.pages.window.panes import ROOMY_FROM, WindowPanes, next_pane
from ampsm_gui.pages.window.status import WindowStatus, amp_words
from ampsm_gui.pages.window.tab_order import tab_neighbour
from ampsm_gui.runtime.background import ignore
from ampsm_gui.runtime.command import CommandError, RunningCommand
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.enter_key import press_focused
from ampsm_gui.widgets.folder_drop import FolderDrop
from ampsm_gui.widgets.grey import set_grey

_LIST_FROM = 640  # below this width a list leaves the page no room for its tabs
_REFRESH_MS = 150  # from a change of the store to its being read
_REFRESH_GAP_SECONDS = 0.5  # a session at work changes the store four times a second
#: So long after the window has come Amp is looked at: the sessions come first.
AMP_CHECK_MS = 1500


class MainWindow(QMainWindow):
    """One window on one database. It owns no work: whatever it starts goes on when it is gone."""

    def __init__(self, desktop: Desktop, session: str | None = None) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.desktop = desktop
        self._placed = False
        self._mode = "list"
        self._lost = False  # the database is gone
        self._needing = 0
        self._squeezed = False  # the list is a rail until there is room for it again
        self.remembers = True
        self.sessions = SessionsPane(desktop)
        self.actions_of_session = SessionActions(desktop, self)
        self.session_page = SessionPage(desktop, self.actions_of_session)
        self._actions = WindowActions(desktop, self)
        self.splitter = WindowPanes(desktop.theme, self.sessions, self.session_page)
        self.setCentralWidget(self.splitter)
        self._tool_bar = QToolBar("Tools")
        self._tool_bar.setObjectName("toolBar")
        self._tool_bar.setMovable(False)
        self._tool_bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.addToolBar(self._tool_bar)
        fill_tool_bar(self._tool_bar, self.actions_of_session)
        self._tabs = self._actions.tab_actions()
        fill_menus(self, self._actions, self.actions_of_session, self._tabs)
        self._status = WindowStatus(desktop)
        self._said = ""
        self.setStatusBar(self._status)
        self._refresh = single_shot(self, _REFRESH_MS, self._on_refresh)
        self._amp_check = single_shot(self, AMP_CHECK_MS, self._on_check_amp)
        self._refreshed_at = 0.0
        FolderDrop(self).dropped.connect(self.actions_of_session.new_session)
        self._connect()
        self._restore(session)

    @property
    def mode(self) -> str:
        """How the sessions are listed: rail, list or table."""
        return self._mode

    def set_mode(self, mode: str) -> None:
        """Lists the sessions as a rail, a list or a table; the table takes the whole width. Keys that were in what is
        hidden then are in the list."""
        had_keys = QApplication.focusWidget()
        self._mode = mode
        self._squeezed = False
        self._actions.rail.setChecked(mode == "rail")
        self._actions.table.setChecked(mode == "table")
        self.sessions.set_mode(mode)
        self.session_page.setVisible(mode != "table" and not self.sessions.is_empty())
        self.splitter.set_mode(mode)
        if had_keys is not None and self.isAncestorOf(had_keys) and not had_keys.isVisibleTo(self):
            self.sessions.setFocus()

    def select_session(self, session_id: str) -> None:
        """Chooses a session in the list and shows it."""
        self.sessions.select(session_id)

    @Slot(str)
    def come_forward(self, session: str = "") -> None:
        """Brings the window to the front; with a session, shows that one."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()
        if session:
            self.desktop.background.ask((self, "session"), _session_id(session), self.select_session, ignore)

    @Slot(str)
    def show_merge(self, session: str) -> None:
        """Shows a session and the wizard of its merge."""
        self.desktop.background.ask((self, "merge"), _session_id(session), self._on_merge_found, ignore)

    def _on_merge_found(self, session_id: str) -> None:
        self.select_session(session_id)
        self.actions_of_session.show_wizard(session_id)

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            self._squeeze(self.width())
            self._amp_check.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._placed and event.oldSize().width() != self.width():
            self._squeeze(event.oldSize().width())
        wide = self.width() >= self.desktop.theme.px(ROOMY_FROM)
        style = Qt.ToolButtonStyle
        self._tool_bar.setIconSize(self.desktop.theme.icon_size(words=wide))
        for action in self._tool_bar.actions():
            button = self._tool_bar.widgetForAction(action)
            if action.priority() is QAction.Priority.LowPriority and isinstance(button, QToolButton):
                button.setIconSize(self.desktop.theme.icon_size())  # never any words
        self._tool_bar.setToolButtonStyle(style.ToolButtonTextBesideIcon if wide else style.ToolButtonIconOnly)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.remembers and not self._lost:
            mode = "list" if self._squeezed else self._mode
            window_state.save_window(self.desktop.state, self, self.splitter, mode, self.sessions.selected_id())
        for timer in (self._refresh, self._amp_check):
            timer.stop()
        self.session_page.show_session(None)
        self.actions_of_session.close_wizards()
        self.desktop.close()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_focused(self, event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes on as one reads."""
        found = tab_neighbour(self, QApplication.focusWidget(), 1 if forward else -1)
        if found is not None:
            found.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        return found is not None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self._placed:
            self._refresh.start()

    # Slots

    @Slot(str)
    def _on_session_chosen(self, session_id: str) -> None:
        self.session_page.show_session(session_id or None)
        if self._mode == "table" and session_id and self.sessions.opened():
            self.set_mode("list")

    @Slot(str)
    def _on_session_created(self, session_id: str) -> None:
        """What has been made is seen at work."""
        if self._mode == "table":
            self.set_mode("list")
        self.select_session(session_id)
        self.session_page.show_tab(TabName.CONSOLE)

    @Slot(str)
    def _on_changes_requested(self, session_id: str) -> None:
        self._show_tab_of(session_id, TabName.CHANGES)

    @Slot(str)
    def _on_console_requested(self, session_id: str) -> None:
        self._show_tab_of(session_id, TabName.CONSOLE)

    def _show_tab_of(self, session_id: str, name: TabName) -> None:
        """Brings the window to the front with it."""
        self.come_forward()
        if self._mode == "table":
            self.set_mode("list")
        self.select_session(session_id)
        self.session_page.show_tab(name)

    @Slot(str, str)
    def _on_action_requested(self, _session_id: str, action: str) -> None:
        self.actions_of_session.do(action)

    @Slot(dict)
    def _on_counts_changed(self, counts: dict[str, int]) -> None:
        self._status.set_counts(counts)
        self.session_page.setVisible(self._mode != "table" and not self.sessions.is_empty())
        needing = counts.get("awaiting-input", 0) + counts.get("error", 0)
        self._needing = needing
        self._show_title()

    def _show_title(self) -> None:
        name = "Demo – Amp Session Conductor" if self.desktop.demo else "Amp Session Conductor"
        lost, needing = "Database gone – " if self._lost else "", f"({self._needing}) " if self._needing else ""
        self.setWindowTitle(f"{needing}{lost}{name}")

    @Slot(object)
    def _on_lost(self, error: Exception) -> None:
        """What was shown stays, grey; nothing can be done that would make another database in its place."""
        self._lost = True
        if self._mode == "rail":
            self.set_mode("list")
        self.sessions.set_stale(error)
        set_grey(self.session_page, self.desktop.theme, grey=True)
        self.actions_of_session.block("The database is gone")
        self._show_title()

    @Slot()
    def _on_found(self) -> None:
        if self._lost:
            self._lost = False
            self.sessions.set_stale(None)
            set_grey(self.session_page, self.desktop.theme, grey=False)
            self.actions_of_session.block(None)
            self._show_title()

    @Slot()
    def _on_refresh(self) -> None:
        self._refreshed_at = time.monotonic()
        self._status.refresh()
        self.session_page.refresh()

    @Slot()
    def _on_check_amp(self) -> None:
        if self._lost:
            return  # what is found is kept beside the database
        command = self.desktop.commands.run("verify-amp", "--no-smoke", expendable=True)
        command.ended.connect(self._on_amp_checked)

    @Slot()
    def _on_amp_checked(self) -> None:
        command = self.sender()
        if isinstance(command, RunningCommand) and command.document.get("checks"):
            self._status.set_amp(*amp_words(command.document))
            self.sessions.show_amp(command.document)

    @Slot()
    def _on_tab_triggered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.session_page.show_tab(TabName(str(action.data())))

    @Slot(bool)
    def _on_rail_toggled(self, checked: bool) -> None:
        self.set_mode("rail" if checked else "list")

    @Slot(bool)
    def _on_table_toggled(self, checked: bool) -> None:
        self.set_mode("table" if checked else "list")

    @Slot()
    def _on_next_pane(self) -> None:
        self._move_pane(1)

    @Slot()
    def _on_previous_pane(self) -> None:
        self._move_pane(-1)

    def _move_pane(self, step: int) -> None:
        panes = [self.sessions.table, *self.session_page.panes()]
        shown = [pane for pane in panes if pane.isVisible()]
        if shown:
            next_pane(shown, QApplication.focusWidget(), step).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _squeeze(self, before: int) -> None:
        """Makes the list a rail where the window has become too narrow for both, and the rail a list again where it is
        wide enough again. Who asks for the list there gets it."""
        least = self.desktop.theme.px(_LIST_FROM)
        if self._mode == "list" and self.width() < least and (before >= least or before == self.width()):
            self.set_mode("rail")
            self._squeezed = True
        elif self._squeezed and self.width() >= least:
            self.set_mode("list")

    def _restore(self, session: str | None) -> None:
        theme = self.desktop.theme
        self.resize(QSize(theme.px(1200), theme.px(760)).boundedTo(self.screen().availableGeometry().size()))
        window_state.restore_window(self.desktop.state, self, self.splitter)
        self.set_mode(window_state.remembered_mode(self.desktop.state) if session is None else "list")
        chosen = session or window_state.remembered_session(self.desktop.state)
        if chosen:
            self.sessions.select(chosen)

    def _connect(self) -> None:
        self.desktop.watcher.changed.connect(self._on_store_changed)
        self.desktop.watcher.lost.connect(self._on_lost)
        self.desktop.watcher.found.connect(self._on_found)
        self.sessions.session_chosen.connect(self._on_session_chosen)
        self.sessions.counts_changed.connect(self._on_counts_changed)
        self.sessions.new_session_requested.connect(self.actions_of_session.new_session)
        self.sessions.mode_requested.connect(self.set_mode)
        self.sessions.action_requested.connect(self._on_action_requested)
        self.actions_of_session.session_created.connect(self._on_session_created)
        self.actions_of_session.changes_requested.connect(self._on_changes_requested)
        self.actions_of_session.console_requested.connect(self._on_console_requested)
        self.session_page.status_message.connect(self._on_message)
        self.session_page.news_told.connect(self.sessions.refresh)
        self._status.status_chosen.connect(self.sessions.show_only)
        mine = self._actions
        mine.rail.triggered.connect(self._on_rail_toggled)
        mine.table.triggered.connect(self._on_table_toggled)
        mine.filter.triggered.connect(self.sessions.focus_filter)
        mine.find.triggered.connect(self.session_page.find_in_page)
        self.sessions.left.connect(self.session_page.tabs.focus_tab)
        mine.notes.triggered.connect(self.session_page.focus_notes)
        mine.next_pane.triggered.connect(self._on_next_pane)
        mine.previous_pane.triggered.connect(self._on_previous_pane)
        mine.close.triggered.connect(self.close)
        mine.quit.triggered.connect(self.close)
        mine.check_amp.triggered.connect(self._on_check_amp)
        mine.shortcuts.triggered.connect(self._on_shortcuts)
        mine.about.triggered.connect(self._on_about)
        mine.theme_failed.connect(self._on_theme_failed)
        for action in self._tabs:
            action.triggered.connect(self._on_tab_triggered)

    @Slot()
    def _on_store_changed(self) -> None:
        if not self._refresh.isActive():
            due = self._refreshed_at + _REFRESH_GAP_SECONDS - time.monotonic()
            self._refresh.start(max(_REFRESH_MS, round(due * 1000)))

    @Slot(str)
    def _on_message(self, words: str) -> None:
        """Shows a message for a while; none: what was said last is not true any more."""
        if words:
            self._status.showMessage(words, 6000)
        elif self._said and self._status.currentMessage() == self._said:
            self._status.clearMessage()
        self._said = words

    @Slot(object)
    def _on_theme_failed(self, error: CommandError) -> None:
        self._on_message(error.message)

    @Slot()
    def _on_shortcuts(self) -> None:
        show_shortcuts(self)

    @Slot()
    def _on_about(self) -> None:
        show_about(self)


def _session_id(ref: str) -> Callable[[Context], str]:
    from ampsm.workflows.session import require_session

    return lambda ctx: require_session(ctx, ref).id
