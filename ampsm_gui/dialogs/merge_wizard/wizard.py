"""The merge wizard: one window beside the main one for the merge of one session, from its checks to its end."""

from __future__ import annotations

import shlex
import time
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ampsm.workflows.finishing import MergeCourse
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.finishing.abort_merge import AbortMergeDialog
from ampsm_gui.dialogs.finishing.commit import CommitDialog
from ampsm_gui.dialogs.finishing.undo import UndoDialog
from ampsm_gui.dialogs.merge_wizard import cures, words
from ampsm_gui.dialogs.merge_wizard.check_page import CheckPage
from ampsm_gui.dialogs.merge_wizard.checking import MergeChecking
from ampsm_gui.dialogs.merge_wizard.conflicts import ConflictList, MakeConflicts
from ampsm_gui.dialogs.merge_wizard.course_page import CoursePage
from ampsm_gui.dialogs.merge_wizard.frame import WizardFrame
from ampsm_gui.dialogs.merge_wizard.mode import MergeReading, Mode, mode_of, read_merge
from ampsm_gui.dialogs.merge_wizard.work import WizardWork
from ampsm_gui.look.plain import plain_title
from ampsm_gui.look.status import session_look
from ampsm_gui.look.way_on import way_on
from ampsm_gui.models.merge import steps
from ampsm_gui.models.merge.form import FormKeeper, MergeForm
from ampsm_gui.runtime.background import ignore
from ampsm_gui.runtime.command import CommandError
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.enter_key import Dialog
from ampsm_gui.widgets.tick import Tick

_KEEP_MS = 250
_SECOND_MS = 1000


class MergeWizard(Dialog):
    """Shows what is, whoever made it so, and starts commands; closed or killed it loses nothing."""

    outcome = Signal(str, bool)
    #: (editor or folder, path): to be opened in a program of the user's
    open_requested = Signal(str, str)
    #: The changes of the session are to be shown in the main window.
    changes_requested = Signal()

    def __init__(
        self, desktop: Desktop, session_id: str, view: dict[str, Any] | None, parent: QWidget | None = None,
        make_conflicts: MakeConflicts | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("mergeWizard")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.desktop = desktop
        self.session_id = session_id
        self._session: dict[str, Any] = (view or {}).get("session") or {}
        self._reading: MergeReading | None = None
        self._followed: str | None = None
        self._mode: Mode | None = None
        self._make_conflicts = make_conflicts
        self._checked_of: object = None
        self._placed = self._check_due = False
        self._keeper = FormKeeper(desktop.state)
        self._form = self._keeper.form(session_id)
        self.work = WizardWork(desktop, session_id, self)
        self.checking = MergeChecking(desktop, session_id, self)
        self.frame = WizardFrame(desktop.theme, self)
        self.check_page = CheckPage(desktop, self.checking, self)
        self.course_page = CoursePage(desktop, self)
        self.conflicts: QWidget | None = None
        self.start = QAction("Merge", self)
        self.start.setObjectName("startMergeAction")
        self._keep = single_shot(self, _KEEP_MS, self._on_keep)
        self._tick = Tick(self, self._on_tick)
        for page in (self.check_page, self.course_page):
            self.frame.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.frame)
        self._connect()
        self.check_page.show_form(self._form)
        if self._session:
            self.check_page.show_session(self._session)
        self._show()
        self.refresh()

    # What the window asks

    @property
    def mode(self) -> Mode | None:
        """What it is about now; None until that is read."""
        return self._mode

    @property
    def target(self) -> str:
        """The branch that it would merge into."""
        return self._form.target or str(self._session.get("baseBranch") or "") or "the base"

    def come_forward(self) -> None:
        """Brings it before the other windows."""
        if self.isVisible():
            self.raise_()
            self.activateWindow()
        else:
            self.show()

    def go_on(self) -> None:
        """Continues what is open."""
        self.frame.strip.clear()
        self.course_page.set_output("")
        self.work.go_on()

    def abort(self, known: dict[str, Any] | None = None) -> None:
        """Asks whether to give up what is open, which says what that restores; `known` is what others have read of the
        session."""
        read = self._reading.view if self._reading else None
        view = read if read and read.get("merge") else known or read
        dialog = AbortMergeDialog(self.desktop, self.session_id, view, self)
        dialog.outcome.connect(self.outcome)
        dialog.finished.connect(self.refresh)
        dialog.open()

    def command_words(self) -> list[str]:
        """What does the next step, as words after `amp-sessions`."""
        if self._mode in (Mode.WAITS, Mode.CONFLICTS, Mode.AT_WORK):
            return ["continue-merge", self.session_id]
        if self._mode is Mode.OVER:
            return ["undo", self.session_id]
        return self.check_page.form().words(self.session_id)

    # Qt overrides

    def sizeHint(self) -> QSize:
        parent = self.parentWidget()
        around = parent.window().size() if parent is not None else self.screen().availableSize()
        return self.frame.wanted_size(around)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            self._place()
        self.desktop.merge_watcher.watch(self.session_id)
        self._tick.set_pace(_SECOND_MS)

    def _place(self) -> None:
        """In the middle of the window, which it fills where that is small."""
        self.resize(self.sizeHint())
        parent = self.parentWidget()
        if parent is not None:
            around = parent.window().frameGeometry()
            self.move(around.center() - self.rect().center())
        self.check_page.options.message.text.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.desktop.merge_watcher.leave(self.session_id)
        self._on_keep()

    def done(self, result: int) -> None:
        self.checking.stop()
        self.desktop.background.forget((self, "reading"))
        super().done(result)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.refresh()
            if self._mode is Mode.CHECK and self._is_stale():
                self._check()

    # What is read

    @Slot()
    def refresh(self) -> None:
        """Reads anew where the merge stands."""
        read = partial(read_merge, session_id=self.session_id)
        self.desktop.background.ask((self, "reading"), read, self._on_read, ignore)

    def _on_read(self, reading: MergeReading) -> None:
        self._reading, self._session = reading, reading.view["session"]
        course = reading.course
        if course is not None and course.is_open:
            self._followed = course.merge_id
        elif course is not None and course.merge_id == self._followed and self._mode is not Mode.CHECK:
            self._keeper.forget(self.session_id)
        mode = mode_of(reading, self._followed, running=self.work.merging)
        self.check_page.show_session(self._session)
        again = mode is Mode.CHECK and (self._mode is not Mode.CHECK or self._check_due)
        self._mode, self._check_due = mode, False
        if again:
            self._check()
        elif mode is not Mode.CHECK:
            self.checking.stop()  # it would hold the session
        if self._checked_of is None:
            self._checked_of = self._state_of_git()
        self._show()

    def _check(self) -> None:
        self._checked_of = None
        self.checking.set_form(self.check_page.form())
        self.checking.check()

    def _is_stale(self) -> bool:
        return self._checked_of is not None and self._checked_of != self._state_of_git()

    def _state_of_git(self) -> object:
        view = self._reading.view if self._reading else {}
        git = view.get("git") or {}
        return tuple((name, git.get(name)) for name in ("head", "ahead", "behind", "staged", "unstaged", "untracked"))

    # What is shown

    def _show(self) -> None:
        reading, mode = self._reading, self._mode
        course = reading.course if reading else None
        into = course.target if course and mode not in (None, Mode.CHECK) else self.target
        what = "Rebase onto" if course and mode is not Mode.CHECK and course.operation == "rebase" else "Merge into"
        self.setWindowTitle(plain_title(f"{what} {into}: {self._session.get('name') or self.session_id}"))
        if mode is Mode.CONFLICTS:
            self._show_conflicts()
        elif course is not None and mode in (Mode.WAITS, Mode.AT_WORK, Mode.OVER):
            self.course_page.show_course(course)
            self.frame.pages.setCurrentWidget(self.course_page)
        else:
            self.frame.pages.setCurrentWidget(self.check_page)
        self._show_steps()
        self._show_head()
        self._show_foot()

    def _show_conflicts(self) -> None:
        if self.conflicts is None:
            page = self._make_conflicts(self.desktop, self.session_id, self) if self._make_conflicts else None
            self.conflicts = page or ConflictList(self)
            self.frame.pages.addWidget(self.conflicts)
            if page is not None:
                self._connect_conflicts(page)
        if isinstance(self.conflicts, ConflictList) and self._reading is not None:
            self.conflicts.show_paths(self._reading.view["merge"]["conflicts"])
        self.frame.pages.setCurrentWidget(self.conflicts)

    def _connect_conflicts(self, page: Any) -> None:
        page.left_changed.connect(self.refresh)
        page.next_changed.connect(self._show_foot)
        page.ask_agent.connect(self._on_ask_agent)
        page.error.connect(self.frame.show_error)
        page.set_narrow(self.frame.narrow)

    def _show_steps(self) -> None:
        reading, form = self._reading, self.check_page.form()
        course = reading.course if reading else None
        if course is not None and reading is not None and self._mode in (Mode.WAITS, Mode.CONFLICTS, Mode.AT_WORK):
            shown = steps.during(course, reading.left, reading.total, at_work=self._mode is Mode.AT_WORK)
        elif course is not None and self._mode is Mode.OVER:
            shown = steps.after(course)
        else:
            script, expected = self._session.get("scriptCommand"), len(self.checking.conflicts)
            shown = steps.before(form, self.checking.outlook, self.checking.judged, script, expected)
        self.frame.steps.show_steps(shown)
        self.frame.show_line()

    @Slot()
    def _show_head(self) -> None:
        head, reading, course = self.frame.head, self._reading, self._reading.course if self._reading else None
        if reading is None or course is None or self._mode in (None, Mode.CHECK):
            found, look = words.head_of_checks(self.checking, self.target)
            at = self.checking.checked_at
            age = None if at is None or self.checking.judged is None else time.monotonic() - at
            outlook = self.checking.outlook
            head.show_target(self.target, outlook.branches if outlook else [self.target])
            head.show_checks(found, look, words.age_words(age, stale=self._is_stale()))
            return
        if self._mode is Mode.OVER:
            look, sentence = words.over_words(course)
            why = reading.view["actions"].get("undo")
            head.show_sentence(
                look, sentence, [("undo", "Undo…", why)] if course.status in ("merged", "rebased") else []
            )
            return
        situation, actions = reading.view["situation"], reading.view["actions"]
        sentence = words.waits_words(course, reading.left, reading.total, situation["sentence"])
        look = session_look("running" if self._mode is Mode.AT_WORK else situation["status"])
        head.show_sentence(look, sentence, self._ways(course, situation, actions))

    def _ways(self, course: MergeCourse, situation: dict[str, Any], actions: dict[str, str | None]) -> list[Any]:
        """What helps besides Continue and Abort, which stand below."""
        if self._mode is Mode.AT_WORK:
            return [("stop", "Stop", actions.get("stop"))] if course.step == "test" else []
        found = [(situation["action"], situation["label"])] if situation["action"] else []
        found += [(way["action"], way["label"]) for way in situation["more"]]
        ways = [(name, label, actions.get(name)) for name, label in found
                if name not in ("continue-merge", "abort-merge", "merge", "stop")]  # fmt: skip
        return [*ways, ("run", "Run tests", actions.get("run"))] if course.waiting_for == "tests" else ways

    @Slot()
    def _show_foot(self) -> None:
        foot, reading = self.frame.foot, self._reading
        course = reading.course if reading else None
        form = self.check_page.form()
        why = words.why_not_started(self.checking, form)
        can_start = self._mode is Mode.CHECK and not why and not self.work.busy
        self.start.setEnabled(can_start)
        if course is not None and reading is not None and course.is_open and self._mode is not Mode.CHECK:
            actions, branch = reading.view["actions"], str(self._session.get("branch") or "")
            allowed = actions.get("abort-merge") is None and not self.work.busy
            foot.show_abort(course.operation, words.restores_words(course, branch), enabled=allowed)
            page_action = self._next_action()
            if page_action is not None:
                foot.show_primary(page_action.text(), page_action.toolTip(), enabled=page_action.isEnabled())
            else:
                why_not = actions.get("continue-merge")
                foot.show_primary("Continue", why_not or "", enabled=why_not is None and not self.work.busy)
        elif self._mode is Mode.OVER:
            foot.show_abort(None, "", enabled=False)
            foot.show_primary("", enabled=False)
        else:
            foot.show_abort(None, why if self._mode is Mode.CHECK else "", enabled=False)
            verb = words.start_words(form, self.target, "merge")
            foot.show_primary(f"{verb}…" if self.work.merging else verb, why, enabled=can_start)

    def _next_action(self) -> QAction | None:
        if self._mode is Mode.CONFLICTS and self.conflicts is not None and not isinstance(self.conflicts, ConflictList):
            found: QAction | None = self.conflicts.next_action()  # type: ignore[attr-defined]
            return found
        return None

    # What a person does

    @Slot()
    def _on_primary(self) -> None:
        action = self._next_action()
        if action is not None:
            action.trigger()
        elif self._mode is Mode.CHECK:
            self.start.trigger()
        elif self._mode in (Mode.WAITS, Mode.CONFLICTS):
            self.go_on()

    @Slot()
    def _on_start(self) -> None:
        self.checking.stop()
        self._on_keep()
        self.frame.strip.clear()
        self.course_page.set_output("")
        self.work.merge(*self.check_page.form().words(self.session_id))

    @Slot(str)
    def _on_target(self, target: str) -> None:
        base = str(self._session.get("baseBranch") or "")
        self._change_form(target=None if target == base else target)

    @Slot()
    def _on_form(self) -> None:
        self._take_form(self.check_page.options.form)

    def _change_form(self, **values: Any) -> None:
        from dataclasses import replace

        form = replace(self._form, **values)
        self.check_page.show_form(form)
        self._take_form(form)

    def _take_form(self, form: MergeForm) -> None:
        self._form = form
        self._keep.start()
        self.checking.set_form(self.check_page.form())
        self._show()

    @Slot()
    def _on_keep(self) -> None:
        self._keep.stop()
        if self._mode is not Mode.OVER:
            self._keeper.keep(self.session_id, self._form)

    @Slot(str, str)
    def _on_cured(self, check: str, name: str) -> None:
        judged, outlook = self.checking.judged, self.checking.outlook
        if name == cures.COMMIT:
            dialog = CommitDialog(self.desktop, self.session_id, self._reading.view if self._reading else None, self)
            dialog.outcome.connect(self.outcome)
            dialog.done_with.connect(self._on_committed)
            dialog.open()
        elif name == cures.SHOW:
            self.changes_requested.emit()
        elif name == cures.CHECKOUT and outlook is not None and outlook.checkout:
            self.open_requested.emit("folder", outlook.checkout)
        elif name == cures.TESTS:
            self.work.run_tests()
        elif name == cures.AGENT:
            self.work.iterate("--notes", cures.NOTES[check].format(target=self.target))
        elif judged is not None:
            found = next((one for one in judged.checks if one.id == check), None)
            QGuiApplication.clipboard().setText(way_on(found.hint if found else None).command)

    @Slot(object)
    def _on_committed(self, _document: dict[str, Any]) -> None:
        self._check_due = True
        self.refresh()

    @Slot()
    def _on_abort(self) -> None:
        self.abort()

    @Slot(str)
    def _on_way(self, action: str) -> None:
        view = self._reading.view if self._reading else None
        situation = view["situation"] if view else {}
        if action == "undo":
            dialog = UndoDialog(self.desktop, self.session_id, view, self)
            dialog.outcome.connect(self.outcome)
            dialog.finished.connect(self.refresh)
            dialog.open()
        elif action == "iterate":
            self.work.iterate(*(situation["options"] if situation.get("action") == action else ()))
        elif action == "run":
            self.work.run_tests()
        elif action == "stop":
            self.desktop.commands.run("stop", self.session_id)
        elif action == "open-worktree":
            self.open_requested.emit("editor", str(self._session.get("worktree") or ""))

    @Slot()
    def _on_ask_agent(self) -> None:
        self.work.iterate()

    @Slot(object)
    def _on_failed(self, error: CommandError) -> None:
        self.frame.show_error(error)

    @Slot()
    def _on_work_changed(self) -> None:
        self.check_page.setEnabled(not self.work.merging)
        self.frame.head.setEnabled(not self.work.merging)
        self._check_due = not self.work.merging
        self.refresh()
        self._show_foot()

    @Slot()
    def _on_cure_done(self) -> None:
        self._check_due = True
        self.refresh()
        self._show_foot()

    @Slot()
    def _on_copy(self) -> None:
        self.frame.foot.copied(shlex.join(["amp-sessions", *self.desktop.workspace.options(), *self.command_words()]))

    def _on_tick(self) -> None:
        """Who holds a session stands in no file: while somebody does, that is read again."""
        self._show_head()
        reading = self._reading
        if reading and reading.view.get("merge") and reading.view["actions"].get("abort-merge") is not None:
            self.refresh()

    def _on_narrow(self, narrow: bool) -> None:
        self.check_page.set_narrow(narrow)
        if self.conflicts is not None and not isinstance(self.conflicts, ConflictList):
            self.conflicts.set_narrow(narrow)  # type: ignore[attr-defined]

    @Slot(str)
    def _on_merge_moved(self, session_id: str) -> None:
        """Whoever did it: what is shown is read anew."""
        if session_id != self.session_id or not self.isVisible():
            return
        self.refresh()
        if self.conflicts is not None and not isinstance(self.conflicts, ConflictList):
            self.conflicts.refresh()  # type: ignore[attr-defined]

    def _connect(self) -> None:
        frame = self.frame
        frame.on_narrow(self._on_narrow)
        frame.head.target_chosen.connect(self._on_target)
        frame.head.check_again.connect(self._check)
        frame.head.requested.connect(self._on_way)
        frame.foot.abort.connect(self._on_abort)
        frame.foot.copy_asked.connect(self._on_copy)
        frame.foot.close_asked.connect(self.close)
        frame.foot.primary.connect(self._on_primary)
        self.check_page.cured.connect(self._on_cured)
        self.check_page.form_changed.connect(self._on_form)
        self.checking.checked.connect(self._show)
        self.checking.foreseen.connect(self._show)
        self.start.triggered.connect(self._on_start)
        self.work.changed.connect(self._on_work_changed)
        self.work.cured.connect(self._on_cure_done)
        self.work.failed.connect(self._on_failed)
        self.work.outcome.connect(self.outcome)
        self.work.tests_said.connect(self.course_page.add_output)
        self.desktop.merge_watcher.changed.connect(self._on_merge_moved)
        self.desktop.watcher.changed.connect(self.refresh)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._on_primary)
