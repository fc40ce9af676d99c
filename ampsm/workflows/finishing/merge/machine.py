"""An open merge at work: where it is, how its steps are stored and told, how it halts (SPEC section 6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.git.command import git
from ampsm.journal.events import OnEvent, StepChanged
from ampsm.model.errors import ExitCode, UserError, quoted
from ampsm.model.merge import MergeStep, WaitsFor
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system.locks import SessionLock
from ampsm.workflows.finishing import rewrite
from ampsm.workflows.session import open_merge, session_file
from ampsm.workflows.session.open_merge import OpenMerge


@record
class MergeOutcome:
    """How a merge command ended: the document of SPEC section 3, its exit code, and the Error document if there is
    one."""

    document: dict[str, Any]
    exit_code: int
    error: dict[str, Any] | None = None


class Halted(Exception):  # noqa: N818 - most often it waits for a person
    """A merge cannot go on by itself; it stays open. `status` is that of the document."""

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
        self.branch_ref = f"refs/heads/{session.branch}"
        #: Codes of what went wrong after the merge itself.
        self.late_errors: list[UserError] = []

    def save(self, **changes: Any) -> None:
        self.state = open_merge.save(self.ctx, self.session.id, replace(self.state, **changes))

    def enter(self, step: MergeStep, **changes: Any) -> None:
        """Begins a step: stored first, then told."""
        self.save(step=step, waiting_for=None, conflicts=(), **changes)
        self.on_progress(StepChanged(step=step, status="started", message=None))

    def end(self, step: MergeStep, message: str, status: str = "done") -> None:
        """Tells how a step ended: `done`, `skipped` or `failed`."""
        self.on_progress(StepChanged(step=step, status=status, message=message))

    def save_session(self, **changes: Any) -> None:
        self.session = session_file.save_session(self.ctx, self.session, **changes)

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

    def halt(self, waiting_for: WaitsFor, status: str, error: UserError, **changes: Any) -> Halted:
        """Stores what the merge waits for; the exception to raise."""
        self.save(waiting_for=waiting_for, **changes)
        self.save_session(status="awaiting-input", blocked_by_tests=waiting_for == WaitsFor.TESTS)
        self.end(self.state.step, error.message, "failed")
        return Halted(status, error)

    def warn(self, error: UserError) -> None:
        """Something after the merge itself went wrong; the merge stands."""
        self.late_errors.append(error)
        self.save(warnings=(*self.state.warnings, f"{error.message}. Retry: {error.hint}"))

    def document(self, status: str | None) -> dict[str, Any]:
        """The document of `merge` and `continue-merge`."""
        state = self.state
        commit = {"merged": state.target_to or state.onto, "pull-request": state.tip, "rebased": state.tip}.get(
            status or ""
        )
        return {
            "status": status,
            "operation": state.operation,
            "sessionId": self.session.id,
            "mergeId": state.merge_id,
            "branch": self.session.branch,
            "onto": state.target_name,
            "commit": commit,
            "message": self.message_of(commit) if commit else state.options.message,
            "patch": state.options.patch,
            "pushed": state.pushed,
            "pullRequest": state.pull_request,
            "conflicts": list(state.conflicts),
            "warnings": list(state.warnings),
        }

    def outcome(self, status: str) -> MergeOutcome:
        """How it ended well, or with warnings."""
        first = self.late_errors[0] if self.late_errors else None
        if first is None and self.state.warnings:
            first = UserError("push-failed", self.state.warnings[0], hint=f"amp-sessions status {self.session.id}")
        error = first.document() if first else None
        return MergeOutcome(self.document(status), ExitCode.FAILED if error else ExitCode.DONE, error)

    def message_of(self, commit: str) -> str:
        """The whole message of a commit, without the newlines at its ends."""
        done = git(self.root, "log", "-1", "--no-show-signature", "--encoding=UTF-8", "--format=%B", commit, "--")
        return done.stdout.decode("utf-8", "replace").strip("\n")
