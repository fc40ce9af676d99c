"""Removing what a failed or killed creation left, and nothing else (SPEC section 4)."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git import refs
from ampsm.git.command import LONG_TIMEOUT, GitError, git
from ampsm.git.location import admin_dirs
from ampsm.git.objects import read_blobs
from ampsm.model.errors import UserError, quoted
from ampsm.model.naming import CONTEXT_FOLDER, WORKTREES_FOLDER
from ampsm.system.plain_files import read_plain


def remove_half_made(root: Path, path: Path, branch: str | None, sha: str) -> None:
    """Removes what a failed or killed creation left: worktree and branch, as far as they exist.

    Removes only a linked worktree below `<root>/.worktrees/` that git's back-pointers prove to be that one, while it
    holds nothing but what the commit `sha` holds, and the branch only while it is at `sha`. Else raises
    `wrong-worktree` or `uncommitted-changes` (exit 5) and removes nothing.
    """
    import shutil

    tip = refs.read_ref(root, refs.branch_ref(branch)) if branch else None
    if tip is not None and tip != sha:
        raise UserError("uncommitted-changes", f"The branch {branch} has commits of its own, so it stays",
                        hint=f"git -C {quoted(root)} log {quoted(f'{sha[:10]}..{branch}')}",
                        details={"branch": branch})  # fmt: skip
    admin = admin_dirs(root, path)
    if os.path.lexists(path):
        _prove_half_made(root, path, admin, branch)
        _require_no_work(root, path, sha)
        shutil.rmtree(path)
    forget(admin)
    if branch and tip is not None:
        try:
            refs.delete_ref(root, refs.branch_ref(branch), sha)
        except refs.RefMoved:
            return


def forget(admin: list[Path]) -> None:
    """Removes git's own folders for a worktree, as `admin_dirs` found them."""
    import shutil

    for folder in admin:
        shutil.rmtree(folder)


def _prove_half_made(root: Path, path: Path, admin: list[Path], branch: str | None) -> None:
    here = os.path.realpath(root / WORKTREES_FOLDER)
    pointer = path / ".git"
    wrong = None
    if path.is_symlink() or not path.is_dir() or os.path.realpath(path.parent) != here:
        wrong = f"it is no folder below {here}"
    elif not os.path.lexists(pointer):
        wrong = "it has no .git file" if any(path.iterdir()) else None
    elif pointer.is_symlink() or not pointer.is_file():
        wrong = "its .git is not that of a linked worktree"
    elif not pointer.stat().st_size and len(list(path.iterdir())) == 1:
        wrong = None  # killed before a byte was written
    elif not any(os.fsdecode(read_plain(pointer)).strip() == f"gitdir: {folder}" for folder in admin):
        wrong = "git does not know it as a worktree there"
    for folder in admin:
        lock, ref = folder / "locked", folder / "HEAD"
        if lock.exists() and read_plain(lock).strip() != b"initializing":
            wrong = "it is locked"
        said = read_plain(ref).strip() if branch and ref.exists() else b""
        if branch and said.startswith(b"ref:") and said != f"ref: {refs.branch_ref(branch)}".encode():
            wrong = "another branch is checked out in it"
    if wrong:
        raise UserError("wrong-worktree", f"{path} is left alone: {wrong}", hint=f"git -C {quoted(root)} worktree list",
                        details={"worktree": str(path), "reason": wrong})  # fmt: skip


def _require_no_work(root: Path, path: Path, sha: str) -> None:
    """Proves that a worktree holds nothing but (parts of) the files of a commit, whatever its own index says."""
    import tempfile

    from ampsm.git.status import worktree_status

    if not (path / ".git").exists():
        return
    with tempfile.TemporaryDirectory(prefix="ampsm-") as scratch:
        env = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
        try:
            git(path, "read-tree", sha, env=env)
            found = worktree_status(path, env=env)
            work = [*found.untracked, *found.nested]
            written = [name for name in found.unstaged if name not in found.missing]
            work += [name for name in written if not _is_cut_short(path, sha, name)]
        except GitError:  # half a git directory, or a filter that fails: the files alone have to tell
            work = _differing(root, path, sha)
    if work:
        raise UserError(
            "uncommitted-changes", f"{path} holds work ({work[0]}), so it stays", hint=f"git -C {quoted(path)} status",
            details={"worktree": str(path), "files": work[:100]},
        )  # fmt: skip


def _differing(root: Path, path: Path, sha: str) -> list[str]:
    """The files that are neither what a commit has there, as it is in git's store, nor the beginning of it."""
    from ampsm.git.worktree.folder_scan import FILE, FOLDER, LINK, scan

    listed = git(root, "ls-tree", "-r", "-z", "--full-tree", sha, timeout=LONG_TIMEOUT).stdout.split(b"\0")
    blobs = {
        os.fsdecode(name): facts.split()[2].decode()
        for facts, _, name in (row.partition(b"\t") for row in listed)
        if name
    }
    there = scan(path, leave_out=frozenset({".git", CONTEXT_FOLDER}))
    files = {name for name, found in there.items() if found.kind in (FILE, LINK) and name in blobs}
    contents = read_blobs(root, sorted({blobs[name] for name in files}))
    cut_short = {name for name in files if contents[blobs[name]].startswith(_bytes_of(path / name))}
    return [name for name, found in there.items() if found.kind != FOLDER and name not in cut_short]


def _bytes_of(file: Path) -> bytes:
    return os.fsencode(file.readlink()) if file.is_symlink() else read_plain(file)


def _is_cut_short(path: Path, sha: str, name: str) -> bool:
    """Whether a file is the beginning of what the commit has there: a checkout that was killed while writing it."""
    try:
        there = read_plain(path / name)
    except OSError:
        return False
    wanted = git(path, "cat-file", "--filters", f"{sha}:{name}", check=False)
    return wanted.returncode == 0 and wanted.stdout.startswith(there)
