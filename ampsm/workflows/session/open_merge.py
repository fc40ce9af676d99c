"""The open merge or rebase of a session, kept in `merge.json` beside its journals (SPEC section 6).

It is written before each step it announces, so that whoever finds it after a kill knows how far things may have gone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.merge import MergeStep, WaitsFor
from ampsm.model.session import Session, utc_now
from ampsm.system.record_file import Record, RecordFile


class MergeOptions(Record, frozen=True):
    """What a merge is to do. `include` folds manual commits into the squashed one; `patch` is an absolute path."""

    message: str | None = None
    include: bool = True
    squash: bool = True
    onto: str | None = None
    no_ff: bool = False
    push: bool = False
    remote: str | None = None
    patch: str | None = None
    pr: bool = False
    test: bool = True
    cleanup: bool = False


class StepTaken(Record, frozen=True):
    """How a step of a merge stands: `started`, `done`, `skipped` or `failed` since `at`, what it came to, and the
    command that did it, as one would type it."""

    step: MergeStep
    status: str
    at: str
    message: str | None = None
    command: str | None = None


class OpenMerge(Record, frozen=True):
    """How far a merge, or a rebase that stopped at conflicts, has come.

    `step` is the one at work, of a rebase always `rebase`. The session's branch was at `tip_before`, is at `tip` and,
    when a step is about to move it, possibly already at `pending`. `onto` is the target's commit that `tip` builds on,
    or is being rebased onto; `branch_point` where the commits to rebase begin. `target_to` is where the target is about
    to be moved, or was. `waiting_for` is what keeps it open
    between two commands; None while at work. `recorded_as` is the number of the operation for `undo`, once it has one.
    `steps` are those that were taken so far, each once, with what they came to.
    """

    merge_id: str
    operation: str
    started_at: str
    step: MergeStep
    target_ref: str
    target_name: str
    onto: str
    branch_point: str
    tip_before: str
    tip: str
    status_before: str
    options: MergeOptions = MergeOptions()
    merged_at_before: str | None = None
    blocked_by_tests_before: bool = False
    pending: str | None = None
    backup_ref: str | None = None
    attempts: int = 0
    waiting_for: WaitsFor | None = None
    conflicts: tuple[str, ...] = ()
    rebased: bool = False
    target_from: str | None = None
    target_to: str | None = None
    pushed: bool = False
    pull_request: str | None = None
    warnings: tuple[str, ...] = ()
    recorded_as: int | None = None
    steps: tuple[StepTaken, ...] = ()

    def step_taken(self, step: MergeStep) -> StepTaken | None:
        """How a step stands; None for one that was not taken, or taken back."""
        return next((taken for taken in self.steps if taken.step == step), None)

    def with_step(self, taken: StepTaken) -> tuple[StepTaken, ...]:
        """The steps with one that stands differently now; those after it were taken back."""
        order = list(MergeStep)
        before = tuple(step for step in self.steps if order.index(step.step) < order.index(taken.step))
        return (*before, taken)


def new_merge(session: Session, operation: str, **known: Any) -> OpenMerge:
    """A merge or rebase that begins: an id of its own, and what an abort has to bring back."""
    return OpenMerge(
        merge_id=f"{session.id}/m{os.urandom(4).hex()}", operation=operation, started_at=utc_now(),
        status_before=session.status, merged_at_before=session.merged_at,
        blocked_by_tests_before=session.blocked_by_tests, **known,
    )  # fmt: skip


def load(ctx: Context, session_id: str) -> OpenMerge | None:
    """The open operation of a session; None when there is none. Raises `failed` for a file that cannot be read."""
    return file(ctx, session_id).load()


def has_open_merge(ctx: Context, session_id: str) -> bool:
    """Whether a merge or rebase of the session is under way."""
    return load(ctx, session_id) is not None


def keeps_waiting(ctx: Context, session_id: str) -> bool:
    """Whether the session waits for a person also when its tests pass: a merge or rebase is open, which goes on or is
    given up. Of a record that cannot be read that is said elsewhere."""
    try:
        return has_open_merge(ctx, session_id)
    except UserError:
        return False


def save(ctx: Context, session_id: str, merge: OpenMerge) -> OpenMerge:
    """Writes the open operation of a session that the caller holds, whole and to the disk; returns it."""
    return file(ctx, session_id).save(merge)


def forget(ctx: Context, session_id: str) -> None:
    """Forgets the open operation of a session that the caller holds, what was chosen for its conflicts, and what the
    agent has proposed."""
    choices_path(ctx, session_id).unlink(missing_ok=True)
    agent_path(ctx, session_id).unlink(missing_ok=True)
    agent_path(ctx, session_id).with_suffix(".index").unlink(missing_ok=True)
    file(ctx, session_id).remove()


def choices_path(ctx: Context, session_id: str) -> Path:
    """Where is written what was chosen for the conflicts that an open operation has stopped at."""
    return ctx.paths.journal_dir(session_id) / "conflicts.json"


def agent_path(ctx: Context, session_id: str) -> Path:
    """Where is written what the agent was asked at the conflicts of an open operation, and what it made of them."""
    return ctx.paths.journal_dir(session_id) / "agent.json"


def file(ctx: Context, session_id: str) -> RecordFile[OpenMerge]:
    """Where the open operation is written; there is no file without one."""
    return RecordFile(ctx.paths.journal_dir(session_id) / "merge.json", OpenMerge)
