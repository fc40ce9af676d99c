"""What a command said when it failed: it stands there until things have moved on, or somebody has read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtGui import QGuiApplication

from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.state import WizardState
from ampsm_gui.look.way_on import said, way_on
from ampsm_gui.runtime.command import CommandError
from ampsm_gui.widgets.messages.strip import Button, Strip


class WizardTrouble:
    """As soon as the session stands otherwise than when the command had failed, it goes."""

    def __init__(self, strip: Strip, state: WizardState) -> None:
        self._strip, self._state = strip, state
        self._about: object = None

    def show(self, error: CommandError) -> None:
        """Of a command that may have changed something: how the session stands after it is what is read next."""
        self._show(error, None)

    def show_of_now(self, error: CommandError, *ways: Button) -> None:
        """Of a command that has changed nothing; `ways` are what can be done about it here."""
        self._show(error, self._state.standing(), ways)

    def _show(self, error: CommandError, about: object, ways: Sequence[Button] = ()) -> None:
        command = way_on(error.hint).command
        copy = [("Copy command", partial(QGuiApplication.clipboard().setText, command))] if command else []
        dismiss: tuple[str, Callable[[], object]] = ("Dismiss", self.clear)
        self._about = about
        self._strip.show_message("danger", said(error.message, error.hint), [*ways, *copy, dismiss])

    def look_again(self) -> None:
        """The session was read."""
        if self._strip.isHidden():
            return
        if self._about is None:
            if self._state.mode is not WizardMode.AT_WORK:  # else it is what was read before the command had ended
                self._about = self._state.standing()
        elif self._about != self._state.standing():
            self.clear()

    def clear(self) -> None:
        """Another command begins."""
        self._strip.clear()
