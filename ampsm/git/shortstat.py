"""The size of a change: files, inserted and deleted lines."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from ampsm.git.command import git
from ampsm.model.record import record

_COUNTS = re.compile(rb"(\d+) (file|insertion|deletion)")


@record
class Shortstat:
    """How many files a change is in, and its inserted and deleted lines."""

    files: int
    insertions: int
    deletions: int


def shortstat(worktree: Path, base: str, *, untracked: bool, leave_out: Collection[str] = ()) -> Shortstat:
    """By how much a worktree, committed or not, differs from a commit. Of `untracked` files, which take git an index of
    its own, all count but those to `leave_out`. Raises `git-failed`."""
    if untracked:
        from ampsm.git.diff import diff

        files = diff(worktree, base=base, leave_out=leave_out, patch=False).files
        return Shortstat(len(files), sum(f.insertions or 0 for f in files), sum(f.deletions or 0 for f in files))
    done = git(worktree, "diff", "--no-ext-diff", "--no-textconv", "--shortstat", "-M", base, "--")
    found = {kind.decode(): int(number) for number, kind in _COUNTS.findall(done.stdout)}
    return Shortstat(found.get("file", 0), found.get("insertion", 0), found.get("deletion", 0))
