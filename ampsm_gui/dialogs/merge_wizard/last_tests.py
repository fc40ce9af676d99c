"""The tests after the last conflict: they run by themselves once its file is resolved here, and nothing moves."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from ampsm.model.merge import FAIL, PASS, WARN
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.state import WizardState
from ampsm_gui.dialogs.merge_wizard.work import WizardWork
from ampsm_gui.look import figures
from ampsm_gui.look.status import StatusLook, check_look, session_look
from ampsm_gui.models.merge.steps import DONE, FAILED, RUNNING

_LOOKS = {RUNNING: session_look("running"), DONE: check_look(PASS), FAILED: check_look(FAIL)}


class LastTests(QObject):
    """Only what was resolved in this window lets them run: whoever resolves elsewhere goes on there, too."""

    def __init__(self, state: WizardState, work: WizardWork, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._work = state, work
        self._due = False

    @Slot()
    def on_last_resolved(self) -> None:
        """Nothing is left; the session is read next."""
        self._due = True

    def look_again(self) -> None:
        """The session was read."""
        reading, due = self._state.reading, self._due
        if not due or reading is None:
            return
        if self._state.mode is not WizardMode.CONFLICTS or reading.left:
            self._due = False
        elif not self._work.busy:
            self._due = False
            if reading.tests is not None and reading.tests.wanted and reading.tests.result is None:
                self._work.run_tests()

    @property
    def awaited(self) -> bool:
        """Whether what stands there is what the tests are to judge before the merge goes on."""
        reading = self._state.reading
        tests = reading.tests if reading and self._state.mode is WizardMode.CONFLICTS else None
        return tests is not None and tests.wanted

    @property
    def passed(self) -> bool:
        """Whether they passed on exactly this."""
        reading = self._state.reading
        return bool(self.awaited and reading and reading.tests and reading.tests.result and reading.tests.result.passed)

    def told(self) -> tuple[StatusLook | None, str]:
        """What stands beside the button that goes on."""
        reading = self._state.reading
        if not self.awaited or reading is None or reading.tests is None:
            return None, ""
        if (known := self.step()) is None:
            return self._told_beside(reading.tests.staged)
        words, state = known
        return _LOOKS[state], f"The tests {'run' if state == RUNNING else words}"

    def step(self) -> tuple[str, str] | None:
        """What they do or came to, for the step of that name, with its state; None while neither is known."""
        reading = self._state.reading
        if not self.awaited or reading is None or reading.tests is None:
            return None
        if self._work.testing:
            return "running", RUNNING
        result = reading.tests.result
        if result is None:
            return None
        if result.passed:
            return f"pass ({figures.seconds_prose(result.duration_ms)})", DONE
        return "time out" if result.timed_out else f"fail (exit {result.exit_code})", FAILED

    def _told_beside(self, staged: bool) -> tuple[StatusLook | None, str]:
        """How they ended where that does not count for what is merged."""
        passed = self._work.tested
        if staged or passed is None:
            return None, ""
        return check_look(WARN), f"The tests {'pass' if passed else 'fail'}, with files that are not staged"
