"""Commits that nothing keeps any more, neither a ref nor a log, and that git has not deleted yet."""

from __future__ import annotations

from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, line_of

_MOST = 200


def unreachable_after(root: Path, commit: str) -> str | None:
    """The one commit that continues `commit` and that no ref leads to; None when there is none, or several that differ:
    then nobody can say which one was meant. Takes long in a large repository. Raises GitError."""
    done = git(root, "fsck", "--no-reflogs", "--connectivity-only", "--dangling", "--no-progress",
               timeout=LONG_TIMEOUT, check=False)  # fmt: skip
    words = [line.split() for line in line_of(done).splitlines()]
    dangling = [word[2] for word in words if word[:2] == ["dangling", "commit"]][:_MOST]
    after = [sha for sha in dangling if _continues(root, commit, sha)]
    return after[0] if len(after) == 1 else None


def _continues(root: Path, commit: str, later: str) -> bool:
    return git(root, "merge-base", "--is-ancestor", commit, later, check=False).returncode == 0
