"""What git made of the commit at which a rebase has stopped, found out anew from the commits alone: an index may be
damaged, deleted, or made anew by somebody's `git reset`, and then knows of no conflict any more (SPEC section 12)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, answer_or, git, git_line
from ampsm.git.objects import tree_of, trees_of
from ampsm.git.rewrite.left_by_git import in_tree
from ampsm.git.rewrite.rebase import RebaseStop
from ampsm.git.rewrite.stages import Stages, listed
from ampsm.git.trial_picks import trial_picks
from ampsm.git.versions import empty_tree
from ampsm.model.record import record


@record
class RedoneStep:
    """What git merged at a stop: `tree` has every file as git left it, and `conflicts` the sides of those in conflict,
    at the paths that they have in the worktree. `before` is the tree that it was put on."""

    before: str
    tree: str
    conflicts: Mapping[str, Stages]


def redone(worktree: Path, stop: RebaseStop, programs: bool = False) -> RedoneStep:
    """Has git merge the commit at a stop once more. What it makes stays in the repository, nothing else is touched.
    With `programs` also merge drivers run that came since the session began. Raises GitError."""
    made = _redone(worktree, stop, programs)
    if answer_or(None, tree_of, worktree, made.tree) is None:  # nothing refers to it: it was pruned
        _redone.cache_clear()
        made = _redone(worktree, stop, programs)
    return made


@lru_cache(maxsize=8)
def _redone(worktree: Path, stop: RebaseStop, programs: bool) -> RedoneStep:
    trees = trees_of(worktree, [name for name in (stop.head, stop.commit, stop.base) if name])
    head, after = trees[stop.head], trees[stop.commit]
    before = trees[stop.base] if stop.base else empty_tree(worktree)
    if before in (head, after) or head == after:
        return RedoneStep(head, after if before == head else head, {})
    with trial_picks(worktree, worktree, programs, keep=True) as trial:
        made = trial.merged(head, before, after, head)
        found = listed(b"".join(entry + b"\0" for entry in made.entries))
        # What has to make room is put aside under the name of its side, which is another one in a rebase.
        sides = (f"~{made.ours}", f"~{made.theirs}")
        aside = any(side in path for path in found for side in sides)
        named = dict(zip(sides, ("~HEAD", f"~{_label(worktree, stop.commit)}"), strict=True)) if aside else {}
        names = {path: _put_aside(path, named) for path in found}
        tree = _renamed(worktree, made.tree, names, trial.scratch / "renamed")
    return RedoneStep(head, tree, {names[path]: sides for path, sides in found.items()})


def _put_aside(path: str, named: Mapping[str, str]) -> str:
    for side, name in named.items():
        path = path.replace(side, name)
    return path


def _renamed(worktree: Path, tree: str, names: Mapping[str, str], index: Path) -> str:
    """A tree with other names of its files."""
    moved = {path: name for path, name in names.items() if path != name}
    if not moved:
        return tree
    env, lines = {"GIT_INDEX_FILE": str(index)}, list[bytes]()
    for path, entry in (in_tree(worktree, tree, list(moved)) or {}).items():
        if path in moved:
            lines.append(f"0 {'0' * len(tree)}\t".encode() + os.fsencode(path))
            lines.append(f"{entry.mode} {entry.blob}\t".encode() + os.fsencode(moved[path]))
    git(worktree, "read-tree", tree, env=env, timeout=LONG_TIMEOUT)
    git(worktree, "update-index", "-z", "--index-info", stdin=b"".join(line + b"\0" for line in lines), env=env)
    return git_line(worktree, "write-tree", env=env)


def _label(worktree: Path, commit: str) -> str:
    """What a rebase calls the commit that it puts down, as a part of a path."""
    words = ("log", "-1", "--no-show-signature", "--format=%h%x00%B", commit, "--")
    short, _, message = git(worktree, *words).stdout.partition(b"\0")
    subject = message.lstrip(b"\n").partition(b"\n")[0]
    return os.fsdecode(short + b" (" + subject + b")").replace("/", "_")
