"""Marks of where refs and a checkout are: they change when git has moved something. Files are looked at, not read, and
no git is asked, so that this can be done several times a second."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence

from ampsm.git.location import git_dir_at

#: What the file system says of a file, None where there is none.
FileMark = tuple[int, int, int] | None

_OF_ALL_REFS = ("packed-refs", "reftable/tables.list")
_OF_A_CHECKOUT = ("HEAD", "index", "MERGE_HEAD", "CHERRY_PICK_HEAD", "rebase-merge", "rebase-apply")


class FileMarks:
    """Of some files below the git directory of a checkout, and of its `.git` being there."""

    def __init__(self, top: str, names: Sequence[str]) -> None:
        self._top, self._names = top, names
        self._link: FileMark = None
        self._files: tuple[str, ...] = ()

    def now(self) -> tuple[FileMark, ...]:
        """The marks as they are now."""
        link = _mark(f"{self._top}/.git")
        if link != self._link:
            folder = git_dir_at(self._top) if link else None
            self._files = () if folder is None else tuple(f"{folder}/{name}" for name in self._names)
            self._link = link
        return (link, *map(_mark, self._files))


def refs_marks(root: str, refs: Sequence[str]) -> FileMarks:
    """Of these refs of a main repository, by their full names. Others that are packed may change them too."""
    return FileMarks(root, (*refs, *_OF_ALL_REFS))


def checkout_marks(worktree: str) -> FileMarks:
    """Of a worktree's HEAD and index, and of what waits in it."""
    return FileMarks(worktree, _OF_A_CHECKOUT)


def _mark(path: str) -> FileMark:
    try:
        found = os.stat(path)  # noqa: PTH116 - a hundred of them, several times a second
    except (OSError, ValueError):
        return None
    if stat.S_ISDIR(found.st_mode):  # all sorts of files come and go there
        return 0, found.st_ino, 0
    return found.st_mtime_ns, found.st_ino, found.st_size
