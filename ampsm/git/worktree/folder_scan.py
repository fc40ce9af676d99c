"""What lies in a folder, as the system sees it: git's own lists leave out modes, empty folders and repositories."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record

FILE, LINK, FOLDER, PIPE, OTHER = "file", "link", "folder", "pipe", "other"


@record
class Found:
    """One thing in a folder; `path` is relative to it, `mode` its permission bits, `size` 0 for all but files.

    `stamp` differs as soon as somebody writes, replaces or re-permits the thing (of a folder: re-permits).
    """

    path: str
    kind: str
    mode: int
    size: int
    changed_ns: int
    stamp: tuple[int, ...]


def scan(top: Path, *, leave_out: frozenset[str] = frozenset()) -> dict[str, Found]:
    """Everything below `top` by its path, folders before what is in them; of `leave_out` nothing, nor of what is below.

    Follows no link. Raises OSError for what cannot be read, and `wrong-worktree` where another file system is mounted:
    what is there belongs to somebody else.
    """
    device = top.lstat().st_dev
    found: dict[str, Found] = {}
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(top / folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
        for entry in listed:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if path in leave_out:
                continue
            facts = entry.stat(follow_symlinks=False)
            thing = _found(path, facts)
            found[path] = thing
            if thing.kind == FOLDER:
                if facts.st_dev != device:
                    raise _mounted(top, path)
                folders.append(path)
    return found


def inside(path: str, folder: str) -> bool:
    """Whether a path of a scan is that folder, or below it."""
    return path == folder or path.startswith(folder + "/")


def _found(path: str, facts: os.stat_result) -> Found:
    kind = _kind(facts.st_mode)
    mode = stat.S_IMODE(facts.st_mode)
    size = facts.st_size if kind == FILE else 0
    stamp: tuple[int, ...] = (facts.st_mode, facts.st_ino)
    if kind != FOLDER:
        stamp += (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
    return Found(path, kind, mode, size, facts.st_mtime_ns, stamp)


def _kind(mode: int) -> str:
    if stat.S_ISREG(mode):
        return FILE
    if stat.S_ISLNK(mode):
        return LINK
    if stat.S_ISDIR(mode):
        return FOLDER
    return PIPE if stat.S_ISFIFO(mode) else OTHER


def _mounted(top: Path, path: str) -> UserError:
    return UserError(
        "wrong-worktree", f"Another file system is mounted at {top / path}, so {top} is left alone",
        hint=f"umount {quoted(top / path)}", details={"worktree": str(top), "reason": f"{path} is a mount point"},
    )  # fmt: skip
