"""What commands of a session said: errors in a strip that stays, what ended out of sight in a toast."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget

from ampsm.journal.text import plain_lines
from ampsm.model.errors import EXIT_CODES, ExitCode
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.text_dialog import TextDialog
from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.way_on import WayOn, said, way_on, without_paths
from ampsm_gui.pages.actions.session_actions import SessionActions
from ampsm_gui.runtime.command import CommandError, RunningCommand
from ampsm_gui.widgets.messages.strip import Button, Strip
from ampsm_gui.widgets.messages.toast import Toast

_OF_STATE = (ExitCode.CONFLICTS, ExitCode.REFUSED, ExitCode.BUSY)
_READ_AFTER = 1.5  # s in which what a command left is read for sure
_NO_NEWS = frozenset({"cancelled"})
_WORDS = {"conflicts": "Show the conflicts"}  # on a button, where the action says something else


class _Message(NamedTuple):
    """`message` is what the command said, `sentence` that with what to do; `tip` has the whole hint. What tells of a
    state, and no more of what happened, is true as long as the page's head says what it said `beside` it."""

    token: str
    message: str
    sentence: str
    way: WayOn = WayOn()
    tip: str = ""
    output: str = ""
    of_reading: bool = False
    of_state: bool = False
    beside: str = ""
    said_at: float = 0.0


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
        self._folders: dict[str, dict[str, str]] = {}
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

    def show_problem(self, session_id: str, message: str, hint: str | None = None) -> None:
        """A session cannot be read: the message as it is, the hint as a command to copy; until it can be again."""
        self._messages[session_id] = self._as_message(session_id, "danger", message, hint)._replace(of_reading=True)
        self._show()

    def was_read(self, session_id: str) -> None:
        """The session could be read: that it could not is over."""
        message = self._messages.get(session_id)
        if message is not None and message.of_reading:
            self._forget(session_id)

    def show_view(self, view: dict[str, Any]) -> None:
        """What a session is called, where it is, and the sentence in the page's head: what that says is not said
        again."""
        session, sentence = view["session"], view["situation"]["sentence"]
        session_id = session["id"]
        self._names[session_id] = session["name"]
        self._folders[session_id] = {session["worktree"]: "the worktree", session["repo"]: "the repository"}
        message = self._messages.get(session_id)
        if message is None:
            return
        said_above = message.message.rstrip(".") in sentence and not message.output
        fresh = time.monotonic() < message.said_at + _READ_AFTER  # what was read may be older than the message
        if said_above or (message.of_state and not fresh and message.beside not in ("", sentence)):
            self._forget(session_id)
        else:
            self._messages[session_id] = message._replace(beside=sentence)
            self._show()  # what its button does may be possible only now

    @Slot(str, object, object)
    def _on_failed(self, session_id: str, error: CommandError, command: RunningCommand | None) -> None:
        if error.code in _NO_NEWS:
            return
        token = "warning" if error.code in ("tests-failed", "busy", "conflicts") else "danger"
        output = str(command.document.get("output") or "") if command is not None else ""
        found = self._as_message(session_id, token, error.message, error.hint, output)._replace(
            of_state=EXIT_CODES.get(error.code) in _OF_STATE, said_at=time.monotonic()
        )
        if error.code == "tests-failed" and output:
            found = found._replace(sentence=_last_line(output))  # that they failed is said by the head of the page
        self._messages[session_id] = found
        if session_id == self._id:
            self.status_message.emit("")
            self._show()
        else:
            self._say(f"{self._name(session_id)}: {error.message}")

    @Slot(str, str, bool)
    def _on_done(self, session_id: str, words: str, undoable: bool) -> None:
        self._forget(session_id)
        if undoable and session_id == self._id:
            self._say(words, self._actions.action("undoAction"))
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
        verb = message.way.verb(self._id or "")
        action = self._actions.action_of(verb)
        if message.output:
            buttons.append(("Show output", partial(self._show_output, message.output)))
        elif action is not None and action.isEnabled():
            words = _WORDS.get(verb) or action.iconText()
            buttons.append((words, partial(self._actions.do, verb)))
        elif message.way.command:
            buttons.append(("Copy command", partial(self._copy, message.way.command)))
        self.strip.setToolTip(plain_tip(message.tip))
        self.strip.show_message(message.token, message.sentence, [*buttons, ("Dismiss", self._dismiss)])

    def _copy(self, command: str) -> None:
        QGuiApplication.clipboard().setText(command)
        self.status_message.emit("The command is copied")

    def _show_output(self, output: str) -> None:
        TextDialog(self._desktop, "Output of the test script", output, self._page.window()).open()

    def _say(self, words: str, action: QAction | None = None) -> None:
        if self._toast is None:
            self._toast = Toast(self._desktop.theme, self._page.window(), [self.strip, self._notes])
        self._toast.say(words, action)

    def _as_message(self, session_id: str, token: str, message: str, hint: str | None, output: str = "") -> _Message:
        sentence = without_paths(said(message, hint), self._folders.get(session_id, {}))
        return _Message(token, message, sentence, way_on(hint), hint or "", output)

    def _name(self, session_id: str) -> str:
        return self._names.get(session_id, session_id)


def _last_line(output: str) -> str:
    """What a test script said last."""
    lines = [line.strip() for line in plain_lines(output) if line.strip()]
    return f"The tests said last: {lines[-1][:200]}" if lines else "The tests said nothing."
