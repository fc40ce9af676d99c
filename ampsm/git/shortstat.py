"""The size of a change: files, inserted and deleted lines."""

from __future__ import annotations

import re
from functools import lru_cache
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


def shortstat(worktree: Path, base: str) -> Shortstat:
    """By how much the tracked files of a worktree without conflicts, committed or not, differ from a commit. Raises
    `git-failed`."""
    done = git(
        worktree, "diff", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty", "--shortstat", "-M", "-l2000",
        base, "--",
    )  # fmt: skip
    return _counted(done.stdout)


@lru_cache(maxsize=64)
def commit_sizes(where: Path | str, shas: tuple[str, ...]) -> dict[str, Shortstat]:
    """What each commit changed against its (first) parent. One question for all of them, whose answer never changes.
    Raises `git-failed`."""
    if not shas:
        return {}
    done = git(
        where, "log", "--no-walk=unsorted", "--stdin", "--format=%x00%H", "--no-ext-diff", "--no-textconv",
        "--shortstat", "-M", "--first-parent", "-m", "--root", stdin="".join(f"{sha}\n" for sha in shas).encode(),
    )  # fmt: skip
    found = {}
    for said in done.stdout.split(b"\0")[1:]:
        sha, _, counts = said.partition(b"\n")
        found[sha.decode()] = _counted(counts)
    return found


def _counted(said: bytes) -> Shortstat:
    found = {kind.decode(): int(number) for number, kind in _COUNTS.findall(said)}
    return Shortstat(found.get("file", 0), found.get("insertion", 0), found.get("deletion", 0))
