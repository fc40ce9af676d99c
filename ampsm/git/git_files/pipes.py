"""Pipes in the place of files that git reads by itself, such as `.gitignore` or a configuration that is included: git
would wait for ever for a writer."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ampsm.git.git_files.config_names import files_of_users, named_in
from ampsm.git.git_files.pointers import named_folder
from ampsm.model.errors import UserError, quoted

_IN_FOLDERS = frozenset({".gitignore", ".gitattributes", ".gitmodules", ".mailmap", ".git"})
_IN_GIT_DIR = (
    "HEAD", "config", "config.worktree", "index", "packed-refs", "shallow", "commondir", "gitdir", "info/exclude",
    "info/attributes", "info/grafts", "info/sparse-checkout", "objects/info/alternates",
)  # fmt: skip

#: Folders of an operation that goes on.
_AT_WORK = ("rebase-merge", "rebase-apply", "sequencer")


def require_no_pipes(where: Path | str, *, in_folders: bool = True) -> None:
    """Raises `wrong-worktree` (exit 5) naming a pipe that git at work in this folder waits for.

    Looks at every folder of the worktree, so it is for a git that takes long; not so without `in_folders`, when only
    what every call of git in the repository reads is looked at.
    """
    for path in (*_read_by_users(), *_read_by_git(Path(os.path.realpath(where)), in_folders)):
        if _is_pipe(path):
            raise UserError(
                "wrong-worktree", f"{path} is a pipe, and git waits for ever for somebody to write to it",
                hint=f"rm {quoted(path)}", details={"pipe": str(path)},
            )  # fmt: skip


def pipe_named(error: UserError) -> str | None:
    """The pipe that an error of `require_no_pipes` is about; None for any other error."""
    pipe = error.details.get("pipe")
    return pipe if isinstance(pipe, str) else None


def _read_by_users() -> Iterator[Path]:
    files = list(files_of_users())
    yield from files
    yield from named_in(files)


def _read_by_git(where: Path, in_folders: bool) -> Iterator[Path]:
    top = next((folder for folder in (where, *where.parents) if os.path.lexists(folder / ".git")), None)
    if top is None:
        yield from (where / name for name in _IN_GIT_DIR)
        return
    yield top / ".git"
    git_dir = named_folder(top / ".git", "gitdir: ") or top / ".git"
    common = named_folder(git_dir / "commondir", "") or git_dir
    yield from (folder / name for folder in (git_dir, common) for name in _IN_GIT_DIR)
    yield from named_in(folder / name for folder in (git_dir, common) for name in ("config", "config.worktree"))
    if not in_folders:
        return
    for admin in (git_dir, common, *(common / "worktrees").glob("*")):
        yield from (found for folder in ("", *_AT_WORK) for found in (admin / folder).glob("*"))
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in (".git", ".worktrees")]
        yield from (Path(folder, name) for name in _IN_FOLDERS.intersection(names))


def _is_pipe(path: Path) -> bool:
    try:
        return stat.S_ISFIFO(path.stat().st_mode)
    except OSError:
        return False
