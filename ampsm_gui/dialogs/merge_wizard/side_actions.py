"""What a person does in the wizard besides merging: cures of checks, ways on, giving up."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.finishing.abort_merge import AbortMergeDialog
from ampsm_gui.dialogs.finishing.cleanup import CleanupDialog
from ampsm_gui.dialogs.finishing.commit import CommitDialog
from ampsm_gui.dialogs.finishing.session_dialog import SessionDialog
from ampsm_gui.dialogs.finishing.undo import UndoDialog
from ampsm_gui.dialogs.merge_wizard import cures
from ampsm_gui.dialogs.merge_wizard.checking import MergeChecking
from ampsm_gui.dialogs.merge_wizard.state import WizardState
from ampsm_gui.dialogs.merge_wizard.work import WizardWork
from ampsm_gui.look.way_on import way_on

_PROGRAMS = {cures.FOLDER: "folder", cures.CHECKOUT: "editor"}


class SideActions(QObject):
    """Each is a command of its own, or a small dialog that ends in one."""

    outcome = Signal(str, bool)
    #: A dialog has done its work, or was closed.
    answered = Signal()
    #: Something that the checks depend on was done.
    cured = Signal()
    open_requested = Signal(str, str)
    changes_requested = Signal()
    #: The output of the tests is to be shown, or the conflicts again.
    output_asked = Signal()

    def __init__(
        self, desktop: Desktop, state: WizardState, checking: MergeChecking, work: WizardWork, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desktop, self._state, self._checking, self._work = desktop, state, checking, work
        self._window = window

    @Slot(str, str)
    def cure(self, check: str, name: str) -> None:
        """What a button beside a check does."""
        judged, outlook = self._checking.judged, self._checking.outlook
        if name == cures.COMMIT:
            dialog = CommitDialog(self._desktop, self._state.session_id, self._state.view, self._window)
            dialog.done_with.connect(self.cured)
            self._ask(dialog)
        elif name == cures.SHOW:
            self.changes_requested.emit()
        elif name in _PROGRAMS and outlook is not None and outlook.checkout:
            self.open_requested.emit(_PROGRAMS[name], outlook.checkout)
        elif name == cures.TESTS:
            self._work.run_tests()
        elif name == cures.AGENT:
            self._work.iterate("--notes", cures.NOTES[check].format(target=self._state.target))
        elif name == cures.FETCH and outlook is not None:
            QGuiApplication.clipboard().setText(outlook.fetch or "")
        elif judged is not None:
            found = next((one for one in judged.checks if one.id == check), None)
            QGuiApplication.clipboard().setText(way_on(found.hint if found else None).command)

    @Slot(str)
    def run(self, action: str) -> None:
        """What a button beside the sentence does."""
        state = self._state
        situation = state.view["situation"] if state.view else {}
        if action == "undo":
            self._ask(UndoDialog(self._desktop, state.session_id, state.view, self._window))
        elif action == "cleanup":
            self._ask(CleanupDialog(self._desktop, state.session_id, state.view, self._window))
        elif action == "restore":
            self._work.restore()
        elif action == "iterate":
            self._work.iterate(*(situation["options"] if situation.get("action") == action else ()))
        elif action == "commit":
            self._ask(CommitDialog(self._desktop, state.session_id, state.view, self._window))
        elif action == "run":
            self._work.run_tests()
        elif action == "output":
            self.output_asked.emit()
        elif action == "stop":
            self._work.stop()
        elif action == "open-request" and state.course and state.course.pull_request:
            QDesktopServices.openUrl(QUrl(state.course.pull_request))
        elif action == "open-worktree":
            self.open_requested.emit("editor", str(state.session.get("worktree") or ""))

    @Slot()
    def ask_agent(self) -> None:
        """Lets the agent settle the conflicts."""
        self._work.iterate()

    def abort(self, known: dict[str, Any] | None) -> None:
        """Asks whether to give up what is open; `known` is what others have read of the session."""
        read = self._state.view
        view = read if read and read.get("merge") else known or read
        self._ask(AbortMergeDialog(self._desktop, self._state.session_id, view, self._window))

    def _ask(self, dialog: SessionDialog) -> None:
        dialog.outcome.connect(self.outcome)
        dialog.finished.connect(self.answered)
        dialog.open()
