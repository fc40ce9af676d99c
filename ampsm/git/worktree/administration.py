"""What git keeps of a worktree: its own folder for it, and the link between the two. What of that somebody has damaged,
and making it whole again without touching a file of anybody's.

`git worktree prune` while the worktree was elsewhere, an editor or a backup that came back in part leave such damage.
git then finds another repository above, another session's worktree, or nothing, and often says so in words that name no
way on.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, GitError, git, git_answer
from ampsm.git.git_files.index_file import can_be_read
from ampsm.git.location import admin_dirs, git_dir_at
from ampsm.git.programs.config_files import git_place
from ampsm.git.worktree import emptied
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.system.files import atomic_write
from ampsm.system.plain_files import read_plain

_HEAD = re.compile(rb"ref: refs/\S.*|[0-9a-f]{40}|[0-9a-f]{64}")
_REBASING = ("rebase-merge", "rebase-apply")


@record
class Damage:
    """git's folder for a worktree, and which of `.git` (in the worktree), `gitdir`, `commondir`, `HEAD` and `index` (in
    that folder) are gone, or not what they have to be."""

    admin: Path
    parts: tuple[str, ...]


def is_whole(worktree: Path, admin: Path) -> bool:
    """Whether worktree and git's folder name each other, and HEAD and index can be ones. Reads small files."""
    return not _parts(worktree, admin)


def damage(root: Path, worktree: Path) -> Damage | None:
    """What is damaged of a worktree of the repository `root`; None when nothing is, or when nothing proves that the
    folder is that worktree: its `.git` file leads to git's folder for it, or all its files are there."""
    link = worktree / ".git"
    if worktree.is_symlink() or not worktree.is_dir() or link.is_symlink() or link.is_dir():
        return None
    try:
        admin = _own(root, worktree)
    except OSError:
        return None
    if admin is None:
        return None
    parts = _parts(worktree, admin) or (() if _is_read(worktree, admin) else ("index",))
    proved = ".git" not in parts or (parts == (".git",) and _holds_everything(worktree, admin))
    return Damage(admin, parts) if parts and proved else None


def mend(worktree: Path, branch: str, found: Damage) -> None:
    """Writes what is damaged anew: HEAD as `branch` (in a rebase, the commit that it was at), the index as HEAD has it.
    What was only staged shows as an edit; the damaged index stays beside the new one. Raises GitError or OSError."""
    admin = found.admin
    admin.mkdir(parents=True, exist_ok=True)
    if "commondir" in found.parts:
        atomic_write(admin / "commondir", b"../..\n", mode=0o644)
    if "HEAD" in found.parts:
        atomic_write(admin / "HEAD", _head(admin, branch), mode=0o644)
    if "gitdir" in found.parts:
        atomic_write(admin / "gitdir", os.fsencode(f"{_place(worktree)}\n"), mode=0o644)
    if ".git" in found.parts:
        atomic_write(worktree / ".git", os.fsencode(f"gitdir: {admin}\n"), mode=0o644)
    if "index" in found.parts:
        _make_index(worktree, admin)


def _own(root: Path, worktree: Path) -> Path | None:
    """git's folder for a worktree: the one that names it, else the one that its `.git` file names and that is nobody
    else's, or is gone, else the one with its name that names nothing."""
    own = git_place(str(root), "")
    common = Path(os.path.realpath(own[0])) if own else None
    if common is None or not (common / "objects").is_dir():
        return None
    folders = common / "worktrees"
    named = [folder for folder in admin_dirs(root, worktree) if (folder / "gitdir").exists()]
    led = git_dir_at(worktree)
    target = Path(os.path.realpath(led)) if led else None
    leads = target is not None and target.parent == folders and (target.is_dir() or not os.path.lexists(target))
    if target and leads and (target in named or (not named and not _is_of_another(target))):
        return target
    if named:
        return named[0]
    same_name = folders / worktree.name
    return same_name if led is None and same_name.is_dir() and not (same_name / "gitdir").exists() else None


def _is_of_another(admin: Path) -> bool:
    """Whether a worktree that git's folder names leads back to it."""
    said = _said(admin / "gitdir")
    other = git_dir_at(Path(admin / os.fsdecode(said.strip())).parent) if said else None
    return other is not None and os.path.realpath(other) == str(admin)


def _parts(worktree: Path, admin: Path) -> tuple[str, ...]:
    led, gitdir = git_dir_at(worktree), _said(admin / "gitdir")
    names = gitdir is not None and os.path.normpath(admin / os.fsdecode(gitdir.strip())) == _place(worktree)
    common, head, index = _said(admin / "commondir"), _said(admin / "HEAD"), admin / "index"
    shared = common is not None and os.path.realpath(admin / os.fsdecode(common.strip())) == str(admin.parent.parent)
    checked = {
        ".git": led is not None and os.path.realpath(led) == str(admin),
        "gitdir": names or gitdir == b"",
        "commondir": shared or common == b"",
        "HEAD": head == b"" or (head is not None and _HEAD.fullmatch(head.strip()) is not None),
        "index": can_be_read(index),
    }
    return tuple(name for name, well in checked.items() if not well)


def _said(file: Path) -> bytes | None:
    """What a file holds; None when it is missing or empty, nothing (`b""`) for what is no file and waits for others."""
    try:
        return (read_plain(file) or None) if stat.S_ISREG(file.stat().st_mode) else b""
    except OSError:
        return None


def _place(worktree: Path) -> str:
    return f"{os.path.realpath(worktree.parent)}/{worktree.name}/.git"


def _is_read(worktree: Path, admin: Path) -> bool:
    """Whether git can read the index to its end."""
    try:
        where = ("--git-dir", str(admin), "--work-tree", str(worktree))
        if git(worktree, *where, "ls-files", timeout=LONG_TIMEOUT, check=False).returncode == 0:
            return True
        return git(worktree, *where, "rev-parse", "--git-dir", check=False).returncode != 0  # it reads nothing there
    except UserError:
        return True  # that is another trouble


def _holds_everything(worktree: Path, admin: Path) -> bool:
    try:
        return emptied.missing_files(worktree, admin) == ()
    except (UserError, OSError):
        return False


def _head(admin: Path, branch: str) -> bytes:
    log = _said(admin / "logs" / "HEAD") if any((admin / name).is_dir() for name in _REBASING) else None
    words = log.splitlines()[-1].split() if log else []
    return words[1] + b"\n" if len(words) > 1 else os.fsencode(f"ref: refs/heads/{branch}\n")


def _make_index(worktree: Path, admin: Path) -> None:
    index = admin / "index"
    if index.exists():
        names = (admin / f"index.damaged{n or ''}" for n in range(1000))
        index.rename(next(free for free in names if not os.path.lexists(free)))
    git(worktree, "read-tree", "HEAD", timeout=LONG_TIMEOUT, writes=True)
    try:
        git(worktree, "update-index", "-q", "--refresh", timeout=LONG_TIMEOUT, check=False, writes=True)
        if git_answer(worktree, "config", "--type=bool", "core.sparseCheckout") == "true":
            git(worktree, "sparse-checkout", "reapply", timeout=LONG_TIMEOUT, check=False, writes=True)
    except GitError:
        return  # it is an index, only slower
