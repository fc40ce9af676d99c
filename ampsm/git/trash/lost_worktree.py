"""Making a worktree again whose folder somebody deleted, while its branch is still there: out of sight first, then put
in its place in one step (as `restore` does), so that a kill never leaves half of it to be taken for deletions."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ampsm.git import location
from ampsm.git.command import LONG_TIMEOUT, git
from ampsm.git.trash.restore import put_in_place, staging_folder
from ampsm.git.worktree import half_made, worktrees
from ampsm.git.worktree.removal import delete_folder, require_not_used_elsewhere
from ampsm.git.worktree.vacancy import require_no_mount
from ampsm.model.errors import UserError, quoted
from ampsm.model.naming import WORKTREES_FOLDER
from ampsm.system.files import atomic_write


def make_again(root: Path, worktree: Path, branch: str, tip: str) -> bool:
    """Brings back the worktree at `worktree`, where nothing is, and says whether git still had its index.

    With it, every file comes back as it was last staged or committed, and a rebase or merge that was open still is.
    Without it (`git worktree prune` took it), the files of `tip`, where `branch` is. What was never staged is gone.
    Raises `worktree-locked`, `worktree-missing` (not even the folder around it is there), `wrong-worktree` or
    `branch-checked-out` (exit 5), GitError or OSError; the place is then free.
    """
    require_no_mount(worktree)
    admin = location.admin_dirs(root, worktree)
    if any((folder / "locked").exists() for folder in admin):
        raise UserError(
            "worktree-locked", f"The worktree {worktree} is locked; it may be on a disk that is not there now",
            hint=f"git -C {quoted(root)} worktree unlock {quoted(worktree)}",
        )  # fmt: skip
    known = [folder for folder in admin if (folder / "index").exists() and (folder / "HEAD").exists()]
    staging = _staging(root, worktree, known[0].name if known else worktree.name)
    _clear(root, staging)
    require_not_used_elsewhere(root, branch, worktree)
    try:
        if known:
            _fill_from_index(known[0], staging)
        else:
            half_made.forget(admin)
            worktrees.add_worktree(root, staging, branch, tip)
        put_in_place(staging, worktree)
    except (UserError, OSError):
        with suppress(UserError, OSError):
            _clear(root, staging)
        raise
    return bool(known)


def is_half_made(root: Path, worktree: Path, place: Path) -> bool:
    """Whether a killed `make_again` of the worktree has left it at the place."""
    out_of_sight = os.path.realpath(staging_folder(root, worktree.name).parent)
    return os.path.realpath(place.parent) == out_of_sight or place.name == _beside(worktree).name


def _staging(root: Path, worktree: Path, name: str) -> Path:
    """Where it is built, in a folder that is there: on the same disk, so that one step puts it in its place."""
    if worktree.parent == root / WORKTREES_FOLDER:
        staging = staging_folder(root, name)
        staging.parent.mkdir(parents=True, exist_ok=True)
        return staging
    if not worktree.parent.is_dir():  # of an adopted one; maybe its disk is not there now
        raise UserError(
            "worktree-missing", f"The folder {worktree.parent}, in which the worktree was, does not exist",
            hint=f"mkdir -p {quoted(worktree.parent)}", details={"worktree": str(worktree)},
        )  # fmt: skip
    return _beside(worktree)


def _beside(worktree: Path) -> Path:
    return worktree.parent / f".{worktree.name}.restoring"


def _fill_from_index(admin: Path, staging: Path) -> None:
    staging.mkdir(exist_ok=True)
    atomic_write(staging / ".git", os.fsencode(f"gitdir: {admin}\n"), mode=0o644)
    where = ("--git-dir", str(admin), "--work-tree", str(staging))
    git(staging, *where, "checkout-index", "--all", "--force", "--quiet", timeout=LONG_TIMEOUT, writes=True)
    unmerged = git(staging, *where, "diff", "--name-only", "--diff-filter=U", "-z").stdout
    if unmerged:
        # The marks of a conflict that was open; of a file that one side deleted there is nothing to mark.
        git(
            staging, *where, "checkout", "--quiet", "--merge", "--pathspec-from-file=-", "--pathspec-file-nul",
            stdin=unmerged, timeout=LONG_TIMEOUT, check=False, writes=True,
        )  # fmt: skip


def _clear(root: Path, staging: Path) -> None:
    """Removes what a call that was killed left; nobody works there."""
    if staging.is_symlink() or staging.parent.is_symlink():
        raise UserError("wrong-worktree", f"{staging} is a link", hint=f"rm {quoted(staging)}")
    half_made.forget(location.admin_dirs(root, staging))
    if staging.is_dir():
        delete_folder(staging, last=".git")
