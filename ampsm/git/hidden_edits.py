"""Edits that `git status` does not show: of files marked skip-worktree or assume-unchanged in the index.

git does not list them, and refuses to write over them only when it comes to that, in the middle of a rebase.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, paths_of
from ampsm.git.location import git_path
from ampsm.model.errors import quoted

_SKIPPED = "S"


def hidden_edits(worktree: Path | str, paths: Collection[str]) -> list[str]:
    """Those of the paths, relative to the worktree's top, whose file git was told not to look at, and differs from the
    index. Sorted; the index is not written. Raises GitError."""
    if not paths:
        return []
    listed = paths_of(git(worktree, "ls-files", "-v", "-z", timeout=LONG_TIMEOUT).stdout)
    marked = {path for tag, _, path in (entry.partition(" ") for entry in listed) if _is_marked(tag)}
    wanted = [path for path in marked.intersection(paths) if os.path.lexists(Path(worktree) / path)]
    if not wanted:
        return []
    import shutil
    import tempfile

    stdin = b"".join(os.fsencode(path) + b"\0" for path in wanted)
    with tempfile.TemporaryDirectory(prefix="ampsm-") as scratch:
        index = Path(scratch) / "index"
        shutil.copy2(git_path(worktree, "index"), index)  # its time too: by that git tells entries to look at again
        env = {"GIT_INDEX_FILE": str(index)}
        for option in ("--no-skip-worktree", "--no-assume-unchanged"):
            git(worktree, "-c", "core.splitIndex=false", "update-index", option, "-z", "--stdin", stdin=stdin, env=env)
        git(worktree, "update-index", "-q", "--refresh", env=env, check=False, timeout=LONG_TIMEOUT)
        changed = paths_of(git(worktree, "diff-files", "--name-only", "-z", env=env, timeout=LONG_TIMEOUT).stdout)
    return sorted(set(changed).intersection(wanted))


def show_again(worktree: Path | str, path: str) -> str:
    """The command after which git looks at a file again, so that its edits can be committed, stashed or taken back."""
    return f"git -C {quoted(worktree)} update-index --no-skip-worktree --no-assume-unchanged -- {quoted(path)}"


def _is_marked(tag: str) -> bool:
    return tag == _SKIPPED or tag.islower()
