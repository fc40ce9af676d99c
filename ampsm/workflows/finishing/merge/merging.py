"""An open merge at work: how its state is stored and told, how it halts (SPEC section 6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.journal.events import OnEvent, StepChanged
from ampsm.model.errors import UserError, quoted
from ampsm.model.merge import MergeStep, WaitsFor
from ampsm.model.session import Session
from ampsm.system.locks import SessionLock
from ampsm.workflows.finishing import rewrite
from ampsm.workflows.finishing.merge.machine import next_step, require_allowed
from ampsm.workflows.session import merge_records, open_merge, session_file
from ampsm.workflows.session.open_merge import OpenMerge


class Halted(Exception):  # noqa: N818 - most often it waits for a person
    """A merge cannot go on by itself; it stays open. `status` is that of the outcome."""

    def __init__(self, status: str, error: UserError) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error


class Merging:
    """A session that is held, with its open merge; every change of state is on the disk before it is acted on."""

    def __init__(
        self, ctx: Context, session: Session, lock: SessionLock, state: OpenMerge, on_progress: OnEvent
    ) -> None:
        self.ctx = ctx
        self.session = session
        self.lock = lock
        self.state = state
        self.on_progress = on_progress
        self.root = Path(session.repo)
        self.worktree = Path(session.worktree)
        self.branch_ref = refs.branch_ref(session.branch)
        #: Whether the last step is done.
        self.over = False
        #: What went wrong after the merge itself.
        self.late_errors: list[UserError] = []

    def save(self, **changes: Any) -> None:
        before, after = self.state, replace(self.state, **changes)
        require_allowed(before, after)
        self.state = open_merge.save(self.ctx, self.session.id, after)
        if after.waiting_for != before.waiting_for:
            merge_records.index_merges(self.ctx, self.session.id)

    def enter(self) -> None:
        """Begins the step that is stored, and tells so."""
        self.save(waiting_for=None, conflicts=())
        self.tell("started", None)

    def advance(self, message: str | None, status: str = "done", **changes: Any) -> None:
        """Stores that the step at work is done, or was `skipped` or has `failed` without breaking the merge, and with a
        `message` tells so."""
        done, following = self.state.step, next_step(self.state)
        self.over = following is None
        self.save(step=following or done, **changes)
        if message is not None:
            self.tell(status, message, done)

    def begin_again(self, step: MergeStep, **changes: Any) -> None:
        """Goes back to an earlier step."""
        self.save(step=step, waiting_for=None, **changes)

    def halt(self, waits_for: WaitsFor, status: str, error: UserError, **changes: Any) -> Halted:
        """Stores what the merge waits for; the exception to raise."""
        self.save(waiting_for=waits_for, **changes)
        self.save_session(status="awaiting-input", blocked_by_tests=waits_for == WaitsFor.TESTS)
        self.tell("failed", error.message)
        return Halted(status, error)

    def warn(self, error: UserError) -> None:
        """Something after the merge itself went wrong; the merge stands."""
        self.late_errors.append(error)
        self.save(warnings=(*self.state.warnings, f"{error.message}. Retry: {error.hint}"))

    def save_session(self, **changes: Any) -> None:
        """Changes facts of the session; a store that is locked or full does not end the merge."""
        self.session = session_file.save_if_it_can(self.ctx, self.session, **changes)

    def branch_tip(self) -> str:
        """Where the session's branch is. Raises `branch-moved` when it is gone."""
        found = refs.read_ref(self.root, self.branch_ref)
        if found is None:
            raise UserError("branch-moved", f"The branch {self.session.branch} is gone",
                            hint=f"amp-sessions abort-merge {self.session.id}")  # fmt: skip
        return found

    def target_tip(self) -> str:
        """Where the target is. Raises `no-such-branch` (exit 3) when it is gone."""
        found = refs.read_ref(self.root, self.state.target_ref)
        if found is None:
            raise UserError("no-such-branch", f"The branch {self.state.target_name} is gone",
                            hint=f"amp-sessions abort-merge {self.session.id}")  # fmt: skip
        return found

    def require_exact(self) -> None:
        """Raises `uncommitted-changes` or `branch-moved` (exit 5) unless the worktree is exactly what is merged."""
        rewrite.require_clean(self.session)
        found = repository.head(self.worktree)
        if (found.branch, found.sha) != (self.session.branch, self.state.tip):
            raise UserError(
                "branch-moved", f"{self.session.branch} was moved while its merge is open",
                hint=f"git -C {quoted(self.worktree)} log --oneline; to give the merge up: amp-sessions abort-merge "
                f"{self.session.id}",
                details={"expected": self.state.tip, "found": found.sha, "branch": found.branch},
            )  # fmt: skip

    def tell(self, status: str, message: str | None, step: MergeStep | None = None) -> None:
        """Tells how a step, by default the one at work, stands: `started`, `done`, `skipped` or `failed`."""
        self.on_progress(StepChanged(step=step or self.state.step, status=status, message=message))
