"""Resolutions that git remembers and puts in again when the same conflict comes back (rerere): a setting of the
repository's own, off unless somebody turns it on."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ampsm.git.command import GitError, git, git_answer, paths_of
from ampsm.git.location import common_dir, git_path

#: What turns it on or off.
SETTING = "rerere.enabled"


def remembers(where: Path | str) -> bool:
    """Whether git remembers resolutions here: as it is set, else as git has it, by whether it ever did."""
    said = git_answer(where, "config", "--type=bool", SETTING)
    return said == "true" if said is not None else (common_dir(where) / "rr-cache").is_dir()


def remember(where: Path | str, on: bool) -> None:
    """Turns it on or off for the whole repository, in its own settings: on from the next conflicts on. What is
    remembered stays. Raises GitError."""
    done = git(where, "config", "--local", SETTING, "true" if on else "false", check=False, writes=True)
    if done.returncode != 0:
        raise GitError("The setting of the repository cannot be changed", done.stderr)


def put_in_again(worktree: Path | str, unmerged: Collection[str]) -> frozenset[str]:
    """Those of the paths in conflict whose file git wrote with a resolution that it remembers, when it stopped. They
    are not staged. A path with a line break is never told."""
    if not unmerged or not git_path(worktree, "MERGE_RR").exists() or not remembers(worktree):
        return frozenset()  # without that file it was turned on later than git stopped
    waiting = git(worktree, "rerere", "remaining").stdout.replace(b"\n", b"\0")
    return frozenset(path for path in unmerged if "\n" not in path).difference(paths_of(waiting))
