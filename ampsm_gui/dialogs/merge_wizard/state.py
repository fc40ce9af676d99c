"""What the wizard knows of its session, shared by those who show it and those who act on it."""

from __future__ import annotations

from typing import Any

from ampsm.workflows.finishing import MergeCourse
from ampsm_gui.dialogs.merge_wizard.mode import MergeReading, WizardMode
from ampsm_gui.models.merge.form import MergeForm

_OF_GIT = ("head", "ahead", "behind", "staged", "unstaged", "untracked")


class WizardState:
    """`reading` is None until it is there. `followed` is the merge or rebase that was seen open or begun here,
    `checked_of` what git said when the checks were asked for, `check_due`: they are to be asked for when the session is
    read."""

    def __init__(self, session_id: str, view: dict[str, Any] | None) -> None:
        self.session_id = session_id
        self.session: dict[str, Any] = (view or {}).get("session") or {}
        self.reading: MergeReading | None = None
        self.mode: WizardMode | None = None
        self.followed: str | None = None
        self.form = MergeForm()
        self.form_is_shown = False
        self.checked_of: object = None
        self.check_due = False
        self._begun = False
        self._earlier: str | None = None

    @property
    def view(self) -> dict[str, Any] | None:
        return self.reading.view if self.reading else None

    @property
    def course(self) -> MergeCourse | None:
        """The merge or rebase that the wizard is about; None while it is about one to come."""
        return self.reading.course if self.reading and self.mode not in (None, WizardMode.CHECK) else None

    @property
    def operation(self) -> str:
        """What the wizard is about: `merge` or `rebase`; what is open counts before what was asked for."""
        return self.course.operation if self.course else self.form.operation

    @property
    def target(self) -> str:
        """The branch that it would merge into, or rebase onto."""
        return self.form.target or str(self.session.get("baseBranch") or "") or "the base"

    @property
    def is_cleaned_up(self) -> bool:
        """Whether worktree and branch are gone: they can be brought back, and then what was merged undone."""
        return bool(self.session.get("cleanedUpAt"))

    @property
    def is_stale(self) -> bool:
        """Whether git says something else than when the checks were asked for."""
        return self.checked_of is not None and self.checked_of != self.of_git()

    def begin(self) -> None:
        """A merge or rebase begins here: the next one that is told is ours, also if nobody sees it while it is open."""
        course = self.reading.course if self.reading else None
        self._begun, self._earlier = True, course.merge_id if course else None

    def is_ours(self, course: MergeCourse) -> bool:
        """Whether it is one that was begun here."""
        return self._begun and course.merge_id != self._earlier

    def begin_anew(self) -> None:
        """What is over was seen: it is about another one now."""
        self.followed, self._begun = None, False

    def of_git(self) -> object:
        """What the checks depend on."""
        git = (self.view or {}).get("git") or {}
        return tuple((name, git.get(name)) for name in _OF_GIT)

    def standing(self) -> object:
        """What has to be otherwise before one can say that things moved on."""
        course = self.course
        at = course and (course.merge_id, course.status, course.step, course.waiting_for, course.conflicts)
        return self.mode, at, self.reading and self.reading.left, self.of_git()
