"""The next step of the merge wizard: what its one button does, with keys too, and the command that does the same."""

from __future__ import annotations

import shlex

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.merge_wizard.checking import MergeChecking
from ampsm_gui.dialogs.merge_wizard.course_page import CoursePage
from ampsm_gui.dialogs.merge_wizard.filling import FormFilling
from ampsm_gui.dialogs.merge_wizard.foot import WizardFoot
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.showing import WizardShowing
from ampsm_gui.dialogs.merge_wizard.state import WizardState
from ampsm_gui.dialogs.merge_wizard.work import WizardWork


class WizardStepping(QObject):
    """Begins a merge or rebase, and goes on with it."""

    def __init__(
        self, desktop: Desktop, state: WizardState, filling: FormFilling, checking: MergeChecking, work: WizardWork,
        course_page: CoursePage, showing: WizardShowing, foot: WizardFoot, start: QAction, parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._desktop, self._state, self._filling, self._checking = desktop, state, filling, checking
        self._work, self._course_page, self._showing = work, course_page, showing
        self._foot, self._start = foot, start

    def go_on(self) -> None:
        """Continues what is open."""
        self._begin("continue-merge", self._state.session_id)

    def command_words(self) -> list[str]:
        """What does the next step, as words after `amp-sessions`."""
        if self._state.mode is WizardMode.OVER:
            return ["restore" if self._state.is_cleaned_up else "undo", self._state.session_id]
        if self._state.course is not None:
            return ["continue-merge", self._state.session_id]
        return self._filling.words()

    @Slot()
    def on_primary(self) -> None:
        """Does what the one button says."""
        if (action := self._showing.next_action()) is not None:
            action.trigger()
        elif self._state.mode is WizardMode.CHECK:
            self._start.trigger()
        elif self._state.mode in (WizardMode.WAITS, WizardMode.CONFLICTS):
            self.go_on()

    @Slot()
    def on_keys(self) -> None:
        """The same with keys. What leads on from the page for conflicts is not pressed by those that were meant for the
        last file."""
        button = self._foot.go_on
        if self._showing.next_action() is not None or (button.isEnabled() and button.is_read):
            self.on_primary()

    @Slot()
    def on_start(self) -> None:
        """Begins the merge or rebase that is filled in."""
        words = self._filling.words()  # as it stands there: what is foreseen goes with the checks
        self._checking.stop()
        self._filling.keep()
        self._state.begin()
        self._begin(*words)

    @Slot()
    def on_copy(self) -> None:
        """Copies the command for the next step."""
        words = ["amp-sessions", *self._desktop.workspace.options(), *self.command_words()]
        self._foot.copied(shlex.join(words))

    def _begin(self, *words: str) -> None:
        self._course_page.output.clear()
        self._work.merge(*words)
