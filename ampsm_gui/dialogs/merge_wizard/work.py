"""What the wizard does: each is a command of its own, which goes on when the wizard is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from ampsm.model.merge import MergeStep
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.merge_wizard.words import RESTORED, ended_words
from ampsm_gui.runtime.command import CommandError, RunningCommand
from ampsm_gui.runtime.given import given

#: What a merge waits for is no error: the wizard shows it.
_STATES = frozenset({"conflicts", "target-moved", "tests-failed", "cancelled"})


class WizardWork(QObject):
    """Commands for one session. What they say is told by signals, also when the wizard has begun another one."""

    #: A command has begun or ended.
    changed = Signal()
    #: Something else than the merge has ended that the checks depend on.
    cured = Signal()
    failed = Signal(object)
    #: (what is done, whether Undo takes it back)
    outcome = Signal(str, bool)
    #: (who asks it: `preflight`, `test` or `run`, a line of the test script)
    tests_said = Signal(str, str)
    #: The test script is asked anew: `run`.
    tests_begin = Signal(str)

    def __init__(self, desktop: Desktop, session_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._id = session_id
        self._merging: RunningCommand | None = None
        self._others = 0
        self._step = ""
        #: Whether the test script runs alone.
        self.testing = False
        #: How it ended when it ran here last; None when it did not, or was stopped.
        self.tested: bool | None = None

    @property
    def merging(self) -> bool:
        """Whether a merge that was begun here is at work."""
        return self._merging is not None

    @property
    def busy(self) -> bool:
        """Whether anything is."""
        return self.merging or self._others > 0

    def merge(self, *words: str) -> None:
        """Begins or continues a merge or rebase."""
        if self.busy:
            return
        command = self._desktop.commands.run(*words, streams=True)
        self._merging, self._step = command, ""
        command.told.connect(self._on_told)
        command.succeeded.connect(self._on_merged)
        command.failed.connect(given(self._on_merge_failed, command))
        self.changed.emit()

    def run_tests(self) -> None:
        """Runs the test script alone; what it says is told while it does."""
        if not self.busy:
            self.testing, self.tested = True, None
            self.tests_begin.emit("run")
            self._run(self._on_tested, "run", self._id, streams=True)

    def iterate(self, *options: str) -> None:
        """Lets the agent work."""
        self._run(self._on_began, "iterate", self._id, "--detach", *options)

    def restore(self) -> None:
        """Brings back what a cleanup took away."""
        self._run(self._on_restored, "restore", self._id)

    def stop(self) -> None:
        """Stops what is at work in the session, whoever has begun it."""
        self._desktop.commands.run("stop", self._id).failed.connect(self.failed)

    def _run(self, done: Callable[[dict[str, Any]], None], *words: str, streams: bool = False) -> None:
        if self.busy:
            return
        command = self._desktop.commands.run(*words, streams=streams)
        self._others += 1
        if streams:
            command.told.connect(self._on_test_told)
        command.succeeded.connect(given(self._on_done, done))
        command.failed.connect(self._on_other_failed)
        self.changed.emit()

    def _on_done(self, done: Callable[[dict[str, Any]], None], document: dict[str, Any]) -> None:
        self._others -= 1
        self.testing = False
        done(document)
        self.cured.emit()

    @Slot(object)
    def _on_other_failed(self, error: CommandError) -> None:
        self._others -= 1
        self.testing = False
        if error.code == "tests-failed":
            self.tested = False
        elif error.code not in _STATES:
            self.failed.emit(error)
        self.cured.emit()

    @Slot(object)
    def _on_test_told(self, event: dict[str, Any]) -> None:
        if event.get("type") == "test_output":
            self.tests_said.emit("run", str(event.get("text") or ""))

    def _on_tested(self, _document: dict[str, Any]) -> None:
        """What they said was told while they ran."""
        self.tested = True

    def _on_restored(self, _document: dict[str, Any]) -> None:
        self.outcome.emit(RESTORED, False)

    def _on_began(self, document: dict[str, Any]) -> None:
        number = (document.get("iteration") or {}).get("number", "")
        self.outcome.emit(f"Iteration {number} has started", False)

    @Slot(object)
    def _on_told(self, event: dict[str, Any]) -> None:
        if event.get("type") == "step":
            self._step = str(event.get("step"))
        elif event.get("type") == "test_output":
            asked_by = "test" if self._step == MergeStep.TEST else "preflight"
            self.tests_said.emit(asked_by, str(event.get("text") or ""))

    @Slot(object)
    def _on_merged(self, document: dict[str, Any]) -> None:
        self._merging = None
        self.outcome.emit(ended_words(document), True)
        self.changed.emit()

    def _on_merge_failed(self, command: RunningCommand, error: CommandError) -> None:
        self._merging = None
        if command.document.get("status") == "merged":  # with warnings, which is an exit code but no failure
            self.outcome.emit(ended_words(command.document), True)
        elif error.code not in _STATES:
            self.failed.emit(error)
        self.changed.emit()
