"""Marks of where refs and a checkout are: they change when git has moved something. Files are looked at, not read, and
no git is asked, so that this can be done several times a second."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from ampsm.git.location import git_dir_at

#: What the file system says of a file, None where there is none.
FileMark = tuple[int, int, int] | None

_PACKED, _TABLES = "packed-refs", "reftable/tables.list"
_OF_A_CHECKOUT = (".",)  # HEAD, index and what waits are replaced or come and go in it


class FileMarks:
    """Of some files below the git directory of a checkout, and of its `.git` being there."""

    def __init__(self, top: str, names: Sequence[str]) -> None:
        self._top, self._names = top, names
        self._link: FileMark = None
        self._files: tuple[str, ...] = ()

    def now(self, known: dict[str, FileMark]) -> tuple[FileMark, ...]:
        """The marks as they are now. Those that are `known` are not looked up again, the others are added: checkouts of
        one repository share most."""
        link = _marked(f"{self._top}/.git", known, of_folder=False)
        if link != self._link:
            folder = git_dir_at(self._top) if link else None
            self._files = () if folder is None else tuple(f"{folder}/{name}" for name in _kept(folder, self._names))
            self._link = link
        return (link, *(_marked(file, known) for file in self._files))


def refs_marks(root: str, refs: Sequence[str]) -> FileMarks:
    """Of these refs of a main repository, by their full names. Others that are packed may change them too."""
    return FileMarks(root, (*refs, _PACKED))


def checkout_marks(worktree: str) -> FileMarks:
    """Of a worktree's HEAD and index, and of what waits in it."""
    return FileMarks(worktree, _OF_A_CHECKOUT)


def _kept(folder: Path, names: Sequence[str]) -> Sequence[str]:
    """Where git keeps refs in tables, those instead of files of refs."""
    reftable = _PACKED in names and os.path.exists(folder / _TABLES)  # noqa: PTH110 - never raises, as Path's does
    return (_TABLES,) if reftable else names


def _marked(path: str, known: dict[str, FileMark], *, of_folder: bool = True) -> FileMark:
    if path not in known:
        known[path] = _mark(path, of_folder=of_folder)
    return known[path]


def _mark(path: str, *, of_folder: bool = True) -> FileMark:
    """Of a folder with what comes and goes in it, or only whether it is the same."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a hundred of them, several times a second
    except (OSError, ValueError):
        return None
    if not of_folder and stat.S_ISDIR(found.st_mode):
        return 0, found.st_ino, 0
    return found.st_mtime_ns, found.st_ino, found.st_size
