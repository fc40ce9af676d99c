"""What a merge goes through, what its checks say and how it can end (SPEC sections 3 and 6)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from ampsm.model.record import record

PASS, WARN, FAIL, SKIP = "pass", "warn", "fail", "skip"


class MergeStep(StrEnum):
    """The steps of a merge, in order; each is stored before it is done, and doing one twice changes nothing. `abort`
    takes them back."""

    PREFLIGHT = "preflight"
    SQUASH = "squash"
    REBASE = "rebase"
    TEST = "test"
    PATCH = "patch"
    TARGET = "target"
    PUSH = "push"
    CLEANUP = "cleanup"
    ABORT = "abort"


class WaitsFor(StrEnum):
    """What keeps a merge or rebase open between two commands."""

    CONFLICTS = "conflicts"
    TESTS = "tests"
    TARGET = "target"


class MergeStatus(StrEnum):
    """What has become of a merge or rebase. One that was cut off is open, too."""

    OPEN = "open"
    MERGED = "merged"
    REBASED = "rebased"
    PULL_REQUEST = "pull-request"
    ABORTED = "aborted"
    UNDONE = "undone"


@record
class Merge:
    """A merge or rebase of a session, as reports tell it: `operation` is merge or rebase, `target` the branch's name.

    The session's branch went from `from_sha` to `to_sha`, which builds on the target's `onto_sha`; a merge moved the
    target from `target_from` to `target_to`. `commit_sha` is what came of it: the target's commit, or the branch's.
    None: not yet, not at all, or not recorded (by the first release).
    """

    id: str
    session_id: str
    operation: str
    status: MergeStatus
    started_at: str
    from_sha: str
    to_sha: str | None = None
    target: str | None = None
    onto_sha: str | None = None
    target_from: str | None = None
    target_to: str | None = None
    commit_sha: str | None = None
    waiting_for: WaitsFor | None = None
    pushed: bool = False
    pull_request: str | None = None
    ended_at: str | None = None
    undone_at: str | None = None


@record
class PreflightCheck:
    """One check of a preflight: its `status` is pass, warn, fail or skip; `hint` the next command to type."""

    id: str
    status: str
    message: str
    hint: str | None = None


#: Checks whose failure keeps no merge from beginning: it waits until they are settled.
WAITED_FOR = frozenset({"conflicts", "tests"})
_BY_HARM = (FAIL, WARN, SKIP, PASS)


@record
class Judgement:
    """What the checks of a preflight come to, the worst first: those that block a merge, those for which it would wait,
    those that only warn, and the rest."""

    checks: tuple[PreflightCheck, ...]
    blocking: tuple[PreflightCheck, ...]
    waiting: tuple[PreflightCheck, ...]
    warning: tuple[PreflightCheck, ...]

    @property
    def can_begin(self) -> bool:
        """Whether a merge would begin."""
        return not self.blocking


def judge(checks: Iterable[PreflightCheck]) -> Judgement:
    """The one decision that whatever shows a preflight puts into words."""

    def harm(check: PreflightCheck) -> tuple[int, bool]:
        return _BY_HARM.index(check.status), check.status == FAIL and check.id in WAITED_FOR

    found = tuple(sorted(checks, key=harm))
    failed = [check for check in found if check.status == FAIL]
    return Judgement(
        found,
        tuple(check for check in failed if check.id not in WAITED_FOR),
        tuple(check for check in failed if check.id in WAITED_FOR),
        tuple(check for check in found if check.status == WARN),
    )
