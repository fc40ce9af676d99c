"""The size of a change: files, inserted and deleted lines."""

from __future__ import annotations

import re
from pathlib import Path

from ampsm.git.command import git

_COUNTS = re.compile(rb"(\d+) (file|insertion|deletion)")


def shortstat(worktree: Path | str, base: str) -> dict[str, int]:
    """By how much the tracked files of a worktree, committed or not, differ from a commit: `{files, insertions,
    deletions}`. Raises `git-failed`."""
    done = git(worktree, "diff", "--no-ext-diff", "--no-textconv", "--shortstat", "-M", base, "--")
    found = {kind.decode(): int(number) for number, kind in _COUNTS.findall(done.stdout)}
    return {
        "files": found.get("file", 0),
        "insertions": found.get("insertion", 0),
        "deletions": found.get("deletion", 0),
    }
