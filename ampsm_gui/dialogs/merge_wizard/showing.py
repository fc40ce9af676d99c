"""Shows in the frame of the wizard what is known: the page, the steps, the sentence above and the buttons below."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtGui import QAction

from ampsm.model.merge import MergeStatus, MergeStep
from ampsm.workflows.finishing import MergeCourse
from ampsm_gui.dialogs.merge_wizard import words
from ampsm_gui.dialogs.merge_wizard.check_page import CheckPage
from ampsm_gui.dialogs.merge_wizard.checking import MergeChecking
from ampsm_gui.dialogs.merge_wizard.conflicts import ConflictPlace
from ampsm_gui.dialogs.merge_wizard.course_page import CoursePage
from ampsm_gui.dialogs.merge_wizard.frame import WizardFrame
from ampsm_gui.dialogs.merge_wizard.head import ONTO, Way
from ampsm_gui.dialogs.merge_wizard.last_tests import LastTests
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.pushing import PushAfter
from ampsm_gui.dialogs.merge_wizard.state import WizardState
from ampsm_gui.dialogs.merge_wizard.work import WizardWork
from ampsm_gui.look.status import session_look
from ampsm_gui.models.merge import steps

#: Ways on that stand below, or that lead here.
_ELSEWHERE = ("continue-merge", "abort-merge", "merge", "stop")
_UNDOABLE = ("merged", "rebased", "pull-request")


class WizardShowing:
    """Decides nothing: what is true is in the state, the checks and the work."""

    def __init__(
        self, state: WizardState, frame: WizardFrame, checking: MergeChecking, check_page: CheckPage,
        course_page: CoursePage, conflicts: ConflictPlace, work: WizardWork, tests: LastTests, push: PushAfter,
        start: QAction,
    ) -> None:  # fmt: skip
        self._state, self._frame, self._checking, self._work = state, frame, checking, work
        self._check_page, self._course_page, self._conflicts = check_page, course_page, conflicts
        self._tests, self._push, self._start = tests, push, start
        #: Whether the output of the tests is shown in the place of the conflicts.
        self.output_wanted = False

    def title(self) -> str:
        """Of the window."""
        course, name = self._state.course, self._state.session.get("name") or self._state.session_id
        what = ONTO[self._state.operation]
        return f"{what} {course.target if course else self._state.target}: {name}"

    def page(self) -> None:
        """The page for anything but conflicts."""
        if (course := self._state.course) is not None:
            self._course_page.show_course(self._push.as_it_is(course))
        self._frame.pages.setCurrentWidget(self._course_page if course else self._check_page)

    def next_action(self) -> QAction | None:
        """What the page for conflicts does next."""
        page = self._conflicts.page
        return page.next_action() if page is not None and self._state.mode is WizardMode.CONFLICTS else None

    def steps(self) -> None:
        state, checking, reading, course = self._state, self._checking, self._state.reading, self._state.course
        if course is None or reading is None:
            script, expected = state.session.get("scriptCommand"), len(checking.conflicts)
            form = self._check_page.form()
            shown = steps.before(form, checking.outlook, checking.judged, script, expected)
        elif state.mode is WizardMode.OVER:
            shown = steps.after(self._push.as_it_is(course), cleaned_up=state.is_cleaned_up)
        else:
            at_work = state.mode is WizardMode.AT_WORK or reading.works
            shown = steps.during(
                course, reading.left, reading.total, reading.stop, at_work=at_work, tests=self._tests.step()
            )
        self._frame.steps.show_steps(shown)
        self._frame.show_line()

    def head(self) -> None:
        top, state, course = self._frame.head, self._state, self._state.course
        if course is None or state.reading is None:
            self._head_of_checks()
            return
        situation, actions = state.reading.view["situation"], state.reading.view["actions"]
        if state.mode is WizardMode.OVER:
            look, sentence = words.over_words(self._push.as_it_is(course), cleaned_up=state.is_cleaned_up)
            top.show_sentence(look, sentence, self._ways_after(course, actions))
            return
        sentence = words.waits_words(course, state.reading, situation["sentence"])
        if testing := self._tests.awaited and self._work.testing:
            sentence = words.TESTS_RUN
        at_work = state.mode is WizardMode.AT_WORK or state.reading.works or testing
        look = session_look("running" if at_work else situation["status"])
        top.show_sentence(look, sentence, self._ways(course, situation, actions))

    def foot(self) -> None:
        foot, state, course, busy = self._frame.foot, self._state, self._state.course, self._work.busy
        form = self._check_page.form()
        why = words.why_not_started(self._checking, form)
        can_start = state.mode is WizardMode.CHECK and not why and not busy
        self._start.setEnabled(can_start)
        foot.show_result(*self._tests.told())
        foot.show_copy(self._copied_words())
        if course is None or state.reading is None:
            foot.show_abort(None, why if state.mode is WizardMode.CHECK else "", enabled=False)
            verb = words.start_words(form, state.target)
            self._start.setText(verb)
            foot.show_primary(f"{verb}…" if self._work.merging else verb, why, enabled=can_start)
        elif state.mode is WizardMode.OVER:
            foot.show_abort(None, "", enabled=False)
            foot.show_primary("", enabled=False)
        else:
            actions = state.reading.view["actions"]
            allowed = actions.get("abort-merge") is None and not busy
            foot.show_abort(course.operation, words.restores_words(course), enabled=allowed)
            if (action := self.next_action()) is not None:
                foot.show_primary(action.text(), action.toolTip(), enabled=action.isEnabled())
            else:
                why_not = words.why_not_continued(state.reading)
                foot.show_primary("Continue", why_not or "", enabled=why_not is None and not busy)

    def _copied_words(self) -> str:
        """What can be copied; of one that is over the way back, where there may be one."""
        if self._state.mode is not WizardMode.OVER:
            return "Copy command"
        if self._state.is_cleaned_up:
            return "Copy restore command"
        view = self._state.view
        return "Copy undo command" if view is not None and view["actions"].get("undo") is None else ""

    def _head_of_checks(self) -> None:
        top, checking, target = self._frame.head, self._checking, self._state.target
        found, look = words.head_of_checks(checking, self._state.form, target)
        at = checking.checked_at
        age = None if at is None or checking.judged is None else time.monotonic() - at
        top.show_target(self._state.operation, target, checking.outlook.branches if checking.outlook else [target])
        top.show_checks(found, look, words.age_words(age, stale=self._state.is_stale))

    def _ways(self, course: MergeCourse, situation: dict[str, Any], actions: dict[str, str | None]) -> list[Way]:
        """What helps besides Continue and Abort, which stand below."""
        if self._tests.awaited:
            return self._ways_of_tests(actions)
        if self._state.mode is WizardMode.AT_WORK:
            tests_run = course.step == MergeStep.TEST or actions.get("stop") is None
            return [Way("stop", "Stop")] if tests_run else []
        found = [(situation["action"], situation["label"])] if situation["action"] else []
        found += [(way["action"], way["label"]) for way in situation["more"]]
        ways = [Way(name, label, actions.get(name)) for name, label in found if name not in _ELSEWHERE]
        if course.waiting_for != "tests":
            return ways
        commit: list[Way] = [Way("commit", "Commit now…")] if actions["commit"] is None else []
        return [*ways, *commit, Way("run", "Run tests", actions.get("run"))]

    def _ways_after(self, course: MergeCourse, actions: dict[str, str | None]) -> list[Way]:
        """What was left out, to what was opened, and back: undo, of a session that is cleaned up what has to come
        before."""
        merged, push = course.status == MergeStatus.MERGED, self._push.way()
        ways = [push] if push else []
        if course.pull_request:
            ways.append(Way("open-request", "Open in Browser"))
        if self._state.is_cleaned_up:
            why_not = "Something is at work" if self._work.busy else actions.get("restore")
            return [*ways, Way("restore", "Restore", why_not)]
        if merged:
            ways.append(Way("cleanup", "Clean up…", actions.get("cleanup")))
        if course.status in _UNDOABLE:
            ways.append(Way("undo", "Undo…", "It is being pushed" if self._push.busy else actions.get("undo")))
        return ways

    def _ways_of_tests(self, actions: dict[str, str | None]) -> list[Way]:
        """What helps after the last conflict."""
        output = self._course_page.output.parts()
        ways: list[Way] = [Way("output", "Show conflicts" if self.output_wanted else "Show output")] if output else []
        if self._work.testing or actions.get("stop") is None:  # here, or in a terminal or a window that was killed
            return [*ways, Way("stop", "Stop")]
        return ways if self._tests.passed else [*ways, Way("run", "Run tests", actions.get("run"))]
