"""The program's own folders in a repository, kept out of `git status` (SPEC sections 4.3 and 4.4)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ampsm.git.location import common_dir
from ampsm.model.errors import UserError, quoted
from ampsm.model.naming import CONTEXT_FOLDER, WORKTREES_FOLDER
from ampsm.system.files import atomic_write, locked

_LOCK = ".lock"
_HIDDEN = (f"/{WORKTREES_FOLDER}/", f"/{CONTEXT_FOLDER}/")


@contextmanager
def locked_worktrees_folder(root: Path) -> Iterator[None]:
    """Makes `.worktrees/` where it is missing, and lets one process at a time work in it."""
    with locked(_hidden_folder(root / WORKTREES_FOLDER) / _LOCK):
        yield


def hide_folders(root: Path) -> None:
    """Keeps the program's two folders out of `git status` of all worktrees, without touching a user's `.gitignore`."""
    with locked_worktrees_folder(root):
        exclude = Path(os.path.realpath(common_dir(root) / "info" / "exclude"))
        old = exclude.read_bytes() if exclude.exists() else b""
        missing = [line for line in _HIDDEN if line.encode() not in old.splitlines()]
        if missing:
            exclude.parent.mkdir(parents=True, exist_ok=True)
            separator = b"\n" if old and not old.endswith(b"\n") else b""
            with exclude.open("ab") as file:
                file.write(separator + "".join(f"{line}\n" for line in missing).encode())


def missing_exclusions(root: Path) -> list[str]:
    """The lines for the program's folders that `info/exclude` should hold and does not. Changes nothing."""
    exclude = common_dir(root) / "info" / "exclude"
    found = exclude.read_bytes().splitlines() if exclude.exists() else []
    return [line for line in _HIDDEN if line.encode() not in found]


def is_hidden(folder: Path) -> bool:
    """Whether a folder has the `.gitignore` that hides all of it and itself."""
    ignore = folder / ".gitignore"
    return ignore.is_file() and not ignore.is_symlink() and b"*" in ignore.read_bytes().split(b"\n")


def make_context_folder(worktree: Path) -> Path:
    """Makes `AGENT_CONTEXT/` in a worktree, hidden from git, where it is missing; returns its path."""
    return _hidden_folder(worktree / CONTEXT_FOLDER)


def _hidden_folder(folder: Path) -> Path:
    """A real folder, made if missing, with a `.gitignore` that hides all of it and itself."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        what = f"{folder} is not a folder but in the way of one"
        raise UserError("failed", what, hint=f"mv {quoted(folder)} elsewhere")
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not is_hidden(folder):
        if ignore.is_symlink():
            ignore.unlink()
        atomic_write(ignore, b"*\n", mode=0o644)
    return folder
