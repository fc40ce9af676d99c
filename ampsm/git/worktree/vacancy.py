"""Whether the place of a worktree is free: nobody's files are there, so that the worktree counts as missing.

A folder that was emptied (`rm -rf worktree/*`), the mount point of a disk that is not there now, and one in which only
the program's own `AGENT_CONTEXT/` is left, are no worktree, and nothing that could be in the way of one.
"""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.model.errors import UserError, quoted
from ampsm.model.naming import CONTEXT_FOLDER

_MOST = 2


def is_vacant(worktree: Path) -> bool:
    """Whether nothing is there but an empty folder, or one with `AGENT_CONTEXT/` alone. Raises OSError for what cannot
    be looked at."""
    if not os.path.lexists(worktree):
        return True
    if worktree.is_symlink() or not worktree.is_dir():
        return False
    names = set[str]()
    with os.scandir(worktree) as entries:
        for entry in entries:
            names.add(entry.name)
            if len(names) == _MOST:
                return False
    return names <= {CONTEXT_FOLDER} and not (worktree / CONTEXT_FOLDER).is_symlink()


def move_to(built: Path, worktree: Path) -> None:
    """Puts a worktree that was built elsewhere in its vacant place; an `AGENT_CONTEXT/` that was left there comes back
    with it, or stays beside it where the new one has its own. Raises OSError, or `wrong-worktree` for a mount point."""
    require_no_mount(worktree)
    kept = None
    if os.path.lexists(worktree / CONTEXT_FOLDER):
        kept = worktree.with_name(f".{worktree.name}.{os.urandom(4).hex()}")
        worktree.rename(kept)
    built.rename(worktree)
    if kept and not os.path.lexists(worktree / CONTEXT_FOLDER):
        (kept / CONTEXT_FOLDER).rename(worktree / CONTEXT_FOLDER)
        kept.rmdir()


def require_no_mount(worktree: Path) -> None:
    """Raises `wrong-worktree` (exit 5) while another file system is mounted there."""
    if os.path.ismount(worktree):
        raise UserError(
            "wrong-worktree", f"Another file system is mounted at {worktree}, so no worktree can be put there",
            hint=f"umount {quoted(worktree)}", details={"worktree": str(worktree), "reason": "it is a mount point"},
        )  # fmt: skip


def remove_if_empty(worktree: Path) -> None:
    """Removes the empty folder that may be left there."""
    try:
        worktree.rmdir()
    except OSError:
        return
