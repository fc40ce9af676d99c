"""What git itself keeps of a rebase that waits: which commits come next, of which branch it is, and where HEAD is.
Whoever writes there decides what the rebase does when it goes on (SPEC section 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ampsm.git.command import git
from ampsm.git.location import git_dir
from ampsm.git.repository import head
from ampsm.system.files import atomic_write
from ampsm.system.plain_files import read_plain

_FOLDER = "rebase-merge"


def files_of_rebase(worktree: Path | str) -> dict[str, bytes]:
    """The files that git has for the rebase under way in a worktree, by their names; none when there is none."""
    folder = git_dir(worktree) / _FOLDER
    found = {}
    if folder.is_dir() and not folder.is_symlink():
        for file in folder.iterdir():
            try:
                if file.is_file() and not file.is_symlink():
                    found[file.name] = read_plain(file, follow=False)
            except OSError:
                continue
    return found


def put_files_back(
    worktree: Path | str, before: Mapping[str, bytes], *, spared: Callable[[Path], bool] = lambda place: False
) -> tuple[str, ...]:
    """Makes them what they were, and takes away what has come since, but for what is `spared`; the names of those that
    were not so, sorted. Raises OSError."""
    folder = git_dir(worktree) / _FOLDER
    if not before or folder.is_symlink() or not folder.is_dir():
        return ()
    now = files_of_rebase(worktree)
    others = {file.name for file in folder.iterdir() if file.is_symlink() or not file.is_dir()} - now.keys()
    changed = sorted(name for name in {*before, *now, *others} if before.get(name) != now.get(name) or name in others)
    changed = [name for name in changed if not spared(folder / name)]
    for name in changed:
        file = folder / name
        if file.is_dir() and not file.is_symlink():
            file.rename(folder / f"{name}.ampsm")  # in place of a file
        elif name not in before or name in others:
            file.unlink(missing_ok=True)
        if name in before:
            atomic_write(file, before[name], durable=False)
    return tuple(changed)


def branch_at_stop(worktree: Path | str) -> str | None:
    """The branch that somebody has checked out in the middle of a rebase; None where HEAD is detached, as git has left
    it. Going on would commit to that branch. Raises GitError."""
    return head(worktree).branch


def leave_branch(worktree: Path | str, commit: str) -> None:
    """Detaches HEAD at a commit; branch, index and files stay as they are. Raises GitError."""
    git(worktree, "update-ref", "--no-deref", "-m", "ampsm: rebase", "HEAD", commit, writes=True)
