"""Whether another branch already has what a branch holds, as commits, as a tree or as patches (SPEC section 6)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, git_line
from ampsm.git.objects import is_ancestor, merge_base, tree_of
from ampsm.git.quarantine import quarantine

_WHO = {
    "GIT_AUTHOR_NAME": "Amp Session Conductor", "GIT_AUTHOR_EMAIL": "snapshot@localhost",
    "GIT_COMMITTER_NAME": "Amp Session Conductor", "GIT_COMMITTER_EMAIL": "snapshot@localhost",
}  # fmt: skip


def is_contained(root: Path, tip: str, other: str) -> bool:
    """Whether `other` has all that `tip` has: the commit itself, the same tree since they parted, an equal patch for
    each commit, or one equal patch for all of them (a squash merge). Writes nothing. Raises GitError."""
    if is_ancestor(root, tip, other):
        return True
    parted = merge_base(root, tip, other)
    if parted is None:
        return False
    if _has_tree(root, tip, parted, other) or _has_patches(root, tip, other):
        return True
    return _has_squash(root, tip, parted, other)


def _has_tree(root: Path, tip: str, parted: str, other: str) -> bool:
    wanted = tree_of(root, tip)
    trees = git(root, "rev-list", "--no-commit-header", "--format=%T", f"{parted}..{other}", timeout=LONG_TIMEOUT)
    return wanted == tree_of(root, parted) or wanted.encode() in trees.stdout.split()


def _has_patches(root: Path, tip: str, other: str) -> bool:
    """Merge commits have no patch, so they never count as there."""
    options = ("--cherry-pick", "--right-only", "--max-count=1")
    left = git(root, "rev-list", *options, f"{other}...{tip}", timeout=LONG_TIMEOUT)
    return not left.stdout.strip()


def _has_squash(root: Path, tip: str, parted: str, other: str) -> bool:
    with tempfile.TemporaryDirectory(prefix="ampsm-") as folder, quarantine(root, Path(folder)) as objects:
        env = {**objects, **_WHO}
        squashed = git_line(root, "commit-tree", tree_of(root, tip), "-p", parted, "-m", "squashed", env=env)
        found = git(root, "cherry", other, squashed, env=env, timeout=LONG_TIMEOUT)
    return found.stdout.startswith(b"- ")
