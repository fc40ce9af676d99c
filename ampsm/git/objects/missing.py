"""Objects that git needs and has not got, or cannot read: after a crash, a disk that failed, a copy that was not whole.

git says so in many ways, each where it happens to look. Nothing here can bring one back; `git fsck` names all of them.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, GitError, fsck, git


def missing(where: Path | str, sha: str) -> GitError:
    """The error for an object that is there by name alone."""
    return GitError(f"The object {sha} is missing", code="object-missing", hint=fsck(where))


def require_whole(root: Path, tips: Collection[str], before: Collection[str]) -> None:
    """Raises `object-missing` where a file or folder of these commits is not there, or a commit after those of
    `before`, of which the files are looked at as well. Reads all folders and no file."""
    _walk(root, [*tips, *before], "--objects", "--no-walk")
    require_between(root, tips, before)


def require_between(root: Path, tips: Collection[str], before: Collection[str]) -> None:
    """The same of what came into these commits after those of `before` alone."""
    _walk(root, [*tips, *(f"^{sha}" for sha in before)], "--objects")


def require_history(root: Path, tips: Collection[str]) -> None:
    """Raises `object-missing` where a commit before these is not there. Reads the whole history, and no folder."""
    _walk(root, tips)


def _walk(root: Path, commits: Collection[str], *options: str) -> None:
    asked = "".join(f"{commit}\n" for commit in dict.fromkeys(commits)).encode()
    walk = ("rev-list", "--quiet", "--missing=allow-promisor", "--stdin")
    git(root, *walk, *options, stdin=asked, timeout=LONG_TIMEOUT)
