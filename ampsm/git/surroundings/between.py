"""Two looks at a repository, and what else is known where they are compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ampsm.git.surroundings.linked import Owners
from ampsm.git.surroundings.look import FileState, Surroundings
from ampsm.model.record import record


@record
class Between:
    """Two looks at the repository `root`, the session's `branch` (and its worktree's git directory `admin`), and the
    branches that are other sessions'. `save` keeps the content that a file had, and names the copy; `is_meant` says
    whether one of those branches is where its own session has put it, or nobody can tell; `owners` whose worktrees
    are; `commit_of` at which commit a ref of an iteration was made."""

    root: Path
    before: Surroundings
    after: Surroundings
    branch: str
    admin: Path
    others: frozenset[str]
    save: Callable[[str, FileState], str | None]
    is_meant: Callable[[str, str | None], bool]
    owners: Owners
    commit_of: Callable[[str], str | None]
