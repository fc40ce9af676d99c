"""What commands of a session said: errors in a strip that stays, what ended out of sight in a toast."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.text_dialog import TextDialog
from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.way_on import way_on
from ampsm_gui.pages.actions.session_actions import SessionActions
from ampsm_gui.runtime.command import CommandError, RunningCommand
from ampsm_gui.widgets.messages.strip import Button, Strip
from ampsm_gui.widgets.messages.toast import Toast

_NO_NEWS = frozenset({"cancelled"})


class _Message(NamedTuple):
    token: str
    sentence: str
    command: str = ""
    output: str = ""
    of_reading: bool = False


class SessionMessages(QObject):
    """One strip for the session that is shown, one toast for the window. What a session has to say stays with it until
    it is dismissed or its next command has done its work."""

    status_message = Signal(str)

    def __init__(self, desktop: Desktop, actions: SessionActions, page: QWidget, notes: QWidget) -> None:
        super().__init__(page)
        self._notes = notes
        self._desktop = desktop
        self._actions = actions
        self._page = page
        self._id: str | None = None
        self._names: dict[str, str] = {}
        self._messages: dict[str, _Message] = {}
        self._toast: Toast | None = None
        self.strip = Strip(desktop.theme, page)
        self.strip.setObjectName("sessionStrip")
        actions.failed.connect(self._on_failed)
        actions.done.connect(self._on_done)
        actions.began.connect(self._on_began)

    def show_session(self, session_id: str | None) -> None:
        """Which session the strip is about. A toast's button acts on the session shown, so it goes with that."""
        if session_id != self._id and self._toast is not None and self._toast.offers:
            self._toast.hide()
        self._id = session_id
        self._show()

    def name_session(self, session_id: str, name: str) -> None:
        """What a session is called, for toasts about it."""
        self._names[session_id] = name

    def show_problem(self, session_id: str, message: str, hint: str | None = None) -> None:
        """A session cannot be read: the message as it is, the hint as a command to copy; until it can be again."""
        self._messages[session_id] = _as_message("danger", message, hint)._replace(of_reading=True)
        self._show()

    def was_read(self, session_id: str) -> None:
        """The session could be read: that it could not is over."""
        message = self._messages.get(session_id)
        if message is not None and message.of_reading:
            self._forget(session_id)

    @Slot(str, object, object)
    def _on_failed(self, session_id: str, error: CommandError, command: RunningCommand | None) -> None:
        if error.code in _NO_NEWS:
            return
        token = "warning" if error.code in ("tests-failed", "busy", "conflicts") else "danger"
        output = str(command.document.get("output") or "") if command is not None else ""
        self._messages[session_id] = _as_message(token, error.message, error.hint, output)
        if session_id == self._id:
            self._show()
        else:
            self._say(f"{self._name(session_id)}: {error.message}")

    @Slot(str, str, bool)
    def _on_done(self, session_id: str, words: str, undoable: bool) -> None:
        self._forget(session_id)
        if undoable and session_id == self._id:
            self._say(words, "Undo…", self._actions.undo)
        elif session_id == self._id:
            self.status_message.emit(words)
        else:
            self._say(f"{self._name(session_id)}: {words}")

    @Slot(str, str)
    def _on_began(self, session_id: str, _words: str) -> None:
        self._forget(session_id)

    @Slot()
    def _dismiss(self) -> None:
        if self._id:
            self._forget(self._id)

    def _forget(self, session_id: str) -> None:
        if self._messages.pop(session_id, None) is not None:
            self._show()

    def _show(self) -> None:
        message = self._messages.get(self._id or "")
        if message is None:
            self.strip.clear()
            return
        buttons: list[Button] = []
        if message.output:
            buttons.append(("Show output", partial(self._show_output, message.output)))
        elif message.command:
            buttons.append(("Copy command", partial(self._copy, message.command)))
        self.strip.setToolTip(plain_tip(message.command))
        self.strip.show_message(message.token, message.sentence, [*buttons, ("Dismiss", self._dismiss)])

    def _copy(self, command: str) -> None:
        QGuiApplication.clipboard().setText(command)
        self.status_message.emit(f"Copied: {command}")

    def _show_output(self, output: str) -> None:
        TextDialog(self._desktop, "Output of the test script", output, self._page.window()).open()

    def _say(self, words: str, button: str = "", call: object = None) -> None:
        if self._toast is None:
            self._toast = Toast(self._desktop.theme, self._page.window(), [self.strip, self._notes])
        self._toast.say(words, button, call if callable(call) else None)

    def _name(self, session_id: str) -> str:
        return self._names.get(session_id, session_id)


def _as_message(token: str, message: str, hint: str | None, output: str = "") -> _Message:
    sentence = message if message.endswith((".", "…", "!", "?")) else f"{message}."
    to_do = way_on(hint)
    return _Message(token, f"{sentence} {to_do.sentence}".rstrip(), to_do.command, output)
