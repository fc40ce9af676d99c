"""What stands where the sessions stand: their table, or what to do while there is none."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.models.sessions.table import SessionTable
from ampsm_gui.pages.sessions.welcome import SessionsWelcome
from ampsm_gui.widgets.messages.empty_state import EmptyState
from ampsm_gui.widgets.sessions.list import SessionList


class SessionsStack(QStackedWidget):
    """The table; `no_match` when the filter hides all sessions, `welcome` when there is none at all."""

    def __init__(self, desktop: Desktop, model: SessionTable, table: SessionList, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._table = model, table
        self.no_match = EmptyState(desktop.theme, self)
        self.no_match.setProperty("ground", "panel")
        self.welcome = SessionsWelcome(desktop, self)
        for page in (table, self.no_match, self.welcome):
            page.setMinimumSize(1, 1)
            self.addWidget(page)

    @property
    def shows_table(self) -> bool:
        return self.currentWidget() is self._table

    @property
    def shows_welcome(self) -> bool:
        return self.currentWidget() is self.welcome

    @Slot()
    def show_what_there_is(self) -> None:
        """As the model's sessions and filter are now; not to be called before sessions were read."""
        if self._model.total == 0 and not self._model.filter.include_cleaned:
            self.setCurrentWidget(self.welcome)
        elif not self._model.rowCount():
            self.no_match.set_content("", "No match", self._model.filter.sentence(), "Clear filter")
            self.setCurrentWidget(self.no_match)
        else:
            self.setCurrentWidget(self._table)
