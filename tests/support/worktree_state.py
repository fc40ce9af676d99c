"""Everything that can be seen of a worktree and of a repository's refs, to be compared before and after."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any


def worktree_state(git: Callable[..., str], worktree: Path) -> dict[str, Any]:
    """Bytes, kinds, permission bits and times of all files, links and folders; every index entry with stages and flags;
    what `git status` says."""
    return {
        "files": files_in(worktree),
        "entries": git(worktree, "ls-files", "-s", "-v", "-z"),
        "resolved": git(worktree, "ls-files", "--resolve-undo", "-z"),
        "status": git(worktree, "status", "--porcelain=v2", "--branch", "--ignored", "-z"),
        "intended": git(worktree, "diff", "--name-status", "-z"),
        "head": git(worktree, "rev-parse", "HEAD"),
    }


def files_in(top: Path) -> dict[str, tuple[Any, ...]]:
    """What is in a folder, a worktree's own `.git` left out; nothing is followed."""
    found: dict[str, tuple[Any, ...]] = {}
    for folder, folders, files in os.walk(os.fsencode(top)):
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            relative = os.fsdecode(os.path.relpath(path, os.fsencode(top)))
            if relative != ".git":
                found[relative] = _facts(path)
    return found


def _facts(path: bytes) -> tuple[Any, ...]:
    facts = os.lstat(path)
    mode = stat.S_IMODE(facts.st_mode)
    if stat.S_ISLNK(facts.st_mode):
        return ("link", os.readlink(path))
    if stat.S_ISDIR(facts.st_mode):
        return ("folder", mode)
    if not stat.S_ISREG(facts.st_mode):
        return ("other", mode)
    with open(path, "rb") as file:
        return ("file", mode, facts.st_size, facts.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest())


def refs_of(git: Callable[..., str], repo: Path) -> str:
    """Every ref of a repository and where it points."""
    return git(repo, "for-each-ref", "--format=%(refname) %(objectname)")
