"""Submodules of a worktree whose branch was put on other commits: git's own rebase leaves them where they were, and the
next commit of everything would take that for somebody's change."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, git_answer, paths_of
from ampsm.git.in_the_way import arriving, untracked_at
from ampsm.git.repository import changed_paths
from ampsm.git.status import worktree_status
from ampsm.model.errors import UserError

_GITLINK = "160000"

#: Seconds for a submodule's commit that has to be fetched.
_FETCH_TIMEOUT = 120.0


def follow(worktree: Path, before: str, after: str) -> None:
    """Checks out what commit `after` has in every submodule that is at what `before` has, holds no changes and no
    ignored file in the way. One that cannot follow, or is not checked out, stays as it is."""
    if before == after or not os.path.lexists(worktree / ".gitmodules"):
        return
    for path, old, new in _moved(worktree, before, after):
        with contextlib.suppress(UserError, OSError):
            place = worktree / path
            if (place / ".git").exists() and _is_untouched(place, old) and _is_free(place, old, new):
                _check_out(worktree, path)


def put_at(worktree: Path, path: str, commit: str) -> bool:
    """Checks out in a submodule what the index has of it, the commit `commit`; whether it is there then, or is not
    checked out at all. Nothing changes in one that holds changes, or a file in the way."""
    place = worktree / path
    if not (place / ".git").exists():
        return True
    with contextlib.suppress(UserError, OSError):
        at = git_answer(place, "rev-parse", "-q", "--verify", "HEAD") or ""
        if at != commit and _is_untouched(place, at) and _is_free(place, at, commit):
            _check_out(worktree, path)
        return git_answer(place, "rev-parse", "-q", "--verify", "HEAD") == commit
    return False


def _check_out(worktree: Path, path: str) -> None:
    words, this = ("submodule", "--quiet", "update", "--checkout"), f":(top,literal){path}"
    done = git(worktree, *words, "--no-fetch", "--", this, timeout=LONG_TIMEOUT, check=False, writes=True)
    if done.returncode != 0:
        git(worktree, *words, "--", this, timeout=_FETCH_TIMEOUT, check=False, writes=True)


def _moved(worktree: Path, before: str, after: str) -> list[tuple[str, str, str]]:
    """The submodules that are at another commit in `after`, each with the one it has in `before` and that one."""
    done = git(worktree, "diff-tree", "-r", "-z", "--no-renames", "--ignore-submodules=none", before, after, "--")
    fields = paths_of(done.stdout)
    found = []
    for about, path in zip(fields[::2], fields[1::2], strict=True):
        old_mode, new_mode, old, new, _ = about.removeprefix(":").split(" ")
        if old_mode == new_mode == _GITLINK:
            found.append((path, old, new))
    return found


def _is_untouched(place: Path, commit: str) -> bool:
    if git_answer(place, "rev-parse", "-q", "--verify", "HEAD") != commit:
        return False
    status = worktree_status(place)
    return not (status.staged or status.unstaged or status.unmerged)


def _is_free(place: Path, old: str, new: str) -> bool:
    """Whether no file that is untracked or ignored would be written over on the way to another commit; of one that has
    to be fetched first, whether there is no such file at all."""
    if git_answer(place, "rev-parse", "-q", "--verify", f"{new}^{{commit}}") is None:
        return not git(place, "ls-files", "-z", "--others", timeout=LONG_TIMEOUT).stdout
    return not untracked_at(place, arriving(changed_paths(place, old, new)))
