"""Symbolic links that are committed: whether one leads out of the worktree, or hides a folder that is ignored."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ampsm.git.content.ignored import ignored_paths
from ampsm.git.location import git_dir_at


def leads_out(worktree: Path, path: str, target: str) -> bool:
    """Whether the link at `path` leads out of the worktree: by an absolute path, by more `..` than there are folders,
    or through another link."""
    if os.path.isabs(target):  # noqa: PTH117 - text of a link
        return True
    folder = os.path.dirname(path)  # noqa: PTH120
    plain = os.path.normpath(os.path.join(folder, target))  # noqa: PTH118
    top = os.path.realpath(worktree)
    real = os.path.realpath(os.path.join(top, folder, target))  # noqa: PTH118
    return plain == ".." or plain.startswith("../") or not (real == top or real.startswith(top + os.sep))


def shadows_ignored(worktree: Path, paths: Sequence[str]) -> Iterator[str]:
    """Those of these links of which a folder in their place would be ignored: rules like `node_modules/` are about
    folders alone, and a link is none. Raises GitError."""
    git_dir = git_dir_at(worktree)
    if not paths or git_dir is None:
        return
    with tempfile.TemporaryDirectory(prefix="ampsm-") as scratch:
        top = Path(scratch)
        for path in paths:
            (top / path).mkdir(parents=True, exist_ok=True)
            _copy_rules(worktree, top, Path(path).parent)
        yield from ignored_paths(top, paths, env={"GIT_DIR": str(git_dir), "GIT_WORK_TREE": scratch})


def _copy_rules(worktree: Path, top: Path, folder: Path) -> None:
    """The `.gitignore` files that are about what lies in a folder."""
    for place in (folder, *folder.parents):
        rules = worktree / place / ".gitignore"
        if rules.is_file() and not rules.is_symlink():
            shutil.copyfile(rules, top / place / ".gitignore")
