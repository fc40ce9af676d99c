"""The program's own folders in a repository, kept out of `git status` (SPEC sections 4.3 and 4.4)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ampsm.git.location import common_dir
from ampsm.model.errors import UserError, moving_away
from ampsm.model.naming import CONTEXT_FOLDER, WORKTREES_FOLDER
from ampsm.system.files import atomic_write, locked
from ampsm.system.own_folder import OwnFolder, own_folder
from ampsm.system.plain_files import read_plain

_LOCK = ".lock"
_EXCLUDE = Path("info", "exclude")
_IGNORE, _ALL = ".gitignore", b"*\n"
_HIDDEN = (f"/{WORKTREES_FOLDER}/", f"/{CONTEXT_FOLDER}/")


@contextmanager
def locked_worktrees_folder(root: Path) -> Iterator[None]:
    """Makes `.worktrees/` where it is missing, and lets one process at a time work in it."""
    with locked(_hidden_folder(root / WORKTREES_FOLDER) / _LOCK):
        yield


def hide_folders(root: Path) -> None:
    """Keeps the program's two folders out of `git status` of all worktrees, without touching a user's `.gitignore`."""
    with locked_worktrees_folder(root):
        if missing := missing_exclusions(root):
            exclude = common_dir(root) / _EXCLUDE
            exclude.parent.mkdir(exist_ok=True)
            old = read_plain(exclude, follow=False) if exclude.exists() else b""
            separator = b"\n" if old and not old.endswith(b"\n") else b""
            atomic_write(exclude, old + separator + "".join(f"{line}\n" for line in missing).encode())


def missing_exclusions(root: Path) -> list[str]:
    """The lines for the program's folders that `info/exclude` should hold and does not. Changes nothing.

    None where that is a link, or something that is no file: whatever it leads to is not ours to write to, and the
    folders hide themselves as well.
    """
    exclude = common_dir(root) / _EXCLUDE
    if exclude.parent.is_symlink() or exclude.is_symlink() or (exclude.exists() and not exclude.is_file()):
        return []
    found = read_plain(exclude).splitlines() if exclude.exists() else []
    return [line for line in _HIDDEN if line.encode() not in found]


def is_hidden(folder: Path) -> bool:
    """Whether a folder has the `.gitignore` that hides all of it and itself."""
    try:
        return not folder.is_symlink() and b"*" in read_plain(folder / _IGNORE, follow=False).split(b"\n")
    except OSError:
        return False


@contextmanager
def context_folder(worktree: Path) -> Iterator[OwnFolder]:
    """`AGENT_CONTEXT/` in a worktree, to write in: made where it is missing, hidden from git, and never a link. Raises
    OSError."""
    with own_folder(worktree) as top, top.folder(CONTEXT_FOLDER) as folder:
        if _ALL.strip() not in (folder.read(_IGNORE) or b"").split(b"\n"):
            folder.write(_IGNORE, _ALL)
        yield folder


@contextmanager
def existing_context_folder(worktree: Path) -> Iterator[OwnFolder | None]:
    """`AGENT_CONTEXT/` in a worktree; None when it is not there, or something else is. Raises OSError."""
    with own_folder(worktree) as top, top.existing_folder(CONTEXT_FOLDER) as folder:
        yield folder


def _hidden_folder(folder: Path) -> Path:
    """A real folder, made if missing, with a `.gitignore` that hides all of it and itself."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        what = f"{folder} is not a folder but in the way of one"
        raise UserError("failed", what, hint=moving_away(folder))
    folder.mkdir(exist_ok=True)
    if not is_hidden(folder):
        with own_folder(Path(os.path.realpath(folder))) as own:
            own.write(_IGNORE, _ALL)
    return folder
