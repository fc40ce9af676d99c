"""Whether a repository that was recorded is still there: it may lie on a disk that is not mounted, or have been moved.

Looks at files and starts no git, so that every command can ask it first. git itself would go on looking in the folders
above, and find another repository there.
"""

from __future__ import annotations

import os
import stat
from functools import partial
from pathlib import Path

from ampsm.git.command import answer_or, git
from ampsm.git.location import git_dir_at
from ampsm.model.errors import UserError, quoted
from ampsm.system import access


def why_not_there(root: Path) -> str | None:
    """What is at a path instead of a main checkout, as the end of a sentence about it; None when one is there."""
    try:
        if not stat.S_ISDIR(root.stat().st_mode):
            return "is no folder any more"
        link = root / ".git"
        if not os.path.lexists(link):
            return "is an empty folder" if not any(root.iterdir()) else "holds no git repository any more"
        folder = git_dir_at(root)
        if folder is None or not folder.is_dir():
            return "holds no git repository any more: its .git leads nowhere"
        list(folder.iterdir())
        if not (os.path.lexists(folder / "HEAD") and (folder / "objects").exists()):
            return "holds no git repository any more: its .git is not whole"
        list((folder / "refs").iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return "does not exist"
    except PermissionError as error:
        return f"may not be read ({quoted(error.filename)})"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None


def is_refused(place: Path) -> bool:
    """Whether git does not open a repository or worktree that is there, since it belongs to another user. Asks git only
    where it does."""
    try:
        owners = {path.stat().st_uid for path in (place, place / ".git")}
    except OSError:
        return False
    if os.geteuid() == 0 or owners == {os.geteuid()}:
        return False
    asked = answer_or(None, partial(git, place, "rev-parse", "--git-dir", check=False))
    return asked is not None and asked.returncode != 0 and b"safe.directory" in asked.stderr


def way_in(root: Path, worktree: Path) -> str | None:
    """The command that lets this user, and git, open a repository that is there, and a worktree of it; None where that
    is not what is wrong."""
    if way := access.way_in(root) or access.way_in(root / ".git") or access.way_in(worktree):
        return way
    refused = [place for place in (root, worktree) if is_refused(place)]
    return " && ".join(f"git config --global --add safe.directory {quoted(place)}" for place in refused) or None


def not_there(root: Path | str, reason: str, then: str, way: str | None = None) -> UserError:
    """The error about a repository; nothing is done without it, and what is recorded stays. `way` brings it back."""
    unread = reason.startswith("cannot be read")
    otherwise = "put right what git complains of there" if unread else f"mount or move it back to {quoted(root)}"
    back = way or otherwise
    return UserError(
        "not-a-repository", f"The repository {root} {reason}",
        hint=f"{back}, then: {then}", details={"path": str(root), "reason": reason},
    )  # fmt: skip
