"""Where the session stands, read whenever it may have moved: whoever did it, and whatever the wizard was about."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QElapsedTimer, QObject, Signal, Slot

from ampsm.model.merge import WaitsFor
from ampsm.workflows.finishing import MergeCourse, merge_course
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.merge_wizard.checking import MergeChecking
from ampsm_gui.dialogs.merge_wizard.filling import FormFilling
from ampsm_gui.dialogs.merge_wizard.mode import MergeReading, WizardMode, mode_of, read_merge
from ampsm_gui.dialogs.merge_wizard.state import WizardState
from ampsm_gui.dialogs.merge_wizard.work import WizardWork
from ampsm_gui.runtime.background import ignore
from ampsm_gui.runtime.timers import single_shot

_APART_MS = 800  # a busy store leads to a read no sooner than this: git is asked some dozen questions


class WizardFollowing(QObject):
    """Brings the state up to date, and asks for the checks where a merge or rebase is to come."""

    #: The state is what was read last.
    changed = Signal()
    #: Nothing is read yet but that there are conflicts, which can be read meanwhile.
    conflicts_wait = Signal()

    def __init__(
        self, desktop: Desktop, state: WizardState, filling: FormFilling, checking: MergeChecking, work: WizardWork,
        parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._desktop, self._state, self._filling = desktop, state, filling
        self._checking, self._work = checking, work
        self._since = QElapsedTimer()
        self._later = single_shot(self, _APART_MS, self.refresh)

    def begin(self) -> None:
        """Reads for the first time: where a merge waits is known long before the rest."""
        self.refresh()
        course = partial(merge_course, ref=self._state.session_id)
        self._desktop.background.ask((self, "course"), course, self._on_course, ignore)

    @Slot()
    def refresh(self) -> None:
        """Reads anew."""
        self._later.stop()
        self._since.start()
        read = partial(read_merge, session_id=self._state.session_id)
        self._desktop.background.ask((self, "reading"), read, self._on_read, ignore)

    @Slot()
    def read_from_now(self) -> None:
        """The same; an answer that is on its way does not count, since it may be of before."""
        self._desktop.background.forget((self, "reading"))
        self.refresh()

    @Slot()
    def on_store_changed(self) -> None:
        """Somebody has written there, perhaps of another session: reads anew, soon."""
        if not self._since.isValid() or self._since.elapsed() >= _APART_MS:
            self.refresh()
        elif not self._later.isActive():
            self._later.start()

    def check_again(self) -> None:
        """Reads anew, and asks for the checks if those are what the session needs."""
        self._state.check_due = True
        self.read_from_now()

    def stop(self) -> None:
        """Nobody looks any more."""
        self._later.stop()
        self._checking.stop()
        for question in ("reading", "course"):
            self._desktop.background.forget((self, question))

    @Slot()
    def check(self) -> None:
        """Asks for the checks."""
        self._state.checked_of = None
        self._filling.ask()
        self._checking.check()

    @Slot()
    def on_tick(self) -> None:
        """Who holds a session is in none of its records: that is read again when its lock was taken or left, and while
        somebody holds it, who may have been killed."""
        view, reading = self._state.view, self._state.reading
        held = view and view.get("merge") and view["actions"].get("abort-merge") is not None
        if held or (reading is not None and reading.was_taken_since):
            self.refresh()

    @Slot()
    def on_activated(self) -> None:
        """Somebody comes back to the window, perhaps from a terminal."""
        if self._state.mode is None:
            return  # it is being read
        stale = self._state.mode is WizardMode.CHECK and self._state.is_stale
        self._state.check_due = self._state.check_due or stale
        self.refresh()

    def _on_course(self, course: MergeCourse | None) -> None:
        waits = course is not None and course.is_open and course.waiting_for == WaitsFor.CONFLICTS
        if waits and self._state.mode is None:
            self._checking.stop()
            self.conflicts_wait.emit()

    def _on_read(self, reading: MergeReading) -> None:
        state, course, before = self._state, reading.course, self._state.mode
        state.reading, state.session = reading, reading.view["session"]
        if course is not None and (course.is_open or state.is_ours(course)):
            state.followed = course.merge_id
        state.mode = mode = mode_of(reading, state.followed, running=self._work.merging)
        if course is not None and mode is WizardMode.OVER:
            self._filling.forget(course.operation)
        again = mode is WizardMode.CHECK and (before is not WizardMode.CHECK or state.check_due)
        state.check_due = False
        if again:
            self.check()
        elif mode is not WizardMode.CHECK:
            self._checking.stop()
        if state.checked_of is None:
            state.checked_of = state.of_git()
        self.changed.emit()
