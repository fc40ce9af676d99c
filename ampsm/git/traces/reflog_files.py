"""Where a branch was, as git's logs say that outlive it: its own, and the one of a worktree's HEAD.

git deletes the log of a branch with the branch, that of HEAD only with the worktree's folder in `.git/worktrees`.
"""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git import refs
from ampsm.git.location import admin_dirs, common_dir
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain


@record
class LogEntry:
    """One move: the commits before and after it (None for none), and git's words."""

    old: str | None
    new: str | None
    message: str


def branch_log(root: Path, branch: str) -> list[LogEntry]:
    """The moves of a branch that was not deleted by git itself, oldest first; empty where there is no log. Raises
    GitError."""
    return _entries(common_dir(root) / "logs" / refs.branch_ref(branch))


def branch_seen_by_worktree(root: Path, worktree: Path, branch: str) -> list[str]:
    """The commits a branch was at while a worktree that git still knows had it checked out, oldest first. Raises
    GitError."""
    admin = admin_dirs(root, worktree)
    if not admin:
        return []
    entries, on_branch, seen = _entries(admin[0] / "logs" / "HEAD"), True, list[str]()
    for entry in entries:
        left, _, came = entry.message.removeprefix("checkout: moving from ").rpartition(" to ")
        if entry.message.startswith("checkout: moving from ") and left != came:
            if left == branch and entry.old:
                seen.append(entry.old)
            on_branch = came == branch
        elif entry.message.startswith("rebase (start)"):
            on_branch = False
        elif entry.message.startswith(("rebase (finish)", "rebase (abort)")):
            on_branch = entry.message.endswith(refs.branch_ref(branch))
        if on_branch and entry.new:
            seen.append(entry.new)
    return seen


def renamed_to(root: Path, branch: str) -> str | None:
    """The branch that a person has made of a branch by `git branch -m`, once or in several steps, if that is still
    there. Raises GitError."""
    logs, ref = common_dir(root) / "logs", refs.branch_ref(branch)
    for folder, _, names in os.walk(logs / refs.branch_ref("")):
        for name in names:
            now = os.path.relpath(os.path.join(folder, name), logs)  # noqa: PTH118 - as git writes it
            if _renamed(ref, _entries(Path(folder, name))) == now and refs.read_ref(root, now):
                return refs.branch_name(now)
    return None


def _renamed(ref: str, entries: list[LogEntry]) -> str | None:
    """What a ref was called at the end of a log that its branch took along; None where the log is another's. A copy of
    the branch has the log, too, but not that name."""
    now = None
    for entry in entries:
        if entry.message.startswith(said := f"Branch: renamed {now or ref} to "):
            now = entry.message.removeprefix(said)
    return now


def _entries(log: Path) -> list[LogEntry]:
    try:
        lines = os.fsdecode(read_plain(log)).splitlines()
    except OSError:
        return []
    return [entry for line in lines if (entry := _entry(line)) is not None]


def _entry(line: str) -> LogEntry | None:
    facts, _, message = line.partition("\t")
    words = facts.split(" ")
    return LogEntry(_sha(words[0]), _sha(words[1]), message) if len(words) > 2 else None


def _sha(word: str) -> str | None:
    return word if word.strip("0") else None
