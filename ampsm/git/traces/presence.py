"""Whether a repository that was recorded is still there: it may lie on a disk that is not mounted, or have been moved.

Looks at files and starts no git, so that every command can ask it first. git itself would go on looking in the folders
above, and find another repository there.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ampsm.git.location import git_dir_at
from ampsm.model.errors import UserError, quoted


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


def not_there(root: Path | str, reason: str, then: str) -> UserError:
    """The error about a repository; nothing is done without it, and what is recorded stays."""
    return UserError(
        "not-a-repository", f"The repository {root} {reason}",
        hint=f"mount or move it back to {quoted(root)}, then: {then}", details={"path": str(root), "reason": reason},
    )  # fmt: skip
