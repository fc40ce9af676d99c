"""The tree that a commit of everything in a worktree would have, before it is made, or why none can be made."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from ampsm.git.calls.conversion import NotConvertedError
from ampsm.git.command import git_line
from ampsm.git.location import git_path
from ampsm.git.programs.planted import overriding
from ampsm.git.quarantine import quarantine
from ampsm.git.staging import stage
from ampsm.git.status import Status

_NO_HOOKS = {"core.hooksPath": os.devnull}


def pending_tree(
    worktree: Path, status: Status, env: Mapping[str, str], scratch: Path, *, leave_out: Collection[str] = (),
    programs: bool = False,
) -> str:  # fmt: skip
    """As `commits.commit_changes` would commit it. With `programs` filters run that came with the session, as they will
    then. Its objects go where `env` says, and the index is not touched: a copy in `scratch` is. Raises GitError,
    NotConvertedError."""
    import shutil

    index = scratch / "pending-index"
    shutil.copy2(git_path(worktree, "index"), index)  # its time too: by that git tells entries to look at again
    given = {**env, "GIT_INDEX_FILE": str(index)}
    stage(worktree, status, leave_out=leave_out, env=given | overriding(_NO_HOOKS, given), writes=programs)
    return git_line(worktree, "write-tree", env=given)


def staged_tree(worktree: Path) -> str:
    """The tree that a commit of what is staged would have. Looks only: index and repository stay as they are. Raises
    GitError, also while paths are unmerged."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ampsm-") as name, quarantine(worktree, Path(name)) as env:
        index = Path(name) / "staged-index"
        shutil.copy2(git_path(worktree, "index"), index)
        return git_line(worktree, "write-tree", env={**env, "GIT_INDEX_FILE": str(index)})


def why_not_taken(worktree: Path, status: Status) -> NotConvertedError | None:
    """Why git cannot take the uncommitted files as what is set for them says; None where it can. No program runs that
    came with the session. Raises GitError."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ampsm-") as name, quarantine(worktree, Path(name)) as env:
        try:
            pending_tree(worktree, status, env, Path(name))
        except NotConvertedError as failure:
            return failure
    return None
