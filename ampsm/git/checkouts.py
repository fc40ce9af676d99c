"""Where a branch is checked out, what goes on there, and what would be in the way of moving it (SPEC section 6)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ampsm.git import in_the_way
from ampsm.git.command import git
from ampsm.git.hidden_edits import hidden_edits
from ampsm.git.location import common_dir
from ampsm.git.refs import branch_name
from ampsm.git.status import worktree_status
from ampsm.git.unfinished import operation_in
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain


@record
class Checkout:
    """A worktree that has a branch: `current` when HEAD is the branch, else it will come back to it when `operation`
    (`rebase`, `bisect`, …) ends. `there` is false for a folder that is gone though git was told to keep it."""

    worktree: Path
    current: bool
    operation: str | None
    there: bool = True

    def why_not_moved(self, branch: str) -> str | None:
        """Why the branch that it has cannot be moved now; None when it can."""
        if not self.there:
            return f"{branch} is checked out in {self.worktree}, which is locked and cannot be reached"
        if self.operation:
            return f"A {self.operation} waits to be finished in {self.worktree}, which has {branch} checked out"
        return None


def checkouts(root: Path, branch: str) -> list[Checkout]:
    """The worktrees of a repository that have a local branch checked out, or come back to it after a rebase or bisect.

    A folder that is gone counts only while its worktree is locked. Raises GitError.
    """
    found = []
    for worktree, admin, at in _worktrees(root):
        there = worktree.is_dir()
        if not there and not (admin / "locked").exists():
            continue
        current = at == branch
        if current or branch in _claimed(admin):
            found.append(Checkout(worktree, current, operation_in(admin), there))
    return found


def where_checked_out(root: Path, branch: str) -> Path | None:
    """The worktree whose HEAD is the branch; None when there is none."""
    return next((found.worktree for found in checkouts(root, branch) if found.current and found.there), None)


def local_edits(worktree: Path, changed: Sequence[tuple[str, str]]) -> list[str]:
    """The paths that a move of the checked-out branch would touch although they hold local edits, staged changes or
    untracked files that are not ignored. Sorted; nothing is changed.

    `changed` are the paths it changes, as of `repository.changed_paths`.
    """
    touched = {path for path, _ in changed}
    if not touched:
        return []
    status = worktree_status(worktree)
    dirty = {*status.staged, *status.unstaged, *status.unmerged, *status.untracked, *status.nested}
    dirty.update(hidden_edits(worktree, touched))
    folders = {folder for path in touched for folder in in_the_way.folders_of(path)}
    above = in_the_way.folders_of
    return sorted(path for path in dirty if path in folders or not touched.isdisjoint((path, *above(path))))


def _worktrees(root: Path) -> Iterator[tuple[Path, Path, str | None]]:
    """Path, git directory and current branch of every worktree of the repository, the main one first."""
    common = common_dir(root)
    admins = {
        os.path.realpath(Path(os.fsdecode(read_plain(folder / "gitdir")).strip()).parent): folder
        for folder in (common / "worktrees").glob("*")
        if (folder / "gitdir").is_file()
    }
    for block in git(root, "worktree", "list", "--porcelain", "-z").stdout.split(b"\0\0"):
        facts = dict(os.fsdecode(line).partition(" ")[::2] for line in block.split(b"\0") if line)
        if "worktree" not in facts:
            continue
        path = os.path.realpath(facts["worktree"])
        admin = admins.get(path, common)
        place = Path(path) if admin != common else root
        yield place, admin, branch_name(facts.get("branch", ""))


def _claimed(admin: Path) -> set[str]:
    """Branches that a waiting rebase or bisect in this git directory comes back to or is going to move."""
    found: set[str] = set()
    for name in ("rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START", "rebase-merge/update-refs"):
        try:
            lines = os.fsdecode(read_plain(admin / name)).split("\n")
        except OSError:
            continue
        found.update(branch_name(line.strip()) or line.strip() for line in lines if line.strip())
    return found
