"""Actions of the window itself: panes, theme, pages of help; each with its shortcut, each in a menu."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from ampsm_gui.desktop import Desktop
from ampsm_gui.look.theme import PREFERENCES
from ampsm_gui.pages.tab import TITLES

_THEME_WORDS = {"system": "As the system", "light": "Light", "dark": "Dark"}


class WindowActions(QObject):
    """Actions that belong to no session. The window connects them and places them in its menus."""

    theme_failed = Signal(object)

    def __init__(self, desktop: Desktop, parent: QObject) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self.rail = self._make("railAction", "Rail", "Ctrl+B", checkable=True)
        self.table = self._make("tableAction", "Table", "Ctrl+Shift+B", checkable=True)
        self.filter = self._make("filterAction", "Filter Sessions", "Ctrl+L")
        self.find = self._make("findAction", "Find in This Page", "Ctrl+F")
        self.notes = self._make("notesAction", "Notes for the Next Iteration", "Ctrl+E")
        self.next_pane = self._make("nextPaneAction", "Next Pane", "F6")
        self.previous_pane = self._make("previousPaneAction", "Previous Pane", "Shift+F6")
        self.quit = self._make("quitAction", "Quit", QKeySequence(QKeySequence.StandardKey.Quit))
        self.close = self._make("closeAction", "Close Window", QKeySequence(QKeySequence.StandardKey.Close))
        self.shortcuts = self._make("shortcutsAction", "Keyboard Shortcuts", "F1")
        self.check_amp = self._make("checkAmpAction", "Check Amp", None)
        self.about = self._make("aboutAction", "About Amp Session Conductor", None)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self.themes = self._theme_group()

    def tab_actions(self) -> list[QAction]:
        """One action a tab of the session page, Alt+1 and so on; its data is the tab's name."""
        made = []
        for number, (name, title) in enumerate(TITLES.items(), 1):
            action = self._make(f"tabAction{number}", title, f"Alt+{number}")
            action.setData(str(name))
            made.append(action)
        return made

    def _make(self, name: str, text: str, keys: str | QKeySequence | None, *, checkable: bool = False) -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        action.setCheckable(checkable)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        return action

    def _theme_group(self) -> QActionGroup:
        group = QActionGroup(self)
        for preference in PREFERENCES:
            action = self._make(f"{preference}ThemeAction", _THEME_WORDS[preference], None, checkable=True)
            action.setData(preference)
            action.setChecked(self._desktop.theme.preference == preference)
            group.addAction(action)
        group.triggered.connect(self._on_theme_triggered)
        return group

    @Slot(QAction)
    def _on_theme_triggered(self, action: QAction) -> None:
        preference = str(action.data())
        self._desktop.theme.set_preference(preference)
        command = self._desktop.commands.run("config", "set", "theme", preference)
        command.failed.connect(self.theme_failed)
