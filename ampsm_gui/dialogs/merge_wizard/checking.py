"""Asks for what stands before a merge: the checks of a preflight, and what the merge would make of what."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from ampsm.context import Context
from ampsm.model.merge import Judgement, PreflightCheck, judge
from ampsm.workflows.finishing import MergeOutlook, merge_outlook
from ampsm.workflows.session import MergeOptions
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.merge.form import MergeForm
from ampsm_gui.runtime.background import redacted
from ampsm_gui.runtime.command import CommandError, RunningCommand
from ampsm_gui.runtime.given import given
from ampsm_gui.runtime.timers import single_shot

_OUTLOOK_MS, _CHECK_MS = 120, 350


class MergeChecking(QObject):
    """Asks again when the form changes what the answer depends on; of several answers the last one counts.

    The test script does not run for a check: what it said last is told.
    """

    checked = Signal()
    foreseen = Signal()

    def __init__(self, desktop: Desktop, session_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self.session_id = session_id
        self._form = MergeForm()
        self._asked: list[str] | None = None
        self._command: RunningCommand | None = None
        self.judged: Judgement | None = None
        self.branch: dict[str, Any] = {}
        self.conflicts: list[str] = []
        self.outlook: MergeOutlook | None = None
        self.problem: CommandError | None = None
        self.checked_at: float | None = None
        self._later = single_shot(self, _OUTLOOK_MS, self._ask_outlook)
        self._check_later = single_shot(self, _CHECK_MS, self.check)

    @property
    def checking(self) -> bool:
        """Whether an answer is under way."""
        return self._command is not None or self._check_later.isActive()

    def set_form(self, form: MergeForm) -> None:
        """What the merge or rebase is asked to do."""
        known, self._form = self._form, form
        if known.operation != form.operation:
            self.outlook = None
        if self.outlook is None or known != form:
            self._later.start()
        if self._asked is not None and form.checked_words() != self._asked:
            self._asked = form.checked_words()
            self.judged = self.problem = None
            self._check_later.start()
            self.checked.emit()

    @Slot()
    def check(self) -> None:
        """Asks anew, whatever is known."""
        self.stop()
        self._asked = self._form.checked_words()
        words = ["preflight", self.session_id, "--recorded-test", *self._asked]
        command = self._desktop.commands.run(*words, expendable=True)
        self._command = command
        command.succeeded.connect(given(self._on_checked, command))
        command.failed.connect(given(self._on_not_ready, command))
        self._later.start()
        self.checked.emit()

    def stop(self) -> None:
        """Nobody waits for an answer any more."""
        self._check_later.stop()
        if self._later.isActive():
            self._later.stop()
            self.outlook = None  # not of this form: it is asked for when the checks are
        if self._command is not None:
            command, self._command = self._command, None
            command.kill()

    def _on_checked(self, command: RunningCommand, document: dict[str, Any]) -> None:
        if command is self._command:
            self._take(document)

    def _on_not_ready(self, command: RunningCommand, error: CommandError) -> None:
        if command is not self._command:
            return
        if command.document.get("checks"):
            self._take(command.document)
        else:
            self._command, self.judged, self.problem = None, None, error
            self.checked.emit()

    def _take(self, document: dict[str, Any]) -> None:
        self._command, self.problem = None, None
        self.judged = judge(PreflightCheck(**found) for found in document["checks"] if self._form.heeds(found["id"]))
        self.branch, self.conflicts = document["branch"], document["conflicts"]
        self.checked_at = time.monotonic()
        self.checked.emit()

    @Slot()
    def _ask_outlook(self) -> None:
        read = redacted(partial(_outlook, session_id=self.session_id, options=self._form.options()))
        self._desktop.background.ask((self, "outlook"), read, self._on_outlook, self._on_no_outlook)

    def _on_outlook(self, outlook: MergeOutlook) -> None:
        self.outlook = outlook
        self.foreseen.emit()

    def _on_no_outlook(self, _error: Exception) -> None:
        self.outlook = None  # why, the check says
        self.foreseen.emit()


def _outlook(ctx: Context, session_id: str, options: MergeOptions) -> MergeOutlook:
    return merge_outlook(ctx, session_id, options)
