"""The merge wizard: one window beside the main one for the merge or rebase of one session, from its checks to its
end."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.merge_wizard.check_page import CheckPage
from ampsm_gui.dialogs.merge_wizard.checking import MergeChecking
from ampsm_gui.dialogs.merge_wizard.conflicts import ConflictPlace, MakeConflicts
from ampsm_gui.dialogs.merge_wizard.course_page import CoursePage
from ampsm_gui.dialogs.merge_wizard.filling import FormFilling
from ampsm_gui.dialogs.merge_wizard.following import WizardFollowing
from ampsm_gui.dialogs.merge_wizard.frame import WizardFrame
from ampsm_gui.dialogs.merge_wizard.keys import WizardKeys
from ampsm_gui.dialogs.merge_wizard.last_tests import LastTests
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.placement import WizardPlacement
from ampsm_gui.dialogs.merge_wizard.pushing import PushAfter
from ampsm_gui.dialogs.merge_wizard.showing import WizardShowing
from ampsm_gui.dialogs.merge_wizard.side_actions import SideActions
from ampsm_gui.dialogs.merge_wizard.state import WizardState
from ampsm_gui.dialogs.merge_wizard.stepping import WizardStepping
from ampsm_gui.dialogs.merge_wizard.trouble import WizardTrouble
from ampsm_gui.dialogs.merge_wizard.wiring import wire, wire_conflicts
from ampsm_gui.dialogs.merge_wizard.work import WizardWork
from ampsm_gui.look.plain import plain_title
from ampsm_gui.runtime.command import CommandError
from ampsm_gui.widgets.enter_key import Dialog
from ampsm_gui.widgets.tick import Tick

_SECOND_MS = 1000


class MergeWizard(Dialog):
    """Shows what is, whoever made it so, and starts commands; closed or killed it loses nothing."""

    outcome = Signal(str, bool)
    #: (editor or folder, path): to be opened in a program of the user's
    open_requested = Signal(str, str)
    #: The changes of the session are to be shown in the main window.
    changes_requested = Signal()
    #: So is its console.
    console_requested = Signal()

    def __init__(
        self, desktop: Desktop, session_id: str, view: dict[str, Any] | None, parent: QWidget,
        make_conflicts: MakeConflicts, operation: str = "merge",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("mergeWizard")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.desktop, self.session_id = desktop, session_id
        self.state = WizardState(session_id, view)
        self.work = WizardWork(desktop, session_id, self)
        self.checking = MergeChecking(desktop, session_id, self)
        self.side_actions = SideActions(desktop, self.state, self.checking, self.work, self)
        self.frame = WizardFrame(desktop.theme, self)
        self.trouble = WizardTrouble(self.frame.strip, self.state)
        self._placement = WizardPlacement(self, self.frame, desktop.theme)
        self.check_page = CheckPage(desktop, self.checking, self)
        self.course_page = CoursePage(desktop, self)
        self.conflicts = ConflictPlace(desktop, session_id, self.frame.pages, make_conflicts)
        self.filling = FormFilling(desktop, self.state, self.check_page, self.checking, self)
        self.following = WizardFollowing(desktop, self.state, self.filling, self.checking, self.work, self)
        self.start = QAction("Start", self)
        self.start.setObjectName("startMergeAction")
        self.keys = WizardKeys(self.state, self.frame.foot, self)
        self.tests = LastTests(self.state, self.work, self)
        self.push_after = PushAfter(desktop, self.state, self)
        self._showing = WizardShowing(
            self.state, self.frame, self.checking, self.check_page, self.course_page, self.conflicts, self.work,
            self.tests, self.push_after, self.start,
        )  # fmt: skip
        self.stepping = WizardStepping(
            desktop, self.state, self.filling, self.checking, self.work, self.course_page, self._showing,
            self.frame.foot, self.start, self,
        )  # fmt: skip
        self._tick = Tick(self, self._on_tick)
        for page in (self.check_page, self.course_page):
            self.frame.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.frame)
        wire(self)
        if self.state.session:
            self.check_page.show_session(self.state.session)
        self.filling.choose(operation)
        self.show_all()
        self.following.begin()

    # What the window asks

    @property
    def mode(self) -> WizardMode | None:
        """What it is about now; None until that is read."""
        return self.state.mode

    def come_forward(self) -> None:
        """Brings it before the other windows."""
        if self.isVisible():
            self.raise_()
            self.activateWindow()
        else:
            self.show()

    def choose(self, operation: str) -> None:
        """Whether a merge or a rebase is to come; what is open is shown before, whatever it is."""
        open_one = self.state.course is not None and self.state.course.is_open
        if open_one or operation == self.state.operation:
            return
        self.state.begin_anew()
        self.filling.choose(operation)
        self.following.check_again()

    def abort(self, known: dict[str, Any] | None = None) -> None:
        """Asks whether to give up what is open, which says what that restores; `known` is what others have read of the
        session."""
        self.side_actions.abort(known)

    @Slot()
    def refresh(self) -> None:
        """Reads anew where the merge stands."""
        self.following.refresh()

    @Slot(str, object)
    def not_opened(self, _session_id: str, error: CommandError) -> None:
        """Says why no program was opened."""
        self.trouble.show_of_now(error)

    # Qt overrides

    def sizeHint(self) -> QSize:
        return self._placement.size()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._placement.place()
        if self.mode in (None, WizardMode.CHECK):
            self.check_page.take_focus(self.frame.foot.go_on)
        self.desktop.merge_watcher.watch(self.session_id)
        self._tick.set_pace(_SECOND_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.desktop.merge_watcher.leave(self.session_id)
        self.filling.keep()

    def done(self, result: int) -> None:
        self.following.stop()
        super().done(result)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.following.on_activated()

    # What is shown

    @Slot()
    def on_conflicts_wait(self) -> None:
        """Conflicts wait: their page is made while the rest is read."""
        self.conflicts.show(partial(wire_conflicts, self))

    @Slot()
    def on_read(self) -> None:
        """Where the session stands is known, or known anew."""
        self.check_page.show_session(self.state.session)
        self.trouble.look_again()
        self.keys.look_again()
        self.show_all()
        self.tests.look_again()

    @Slot()
    def show_all(self) -> None:
        """The page that is needed, with steps, sentence and buttons."""
        self.setWindowTitle(plain_title(self._showing.title()))
        at_conflicts = self.mode is WizardMode.CONFLICTS and self.state.view is not None
        self._showing.output_wanted = self._showing.output_wanted and at_conflicts and self.tests.awaited
        if at_conflicts and not self._showing.output_wanted:
            self.conflicts.show(partial(wire_conflicts, self))
        elif self.mode is not None or self.conflicts.page is None:  # else conflicts are shown before the rest is read
            self._showing.page()
        self._showing.steps()
        self._showing.head()
        self._showing.foot()

    @Slot()
    def _on_tick(self) -> None:
        self._showing.head()
        self.following.on_tick()

    @Slot(str)
    def on_merge_moved(self, session_id: str) -> None:
        """Whoever did it: what is shown is read anew."""
        if session_id == self.session_id and self.isVisible():
            self.refresh()
            if self.conflicts.page is not None:
                self.conflicts.page.refresh()

    def on_narrow(self, narrow: bool) -> None:
        """There is no room for all of it, or there is again."""
        self.check_page.set_narrow(narrow)
        if self.conflicts.page is not None:
            self.conflicts.page.set_narrow(narrow)

    # What a person does

    @Slot()
    def on_work_changed(self) -> None:
        """A command has begun or ended."""
        if self.work.busy:
            self.trouble.clear()
        self.check_page.setEnabled(not self.work.merging)
        self.frame.head.set_choosing(not self.work.merging)
        self.state.check_due = not self.work.merging
        self.following.read_from_now()
        self._showing.foot()

    @Slot()
    def on_push_after(self) -> None:
        """A push has begun or ended: what is pushed cannot be undone."""
        self.trouble.clear()
        self.show_all()
        self.following.read_from_now()

    @Slot()
    def on_cured(self) -> None:
        """Something was done that the checks depend on."""
        self.following.check_again()
        self._showing.foot()

    @Slot()
    def on_abort(self) -> None:
        """The button that gives up."""
        self.abort()

    @Slot()
    def on_output_asked(self) -> None:
        """Shows the output of the tests, or the conflicts again."""
        self._showing.output_wanted = not self._showing.output_wanted
        self.show_all()

    @Slot()
    def on_next_changed(self) -> None:
        """The page for conflicts goes on with something else."""
        self._showing.foot()

    @Slot(object)
    def on_page_error(self, error: CommandError) -> None:
        """A command of the page for conflicts has failed."""
        if self.mode is WizardMode.CONFLICTS:  # else it is about conflicts that were settled or given up meanwhile
            whole = error.details.get("wholeText") is True
            self.trouble.show_of_now(error, *([("Forget the whole text", self._forget_whole_text)] if whole else []))

    def _forget_whole_text(self) -> None:
        self.trouble.clear()
        if self.conflicts.page is not None:
            self.conflicts.page.forget_whole_text()
