"""What a merge is asked for, what it checks first and how it can end (SPEC sections 3 and 6)."""

from __future__ import annotations

from typing import Any

from ampsm.model.record import record

#: The steps of a merge, in order. Each is stored before it is done; doing one twice changes nothing.
STEPS = ("preflight", "squash", "rebase", "test", "patch", "target", "push", "cleanup", "done")

#: The checks of a preflight, in order.
CHECKS = ("worktree-clean", "commits", "base-up-to-date", "conflicts", "tests", "target-checkout", "branch")

PASS, WARN, FAIL, SKIP = "pass", "warn", "fail", "skip"


@record
class MergeOptions:
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


@record
class PreflightCheck:
    """One check of a preflight: its `status` is pass, warn, fail or skip; `hint` the next command to type."""

    id: str
    status: str
    message: str
    hint: str | None = None

    def document(self) -> dict[str, Any]:
        return {"id": self.id, "status": self.status, "message": self.message, "hint": self.hint}
