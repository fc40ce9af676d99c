"""Where a file is that an agent named: among the changes of the session, in its worktree, outside it, or nowhere."""

from __future__ import annotations

import os.path
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from ampsm.context import Context
from ampsm.git.diff import FileChange
from ampsm.model.errors import UserError
from ampsm.workflows.review import Compared, session_diff
from ampsm.workflows.session import require_session


class FileIs(Enum):
    """What can be done with it."""

    CHANGED = "changed"
    INSIDE = "inside"
    OUTSIDE = "outside"
    MISSING = "missing"


class FoundFile(NamedTuple):
    """A file: `path` as git names it when it is changed, else the whole path; `line` where one is meant."""

    where: FileIs
    path: str
    line: int | None


def find_file(ctx: Context, session_id: str, path: str, line: int | None) -> FoundFile:
    """Looks for a file by the path that was told, relative to the worktree or whole. Links are followed before it is
    said to be inside. For the pool. Raises as `require_session`."""
    worktree = Path(require_session(ctx, session_id).worktree)
    whole = Path(os.path.normpath(worktree / path))
    name = _inside(whole, worktree)
    if name and any(file.path == name for file in _changed(ctx, session_id)):
        return FoundFile(FileIs.CHANGED, name, line)
    if not _is_there(whole):
        return FoundFile(FileIs.MISSING, name or str(whole), line)
    inside = _inside(whole.resolve(), worktree.resolve())
    return FoundFile(FileIs.INSIDE if inside else FileIs.OUTSIDE, str(whole.resolve()), line)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # longer than a name can be, or no name at all
        return False


def _changed(ctx: Context, session_id: str) -> Sequence[FileChange]:
    try:
        return session_diff(ctx, session_id, Compared(), patch=False).files
    except UserError:  # no worktree, no base: then it is a file like any other
        return ()


def _inside(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) and path != folder else ""
