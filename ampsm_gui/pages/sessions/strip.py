"""The strip below the table: what the chosen session waits for, and the buttons of its ways on."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QMetaMethod, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ampsm.model.errors import UserError
from ampsm.workflows.status import SessionRow, Situation, session_situation
from ampsm_gui.desktop import Desktop
from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.status import session_look
from ampsm_gui.look.way_on import said, way_on
from ampsm_gui.models.sessions.text import shortened
from ampsm_gui.runtime.background import LOST, ignore, redacted
from ampsm_gui.runtime.command import CommandError, RunningCommand
from ampsm_gui.runtime.given import given
from ampsm_gui.widgets.messages.strip import Button, Strip

_ROLES = {"awaiting-input": "warning", "error": "danger", "running": "running"}


class SessionStrip(Strip):
    """Says at once what the list knows, and the whole sentence when the core has answered."""

    opened = Signal(str)
    #: (session, action) as in the situation of the session; without a receiver there is no button.
    action_requested = Signal(str, str)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(desktop.theme, parent)
        self._desktop = desktop
        self._session: SessionRow | None = None

    def show_session(self, row: SessionRow | None) -> None:
        """Another session, the same one with news, or none; asks only when there is news."""
        if row is None:
            self.clear()
        elif row is not self._session:
            if self._session is None or self._session.id != row.id:
                words = f"{session_look(row.status).word}: {row.reason}." if row.reason else ""
                self._show_sentence(row, words, [])
            self._ask(row.id)
        self._session = row

    @Slot(object)
    def show_error(self, error: Exception) -> None:
        """Why the sessions cannot be read, and what to do; stands until they can."""
        hint = error.hint if isinstance(error, UserError) else None
        buttons: list[Button] = []
        if isinstance(error, UserError) and error.code == LOST and hint:  # there is what to make it of
            buttons.append(("Make it again", self._on_mend))
        if command := way_on(hint).command:
            buttons.append(("Copy command", partial(QGuiApplication.clipboard().setText, command)))
        self._session = None  # what it waits for is said again when it can be read
        self.show_message("danger", said(str(error), hint), buttons)
        self.setToolTip(plain_tip(hint or ""))

    @Slot()
    def _on_mend(self) -> None:
        """Makes the lost database again from the journals; that the sessions are back is news to the watcher."""
        self.show_message("running", "The database is made again from the journals…")
        command = self._desktop.commands.run("doctor", "--fix")
        command.failed.connect(given(self._on_not_mended, command))

    def _on_not_mended(self, command: RunningCommand, error: CommandError) -> None:
        """Why not; that `doctor` has found other things besides is no reason."""
        if "findings" not in command.document:
            self.show_failure(error)

    @Slot(object)
    def show_failure(self, error: CommandError) -> None:
        """Why something could not be done; stands until it is closed."""
        buttons: list[Button] = [("Close", self.clear)]
        if command := way_on(error.hint).command:
            buttons.insert(0, ("Copy command", partial(QGuiApplication.clipboard().setText, command)))
        self.show_message("danger", said(error.message, error.hint), buttons)
        self.setToolTip(plain_tip(error.hint or ""))

    def _ask(self, session_id: str) -> None:
        self._desktop.background.ask(
            (self, "situation"), redacted(partial(session_situation, ref=session_id)), self._on_situation, ignore
        )

    def _on_situation(self, found: Situation) -> None:
        if self._session is None:
            return
        more: list[Button] = []
        if found.command:  # the sentence speaks of it
            more.append(("Copy command", partial(QGuiApplication.clipboard().setText, found.command)))
        elif self.isSignalConnected(QMetaMethod.fromSignal(self.action_requested)):
            more = [(way.label, partial(self._act, way.action)) for way in found.more]
            if found.action and found.label:
                more.append((found.label, partial(self._act, found.action)))
        self._show_sentence(self._session, found.sentence, more)

    def _show_sentence(self, row: SessionRow, sentence: str, more: list[Button]) -> None:
        buttons: list[Button] = [("Open session", self._on_open), *more]
        self.show_message(_ROLES.get(row.status, "info"), sentence, buttons, shortened(row.name))
        self.setToolTip("")

    @Slot()
    def _on_open(self) -> None:
        if self._session is not None:
            self.opened.emit(self._session.id)

    def _act(self, action: str) -> None:
        if self._session is not None:
            self.action_requested.emit(self._session.id, action)
