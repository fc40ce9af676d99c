"""Conflicts that the index has lost while a rebase waits for them (SPEC section 12).

A damaged index is made anew as HEAD has it; `git reset`, `git read-tree` and `git checkout --force` do the same. Then
git takes all for resolved, files with markers among it, and what it had merged by itself for somebody's edits; files
that a commit adds are tracked no more. So before anybody goes on, an index is asked whether it has what git merged at
this stop.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, paths_of
from ampsm.git.in_the_way import changes_on_the_way
from ampsm.git.location import git_path
from ampsm.git.programs.planted import planted_programs
from ampsm.git.rewrite.left_by_git import in_the_worktree, in_tree
from ampsm.git.rewrite.left_markers import files_in, marked_line
from ampsm.git.rewrite.rebase import RebaseStop
from ampsm.git.rewrite.redone import RedoneStep, redone
from ampsm.git.rewrite.stages import StagedEntry, Stages
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.git.status import in_context_folder


def lost(seen: WorktreeSeen, stop: RebaseStop, *, programs: bool = False) -> list[str]:
    """The paths, sorted, of which the index has forgotten what git made of them at this stop: conflicts that nobody has
    resolved, and after a reset also what was merged without one. None once somebody has committed by hand, and
    without `programs` where a merge driver came since the session began: what it made of them only running it tells,
    which is for commands that write (SPEC section 5). Raises GitError."""
    return seen.once(("lost", stop, programs), lambda: _lost(seen, stop, programs))


def _lost(seen: WorktreeSeen, stop: RebaseStop, programs: bool) -> list[str]:
    worktree = seen.worktree
    if stop.now != stop.head or not (programs or _is_known(worktree)):
        return []
    made = redone(worktree, stop, programs)
    waiting, resolved = seen.unmerged_and_resolved
    if not waiting and not seen.entries(sorted(resolved)) and is_emptied(worktree):
        return sorted({*merged_paths(worktree, made), *made.conflicts})
    missing = made.conflicts.keys() - waiting.keys() - resolved.keys()
    reset = not is_noted(worktree)
    changed = merged_paths(worktree, made) if reset or missing else set()
    undecided = {*missing, *(changed if reset else ())}
    if reset and not waiting and _nothing_staged(worktree, made):
        undecided |= made.conflicts.keys()
    staged, before = seen.entries(sorted(undecided)), of_tree(worktree, made.before, undecided)
    found = in_the_worktree(worktree, sorted(undecided), len(stop.commit))
    gone = {
        path for path in undecided if staged.get(path) == before.get(path)
        or (path in missing and staged.get(path) != found.get(path))
    }  # fmt: skip
    return sorted(gone | _taken_out(seen, resolved))


def is_emptied(worktree: Path | str) -> bool:
    """Whether an index has nothing at all (`git rm -r --cached .`, `git read-tree --empty`), while files lie there: a
    commit would delete them all, and nobody has. Raises GitError."""
    if git(worktree, "ls-files", "-z", "--cached", "--full-name").stdout:
        return False
    listed = git(worktree, "ls-files", "-z", "--others", "--full-name", timeout=LONG_TIMEOUT).stdout
    return any(not in_context_folder(path) for path in paths_of(listed))


def _taken_out(seen: WorktreeSeen, resolved: Mapping[str, Stages]) -> set[str]:
    """What was only taken out of the index (`git rm --cached`): the file lies there as it was, with its markers."""
    worktree, staged = seen.worktree, seen.entries(sorted(resolved))
    return {
        path for path, content in files_in(worktree, sorted(resolved.keys() - staged.keys()))
        if marked_line(worktree, path, content, resolved[path]) is not None
    }  # fmt: skip


def _is_known(worktree: Path) -> bool:
    return not any(key.startswith("merge.") for key in planted_programs(worktree, os.environ))


def is_noted(worktree: Path) -> bool:
    """Whether git still knows what it left: every kind of reset makes it forget."""
    return git_path(worktree, "AUTO_MERGE").is_file()


def merged_paths(worktree: Path, made: RedoneStep) -> set[str]:
    """What git changed at this stop without a conflict."""
    paths = {path for path, _ in changes_on_the_way(worktree, [(made.before, made.tree)])}
    return paths - made.conflicts.keys()


def _nothing_staged(worktree: Path, made: RedoneStep) -> bool:
    return git(worktree, "diff-index", "--cached", "--quiet", made.before, "--", check=False).returncode == 0


def of_tree(worktree: Path, tree: str, paths: Collection[str]) -> dict[str, StagedEntry]:
    """What a tree has at some of these paths."""
    return (in_tree(worktree, tree, list(paths)) or {}) if paths else {}
