"""Which page of the wizard a session needs: decided from what was read, whoever did what meanwhile."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from ampsm.context import Context
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.model.conflicts import Conflicts, RebaseStep
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStatus, WaitsFor
from ampsm.model.record import document
from ampsm.system.locks import lock_stamp
from ampsm.workflows.finishing import ContinueTests, MergeCourse, conflicts_of, continue_tests, merge_course
from ampsm.workflows.session import require_session
from ampsm.workflows.status import view_session
from ampsm_gui.look.way_on import spelled_out

_ENDED_WELL = (MergeStatus.MERGED, MergeStatus.REBASED, MergeStatus.PULL_REQUEST)


class WizardMode(StrEnum):
    """What the wizard is about now."""

    CHECK = "check"
    AT_WORK = "at-work"
    CONFLICTS = "conflicts"
    WAITS = "waits"
    OVER = "over"


class MergeReading(NamedTuple):
    """A session and the course of its merge, read together; `left` files of `total` have conflicts. `held`: the rebase
    still stands where they are, resolved ones too, of which `unstaged` are not. `tests` is of a stop where none is
    left, `stop` at which of its commits it is, `problem` why it cannot be told which files have conflicts. `marked` are
    files in which conflict markers are left where git takes all for resolved, each with a line. `lock` names who holds
    the session, and was as `stamp` says."""

    view: dict[str, Any]
    course: MergeCourse | None
    held: bool = False
    unstaged: int = 0
    tests: ContinueTests | None = None
    stop: RebaseStep | None = None
    marked: tuple[tuple[str, int], ...] = ()
    lock: Path | None = None
    stamp: tuple[int, int] | None = None
    problem: str = ""

    @property
    def was_taken_since(self) -> bool:
        """Whether somebody has begun or ended to work in the session since it was read."""
        return self.lock is not None and lock_stamp(self.lock) != self.stamp

    @property
    def left(self) -> int:
        """A file that is edited, by the agent say, is left until somebody has said that it counts; so is one with
        markers, whoever has said that."""
        merge = self.view.get("merge") or {}
        return max(len(merge.get("conflicts") or ()), self.unstaged) or len(self.marked)

    @property
    def works(self) -> bool:
        """Whether the agent, or the test script, is at work there now."""
        return self.view["actions"].get("stop") is None

    @property
    def total(self) -> int:
        return max(len(self.course.conflicts) if self.course else 0, self.left)


def read_merge(ctx: Context, session_id: str) -> MergeReading:
    """Raises as `view_session`."""
    lock = ctx.paths.lock(session_id)
    stamp = lock_stamp(lock)
    course = merge_course(ctx, session_id)
    seen = WorktreeSeen(require_session(ctx, session_id).worktree)
    view = ctx.redactor_at_hand.redact_value(document(view_session(ctx, session_id, seen)))
    waits = course is not None and course.is_open and course.waiting_for == WaitsFor.CONFLICTS
    found, problem = _conflicts(ctx, session_id, seen) if waits else (None, "")
    files, stop = (found.files, found.step) if found else ((), None)
    reading = MergeReading(
        view, course, bool(files), sum(not file.resolved for file in files), stop=stop,
        marked=found.marked if found else (), lock=lock, stamp=stamp, problem=ctx.redactor_at_hand.redact(problem),
    )  # fmt: skip
    return reading._replace(tests=_tests(ctx, session_id, seen)) if files and not reading.left else reading


def _conflicts(ctx: Context, session_id: str, seen: WorktreeSeen) -> tuple[Conflicts | None, str]:
    try:
        return conflicts_of(ctx, session_id, seen), ""
    except UserError as error:
        return None, spelled_out(error.message, error.hint)


def _tests(ctx: Context, session_id: str, seen: WorktreeSeen) -> ContinueTests | None:
    try:
        return continue_tests(ctx, session_id, seen)
    except UserError:
        return None  # what is wrong there, the session says


def mode_of(reading: MergeReading, followed: str | None, *, running: bool) -> WizardMode:
    """`followed` is the merge that was seen open here; `running`: a command of the wizard's own is at work."""
    course = reading.course
    if course is None:
        return WizardMode.CHECK
    if course.is_open:
        if running or is_at_work(reading):
            return WizardMode.AT_WORK
        return WizardMode.CONFLICTS if reading.held else WizardMode.WAITS
    merged = reading.view["session"]["status"] == "done" and course.status == MergeStatus.MERGED
    seen = course.merge_id == followed and course.status in _ENDED_WELL
    return WizardMode.OVER if merged or seen else WizardMode.CHECK


def is_at_work(reading: MergeReading) -> bool:
    """Whether somebody's command goes on with the open merge now."""
    course, actions = reading.course, reading.view["actions"]
    return bool(course and course.is_open and course.waiting_for is None and actions.get("abort-merge") is not None)
