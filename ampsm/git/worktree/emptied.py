"""Whether somebody has emptied a worktree (`rm -rf *`): what git then takes for deletions is nobody's change.

Deletions that are meant are staged, or leave something of what the branch holds. One single file may be deleted, too.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, paths_of
from ampsm.git.status import Status, in_context_folder
from ampsm.model.errors import UserError, quoted

#: So many files have to be gone before all of them count as lost.
_LEAST = 2
_GITLINK = "160000"
_NOT_CHECKED_OUT = "S"


def lost_files(worktree: Path | str, missing: Sequence[str]) -> tuple[str, ...]:
    """The tracked files that are `missing`, where none is left but hidden ones, which `rm -rf *` leaves; else nothing.
    Asks git only when some are gone. Raises GitError."""
    if len(missing) < _LEAST:
        return ()
    tracked = _tracked(worktree)
    plain = [path for path in tracked if not path.startswith(".")] or tracked
    return tuple(missing) if len(plain) >= _LEAST and set(plain).issubset(missing) else ()


def require_not_emptied(worktree: Path | str, status: Status, way_back: str) -> None:
    """Raises `worktree-missing` (exit 5) with the `way_back` for a worktree that was emptied."""
    if lost := lost_files(worktree, status.missing):
        raise UserError(
            "worktree-missing",
            f"The worktree {worktree} was emptied: all {len(lost)} files that are tracked are gone; if that is meant, "
            f"stage it: git -C {quoted(worktree)} add -A",
            hint=way_back, details={"worktree": str(worktree), "files": list(lost[:100])},
        )  # fmt: skip


def missing_files(worktree: Path, git_dir: Path) -> tuple[str, ...] | None:
    """What git's own folder for a worktree has in its index and the folder has not, whatever link is between them; None
    without an index. Raises GitError."""
    if not (git_dir / "index").exists():
        return None
    where = ("--git-dir", str(git_dir), "--work-tree", str(worktree))
    return tuple(paths_of(git(worktree, *where, "ls-files", "--deleted", "-z", timeout=LONG_TIMEOUT).stdout))


def fill_again(worktree: Path | str) -> None:
    """Brings back every tracked file that is gone as it was last staged; leaves the others as they are. Raises
    GitError."""
    # Files that are there in place of one that is tracked stay: git says so, and ends with 1.
    git(worktree, "checkout-index", "--all", "--quiet", timeout=LONG_TIMEOUT, check=False, writes=True)


def _tracked(worktree: Path | str) -> list[str]:
    """The files that the index has, and that git would have checked out."""
    found = []
    for row in git(worktree, "ls-files", "-t", "--stage", "-z", timeout=LONG_TIMEOUT).stdout.split(b"\0"):
        facts, _, name = row.partition(b"\t")
        words, path = facts.decode().split(), os.fsdecode(name)
        if words and words[0] != _NOT_CHECKED_OUT and words[1] != _GITLINK and not in_context_folder(path):
            found.append(path)
    return found
