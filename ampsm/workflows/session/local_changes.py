"""What is uncommitted in a session's worktree: the one answer to "is it dirty?"."""

from __future__ import annotations

from dataclasses import replace

from ampsm.git.status import Status, worktree_status
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system.test_leftovers import unchanged_leftovers


@record
class LocalChanges:
    """The worktree's status without what a test script left there: that is no change while it stays as the script left
    it (SPEC section 5.7), and is named in `test_leftovers`."""

    status: Status
    test_leftovers: tuple[str, ...]

    @property
    def paths(self) -> list[str]:
        """Every path that is not committed, once, sorted; also what somebody has staged of `AGENT_CONTEXT/`."""
        return sorted({*self.status.paths, *self.status.context})


def local_changes(session: Session) -> LocalChanges:
    """Asks git. Raises GitError: a status that cannot be read is never an empty one."""
    found, left = worktree_status(session.worktree), unchanged_leftovers(session)
    untracked = tuple(path for path in found.untracked if path not in left)
    return LocalChanges(replace(found, untracked=untracked), tuple(sorted(left.intersection(found.untracked))))
