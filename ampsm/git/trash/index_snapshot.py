"""A worktree's index as bytes that another worktree can be given, and the objects that such bytes need."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, GitError, git, git_answer, git_line
from ampsm.git.location import git_path
from ampsm.model.record import record
from ampsm.system.files import atomic_write
from ampsm.system.plain_files import read_plain

_LOCK_SECONDS = 3.0
#: A time after that of every file: git need not look again, by way of filters, at those as young as their index.
_LATER = 2**32 - 1
_GITLINK = b"160000"
_ALONE = ("-c", "core.splitIndex=false", "update-index", "--no-split-index", "--force-write-index")


@record
class IndexSnapshot:
    """`content` is a whole index file of its own, `changed_ns` its time of change, by which git tells racy entries.

    `tree` holds what is staged, `others` are blobs that it does not hold: the sides of conflicts.
    """

    content: bytes
    changed_ns: int
    tree: str
    others: tuple[str, ...]


def take_index(worktree: Path, scratch: Path) -> IndexSnapshot | None:
    """The index with all entries, stages and flags; None when there is none. `scratch` is a folder of the caller's.

    Writes objects, not the index. Raises GitError, also when another git process holds the index for long.
    """
    real = git_path(worktree, "index")
    _wait_for_lock(real.with_name(real.name + ".lock"))
    if not real.exists():
        return None
    copy = scratch / "index"
    shutil.copy2(real, copy)
    changed_ns = real.stat().st_mtime_ns
    env = {"GIT_INDEX_FILE": str(copy)}
    if git_answer(worktree, "rev-parse", "--shared-index-path"):
        git(worktree, *_ALONE, env=env, timeout=LONG_TIMEOUT)
    content = read_plain(copy)
    os.utime(copy, (_LATER, _LATER))
    entries = git(worktree, "ls-files", "-z", "-s", env=env, timeout=LONG_TIMEOUT).stdout.split(b"\0")
    resolved = git(worktree, "ls-files", "-z", "--resolve-undo", env=env, timeout=LONG_TIMEOUT).stdout.split(b"\0")
    staged = [entry for entry in entries if entry and _stage(entry) == b"0"]
    unmerged = [entry for entry in entries if entry and _stage(entry) != b"0"]
    tree = _staged_tree(worktree, copy, staged if unmerged else None, scratch)
    blobs = {entry.split(b" ", 2)[1].decode() for entry in (*unmerged, *resolved) if entry and entry[:6] != _GITLINK}
    return IndexSnapshot(content, changed_ns, tree, tuple(_existing(worktree, blobs)))


def put_index(worktree: Path, content: bytes, changed_ns: int) -> None:
    """Gives a worktree that nobody works in the index that `take_index` has read elsewhere."""
    path = git_path(worktree, "index")
    atomic_write(path, content, mode=0o644)
    os.utime(path, ns=(changed_ns, changed_ns))


def _stage(entry: bytes) -> bytes:
    return entry.partition(b"\t")[0].rsplit(b" ", 1)[1]


def _staged_tree(worktree: Path, index: Path, entries: list[bytes] | None, scratch: Path) -> str:
    """A tree of the index, or of these of its entries: `git write-tree` refuses an index with conflicts."""
    if entries is not None:
        index = scratch / "staged"
        lines = b"".join(entry + b"\0" for entry in entries)
        git(worktree, "update-index", "-z", "--index-info", stdin=lines, env={"GIT_INDEX_FILE": str(index)})
    if not index.exists():
        return git_line(worktree, "mktree")
    return git_line(worktree, "write-tree", "--missing-ok", env={"GIT_INDEX_FILE": str(index)})


def _existing(worktree: Path, blobs: Iterable[str]) -> list[str]:
    names = sorted(blobs)
    if not names:
        return []
    asked = "".join(f"{name}\n" for name in names).encode()
    lines = git(worktree, "cat-file", "--batch-check", stdin=asked).stdout.decode().splitlines()
    return [name for name, line in zip(names, lines, strict=True) if not line.endswith(" missing")]


def _wait_for_lock(lock: Path) -> None:
    deadline = time.monotonic() + _LOCK_SECONDS
    while lock.exists():
        if time.monotonic() > deadline:
            raise GitError(f"{lock} is held by another git process", hint="amp-sessions doctor")
        time.sleep(0.05)
