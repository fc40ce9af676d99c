"""Removing a worktree: proved to be what it is, moved out of the way in one step, then deleted (SPEC section 6).

Whoever is killed in between has a whole worktree or none; what lies in `.worktrees/.removing/` is about to be deleted.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from ampsm.git import refs
from ampsm.git.checkouts import checkouts
from ampsm.git.location import admin_dirs, common_dir
from ampsm.git.worktree.mounts import mounted_in
from ampsm.git.worktree.vacancy import is_vacant
from ampsm.model.errors import UserError, quoted
from ampsm.model.naming import WORKTREES_FOLDER
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain

_ASIDE = ".removing"


@record
class Removable:
    """A linked worktree below `.worktrees/`, proved: git's folder for it, and the inode by which it is known again."""

    worktree: Path
    git_dir: Path
    inode: int


def is_below(root: Path, worktree: Path) -> bool:
    """Whether a worktree lies directly in the repository's `.worktrees/`, whatever links are in its path."""
    return os.path.realpath(worktree.parent) == os.path.realpath(root / WORKTREES_FOLDER)


def prove_removable(root: Path, worktree: Path) -> Removable:
    """Proves that a folder is a linked worktree below `<root>/.worktrees/` that git's back-pointer names.

    Raises `wrong-worktree` or `worktree-locked` (exit 5).
    """
    reason = _wrong(root, worktree)
    admin = None if reason else _git_dir_of(root, worktree)
    if admin is None:
        reason = reason or "git does not know it as a worktree there"
        raise UserError(
            "wrong-worktree", f"{worktree} is left alone: {reason}", hint=f"git -C {quoted(root)} worktree list",
            details={"worktree": str(worktree), "reason": reason},
        )  # fmt: skip
    require_unlocked(root, worktree, admin)
    return Removable(worktree, admin, worktree.lstat().st_ino)


def require_unlocked(root: Path, worktree: Path, git_dir: Path) -> None:
    """Raises `worktree-locked` (exit 5) for one that somebody has locked with `git worktree lock`."""
    lock = git_dir / "locked"
    if lock.exists():
        why = " ".join(read_plain(lock).decode("utf-8", "replace").split())
        raise UserError(
            "worktree-locked", f"The worktree {worktree} is locked" + (f": {why}" if why else ""),
            hint=f"git -C {quoted(root)} worktree unlock {quoted(worktree)}",
            details={"worktree": str(worktree), "reason": why},
        )  # fmt: skip


def require_not_used_elsewhere(root: Path, branch: str, worktree: Path) -> None:
    """Raises `branch-checked-out` (exit 5) when another worktree than this one has the branch, or comes back to it."""
    here = os.path.realpath(worktree)
    others = [found.worktree for found in checkouts(root, branch) if os.path.realpath(found.worktree) != here]
    if others:
        raise UserError(
            "branch-checked-out", f"The branch {branch} is checked out at {others[0]} too, so it cannot go",
            hint=f"git -C {quoted(others[0])} switch --detach", details={"branch": branch, "worktree": str(others[0])},
        )  # fmt: skip


def place_aside(root: Path, worktree: Path) -> Path:
    """Where `move_aside` may put a worktree: a name that is free."""
    return root / WORKTREES_FOLDER / _ASIDE / f"{worktree.name}-{os.urandom(4).hex()}"


def left_aside(root: Path) -> list[Path]:
    """What lies where worktrees are put that are about to be deleted."""
    try:
        return sorted((root / WORKTREES_FOLDER / _ASIDE).iterdir())
    except OSError:
        return []


def move_aside(found: Removable, aside: Path) -> None:
    """Takes a worktree out of its place in one step. Raises OSError; then it is where it was."""
    aside.parent.mkdir(exist_ok=True)
    mode = stat.S_IMODE(found.worktree.stat().st_mode)
    if not mode & stat.S_IWUSR:  # a folder that may not be written may not be moved elsewhere
        found.worktree.chmod(mode | stat.S_IWUSR)
    try:
        found.worktree.rename(aside)
    except OSError:
        found.worktree.chmod(mode)
        raise


def forget_worktree(root: Path, worktree: Path, git_dir: Path) -> None:
    """Removes git's own folder for a worktree that is gone; one that names another place by now stays."""
    if git_dir.parent != common_dir(root) / "worktrees" or not is_vacant(worktree) or not git_dir.is_dir():
        return
    if git_dir in admin_dirs(root, worktree) or not (git_dir / "gitdir").exists():
        require_unlocked(root, worktree, git_dir)
        delete_folder(git_dir, last="gitdir")
        _remove_if_empty(git_dir.parent)


def delete_aside(root: Path, aside: Path, *, git_dir: Path, inode: int) -> None:
    """Deletes a worktree that was moved aside, also one that is half deleted; nothing there is fine. With
    the last one goes the folder for them.

    Raises `wrong-worktree` (exit 5) for anything but exactly that folder.
    """
    if not os.path.lexists(aside):
        _remove_if_empty(aside.parent)
        return
    link = aside / ".git"
    proved = (
        os.path.realpath(aside.parent) == os.path.realpath(root / WORKTREES_FOLDER / _ASIDE)
        and stat.S_ISDIR(aside.lstat().st_mode)
        and aside.lstat().st_ino == inode
        and (_target(link) == git_dir if os.path.lexists(link) else not any(aside.iterdir()))
    )
    if not proved:
        raise UserError("wrong-worktree", f"{aside} is left alone: it is not what was put there",
                        hint=f"ls -la {quoted(aside)}", details={"worktree": str(aside)})  # fmt: skip
    delete_folder(aside, last=".git")
    _remove_if_empty(aside.parent)


def delete_branch(root: Path, branch: str, tip: str) -> bool:
    """Deletes a branch that is at `tip`; False when it was gone. Raises RefMoved for one that is elsewhere."""
    try:
        refs.delete_ref(root, refs.branch_ref(branch), tip)
    except refs.RefMoved as moved:
        if moved.details["found"] is not None:
            raise
        return False
    return True


def delete_folder(folder: Path, *, last: str) -> None:
    """Deletes a folder that the caller has proved to be one that may go, and at the very end what names it (`last`), so
    that what a kill leaves of it can still be proved. Follows no link. Deletes all it can, then raises OSError for what
    is left."""
    if (mounted := mounted_in(folder)) is not None:
        raise OSError(errno.EBUSY, "Something is mounted there", str(mounted))
    _open_up(folder)
    for path, folders, _ in os.walk(folder):
        for name in folders:
            below = Path(path, name)
            if not below.is_symlink():
                _open_up(below)
    for entry in folder.iterdir():
        if entry.name == last:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            with suppress(OSError):
                entry.unlink()
    left = [entry for entry in folder.iterdir() if entry.name != last]
    if left:
        raise PermissionError(errno.EPERM, "Could not be deleted", str(left[0]))
    (folder / last).unlink(missing_ok=True)
    folder.rmdir()


def _open_up(folder: Path) -> None:
    """Lets this user delete what is in a folder. One of somebody else stays as it is: it may be empty, or open."""
    with suppress(PermissionError):
        folder.chmod(0o700)


def _wrong(root: Path, worktree: Path) -> str | None:
    if (root / WORKTREES_FOLDER).is_symlink() or not is_below(root, worktree):
        return f"it is not below {root / WORKTREES_FOLDER}"
    if worktree.is_symlink() or not worktree.is_dir():
        return "it is no folder"
    link = worktree / ".git"
    if link.is_symlink() or not link.is_file():
        return "it has no .git file of a linked worktree"
    return None


def _git_dir_of(root: Path, worktree: Path) -> Path | None:
    target = _target(worktree / ".git")
    return target if target in admin_dirs(root, worktree) else None


def _target(link: Path) -> Path | None:
    """Where the `.git` file of a worktree leads."""
    try:
        said = os.fsdecode(read_plain(link)).strip()
    except OSError:
        return None
    path = said.removeprefix("gitdir:").strip()
    return Path(os.path.realpath(link.parent / path)) if said.startswith("gitdir:") else None


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
