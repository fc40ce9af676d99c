"""Why git could not write files into a worktree, known before it tries and stops in the middle."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

from ampsm.git.in_the_way import folders_of
from ampsm.git.location import git_path
from ampsm.model.errors import UserError, quoted

#: Seconds that a lock of the index is waited for: so long others may need it, e.g. an editor that looks at the status.
_LOCK_SECONDS = 3.0


def require_writable(worktree: Path, paths: Iterable[str]) -> None:
    """Raises `not-ready` (exit 5) when these paths could not be written or removed: the index is locked, and stays so,
    or a folder takes no changes. Folders that are not there yet are made in the one above."""
    lock = git_path(worktree, "index.lock")
    until = time.monotonic() + _LOCK_SECONDS
    while os.path.lexists(lock):
        if time.monotonic() > until:
            raise UserError(
                "not-ready", f"git is at work in {worktree}, or was killed there: {lock} exists",
                hint=f"when no git is at work there any more: rm {quoted(lock)}", details={"lock": str(lock)},
            )  # fmt: skip
        time.sleep(0.05)
    for folder in sorted({_folder_there(worktree, path) for path in paths}):
        place = worktree / folder
        if not os.access(place, os.W_OK | os.X_OK):
            raise UserError(
                "not-ready", f"The merge would change files in {place}, which cannot be written",
                hint=f"chmod u+wx {quoted(place)}", details={"folder": str(place)},
            )  # fmt: skip


def _folder_there(worktree: Path, path: str) -> str:
    """The innermost folder above a path that is there."""
    return next((folder for folder in reversed(folders_of(path)) if (worktree / folder).is_dir()), ".")
