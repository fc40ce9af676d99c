"""What a session and an iteration are (SPEC sections 1 and 3)."""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, datetime
from typing import Any

from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.telemetry import TestResult, Usage

#: Session status words: idle (ready), running, awaiting-input, error (agent failed), done (merged).
SESSION_STATUSES = ("idle", "running", "awaiting-input", "error", "done")


def utc_now() -> str:
    """The current time as ISO 8601 UTC with milliseconds and `Z`, the one time format of all documents."""
    return utc_text(datetime.now(UTC))


def utc_text(time: datetime) -> str:
    """A time that has a zone, in that format. Raises OverflowError for one that is in no year of UTC."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cut_short(status: str, error_code: str | None) -> bool:
    """Whether an iteration that ended like this, and whose end commit is not known, has left work for the next command
    that writes. One whose agent left the branch is a person's to look at."""
    return status in ("interrupted", "failed", "cancelled", "timed-out") and error_code != "branch-moved"


@record
class Iteration:
    """One pass of the agent in a session.

    `id` is `<session id>/<number>`; `status` is running, succeeded, failed, cancelled, timed-out or interrupted.
    `commit_sha` is the amp commit, or the agent's own last one, None when nothing changed. `end_sha` is the branch tip
    when the iteration ended. `error` is an Error document. `hook_output` is kept when a commit hook refused, so that
    the next iteration can tell the agent.
    """

    internal = ("end_sha", "hook_output")

    id: str
    number: int
    session_id: str
    status: str
    started_at: str
    prompt: str
    start_sha: str
    ended_at: str | None = None
    duration_ms: int | None = None
    model_requested: str | None = None
    model: str | None = None
    thread_id: str | None = None
    commit_sha: str | None = None
    end_sha: str | None = None
    changed_files: int | None = None
    insertions: int | None = None
    deletions: int | None = None
    test: TestResult | None = None
    usage: Usage = field(default_factory=Usage)
    tool_calls: int = 0
    tool_failures: int = 0
    error: dict[str, Any] | None = None
    hook_output: str | None = None

    @property
    def error_code(self) -> str | None:
        return self.error.get("code") if self.error else None

    @property
    def left_work(self) -> bool:
        """Whether what its agent did may still lie uncommitted in the worktree: it was interrupted, stopped before that
        was committed, git, the disk or the place failed it, or it left something of git's unfinished."""
        return self.end_sha is None and cut_short(self.status, self.error_code)

    def held_back(self, head: str) -> bool:
        """Whether a commit hook, or git itself, refused its changes and, with the branch at `head`, nobody has
        committed since: then they are still in the worktree, for the next iteration to put right."""
        return self.hook_output is not None and self.end_sha == head


@record
class Session:
    """A task: prompt, repository, base, own branch, own worktree, Amp thread, iterations.

    `repo` is the canonical root of the main repository, `base_branch` a local branch or None (SPEC section 4.2).
    `iterations`, `totals` and `last_iteration` are what the store aggregates when it reads a session.
    `blocked_by_tests` is true while only failing tests keep the session in awaiting-input; without them it is idle, or
    in error where its agent failed.
    `test_leftovers` maps untracked paths that appeared during a test script to `<size>:<mtime ns>`.
    `adopted` is true when the branch was not made by the program, so that it never removes it (SPEC section 6).
    """

    internal = ("blocked_by_tests", "test_leftovers", "adopted")

    id: str
    name: str
    prompt: str
    repo: str
    base_sha: str
    branch: str
    worktree: str
    status: str
    created_at: str
    last_activity_at: str
    base_branch: str | None = None
    model: str | None = None
    script_command: str | None = None
    thread_id: str | None = None
    merged_at: str | None = None
    cleaned_up_at: str | None = None
    blocked_by_tests: bool = False
    test_leftovers: dict[str, str] = field(default_factory=dict)
    adopted: bool = False
    iterations: int = 0
    totals: Usage = field(default_factory=Usage)
    last_iteration: Iteration | None = None

    @property
    def left_behind(self) -> Iteration | None:
        """The last iteration, if what its agent did may still lie uncommitted in the worktree."""
        return self.last_iteration if self.last_iteration and self.last_iteration.left_work else None

    def error(self, command: str, code: str, message: str, **details: object) -> UserError:
        """An error after which one types `amp-sessions <command> <session id>`."""
        return UserError(code, message, hint=f"amp-sessions {command} {self.id}", details=details)
