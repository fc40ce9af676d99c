"""Pushing what a merge has made, when it is over: it was not asked to, or could not."""

from __future__ import annotations

import shlex
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QProcessEnvironment, Signal, Slot

from ampsm.context import Context
from ampsm.git.push import why_refused, without_passwords
from ampsm.workflows.finishing import MergeCourse
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.merge_wizard.head import Way
from ampsm_gui.dialogs.merge_wizard.state import WizardState
from ampsm_gui.look.way_on import way_on
from ampsm_gui.runtime.background import redacted
from ampsm_gui.runtime.command import CommandError
from ampsm_gui.runtime.given import given

#: As the head of the wizard names it.
PUSH = "push"
_RETRY = "Retry: "
_LONG = 24  # characters of a place that still stand on a button


def copied_command(warning: str) -> str:
    """The command to copy of a warning; empty for one that names none."""
    return way_on(warning.rpartition(_RETRY)[2]).command if _RETRY in warning else ""


class PushAfter(QObject):
    """Runs the command that a warning of the merge gives to copy, else that of where its target belongs."""

    #: It has begun or ended.
    changed = Signal()
    outcome = Signal(str, bool)
    failed = Signal(object)

    def __init__(self, desktop: Desktop, state: WizardState, parent: QObject) -> None:
        super().__init__(parent)
        self._desktop, self._state = desktop, state
        self._pushed = ""
        self.busy = False

    def as_it_is(self, course: MergeCourse) -> MergeCourse:
        """The merge with what was pushed since, here or by anybody whose push this repository has heard of, and without
        the warnings of what has been put right."""
        pushed, cleaned_up = self._is_pushed(course), self._state.is_cleaned_up
        left = tuple(
            words for words in course.warnings
            if not (pushed and self._argv_of(course, words)) and not (cleaned_up and self._cleans_up(words))
        )  # fmt: skip
        return replace(course, pushed=course.pushed or pushed, warnings=left)

    def way(self) -> Way | None:
        """The button for it; None when there is nothing to push."""
        argv, course = self.argv(), self._state.course
        if not argv or course is None:
            return None
        if self.busy:
            return Way(PUSH, "Pushing…", "It is being pushed")
        if self._of_warnings(course):
            return Way(PUSH, "Push again", tip=shlex.join(argv))
        place = f"{argv[4]}/{_branch(argv)}"
        return Way(PUSH, f"Push to {place}" if len(place) <= _LONG else "Push", tip=shlex.join(argv))

    def argv(self) -> list[str]:
        """The command; empty when there is nothing to push."""
        course = self._state.course
        if course is None or course.is_open or self._is_pushed(course):
            return []
        return self._first_argv(course)

    @Slot(str)
    def on_requested(self, way: str) -> None:
        """A way on was chosen."""
        argv, course = self.argv(), self._state.course
        if way != PUSH or self.busy or not argv or course is None:
            return
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("GIT_TERMINAL_PROMPT", "0")  # nobody would see what it asks
        self.busy = True
        command = self._desktop.commands.run_program(*argv, environment=environment)
        said = f"{course.target} is on {argv[4]}"
        command.succeeded.connect(given(self._on_pushed, course.merge_id, said))
        command.failed.connect(given(self._on_failed, argv[4]))
        self.changed.emit()

    def _on_pushed(self, merge_id: str, said: str, _document: dict[str, Any]) -> None:
        self.busy, self._pushed = False, merge_id
        self.outcome.emit(said, False)
        self.changed.emit()

    def _on_failed(self, remote: str, error: CommandError) -> None:
        why = redacted(partial(_why, output=str(error.details.get("output") or ""), otherwise=error.message))
        self._desktop.background.ask(
            (self, "why"), why, partial(self._on_why, remote, error), partial(self._on_why, remote, error)
        )

    def _on_why(self, remote: str, error: CommandError, why: str | Exception) -> None:
        """Without secrets; nothing of it while nobody can say what is secret."""
        self.busy = False
        said = f": {why}" if isinstance(why, str) else ""
        self.changed.emit()
        self.failed.emit(CommandError(
            "push-failed", f"Pushing to {remote} failed{said}", error.hint, error.exit_code, {}
        ))  # fmt: skip

    def _is_pushed(self, course: MergeCourse) -> bool:
        if course.merge_id == self._pushed:
            return True
        argv = self._first_argv(course) if course.published_in else []
        return bool(argv) and f"{argv[4]}/{_branch(argv)}" in course.published_in

    def _first_argv(self, course: MergeCourse) -> list[str]:
        return self._of_warnings(course) or list(course.push_to.command if course.push_to else ())

    def _of_warnings(self, course: MergeCourse) -> list[str]:
        return next((argv for words in course.warnings if (argv := self._argv_of(course, words))), [])

    def _cleans_up(self, warning: str) -> bool:
        return copied_command(warning).startswith(f"amp-sessions cleanup {self._state.session_id}")

    def _argv_of(self, course: MergeCourse, warning: str) -> list[str]:
        """The words of the command that pushes what came of the merge, if the warning names that one: others can have
        put words of theirs into a warning."""
        try:
            argv = shlex.split(copied_command(warning))
        except ValueError:
            return []
        repo = str(self._state.session.get("repo") or "")
        begins = ["git", "-C", repo, "push"]
        if not repo or argv[:4] != begins or len(argv) != 6 or argv[4].startswith("-"):
            return []
        return argv if argv[5].startswith(f"{course.commit}:refs/heads/") else []


def _branch(argv: list[str]) -> str:
    """The branch of the remote that a command pushes to."""
    return argv[5].partition(":refs/heads/")[2]


def _why(_ctx: Context, output: str, otherwise: str) -> str:
    return without_passwords(why_refused(output) or otherwise)
