"""What lies in a folder, as the system sees it: git's own lists leave out modes, empty folders and repositories."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ampsm.git.worktree.mounts import mounted_in
from ampsm.model.errors import UserError, quoted
from ampsm.model.phrases import few
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

    Follows no link. Raises OSError, `cannot-remove` (exit 5) for a folder that may not be read, and `wrong-worktree`
    where another file system is mounted: what is there belongs to somebody else.
    """
    if (place := mounted_in(top)) is not None:
        raise _mounted(top, os.path.relpath(place, os.path.realpath(top)))
    device = top.lstat().st_dev
    found: dict[str, Found] = {}
    folders = [""]
    while folders:
        folder = folders.pop()
        listed = _listed(top / folder)
        for entry in listed:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if path in leave_out:
                continue
            facts = _facts(entry, top / folder)
            thing = _found(path, facts)
            found[path] = thing
            if thing.kind == FOLDER:
                if facts.st_dev != device:
                    raise _mounted(top, path)
                folders.append(path)
    return found


def cannot_remove(paths: Iterable[Path], why: str, hint: str) -> UserError:
    """The error that names what keeps a worktree from being removed; `why` has a place for the names."""
    names = [str(path) for path in paths]
    return UserError(
        "cannot-remove", f"{why.format(few(names))}, so nothing is removed", hint=hint, details={"paths": names}
    )  # fmt: skip


def unreadable_folder(folder: Path) -> UserError:
    """The error for a folder that nobody can look into."""
    mine = folder.lstat().st_uid == os.geteuid()
    to = f"chmod u+rwx {quoted(folder)}" if mine else f"sudo chown -R {os.geteuid()} {quoted(folder)}"
    return cannot_remove([folder], "This user may not look into {}", to)


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    with _readable(folder), os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _facts(entry: os.DirEntry[str], folder: Path) -> os.stat_result:
    try:
        return entry.stat(follow_symlinks=False)
    except PermissionError:
        with _readable(folder):
            raise


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError:
        raise unreadable_folder(folder) from None


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
