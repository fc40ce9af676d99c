"""The tree that a commit of everything in a worktree would have, before it is made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from ampsm.git.command import git_line
from ampsm.git.location import git_path
from ampsm.git.staging import stage
from ampsm.git.status import Status


def pending_tree(
    worktree: Path, status: Status, env: Mapping[str, str], scratch: Path, *, leave_out: Collection[str] = ()
) -> str:
    """As `commits.commit_changes` would commit it. Its objects go where `env` says, and the index is not touched: a
    copy in `scratch` is. Raises GitError."""
    import shutil

    index = scratch / "pending-index"
    shutil.copy2(git_path(worktree, "index"), index)  # its time too: by that git tells entries to look at again
    given = {**env, "GIT_INDEX_FILE": str(index)}
    stage(worktree, status, leave_out=leave_out, env=given)
    return git_line(worktree, "write-tree", env=given)
