"""Bringing a worktree back from its snapshot: built out of sight, then put in its place in one step (SPEC 6)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ampsm.git import location, refs
from ampsm.git.command import git
from ampsm.git.location import git_path
from ampsm.git.trash.blobs import is_large, load_blobs, unpack_blob
from ampsm.git.trash.index_snapshot import put_index
from ampsm.git.trash.snapshot import Snapshot
from ampsm.git.worktree import half_made, worktrees
from ampsm.git.worktree.folder_scan import FILE, FOLDER, LINK, PIPE
from ampsm.git.worktree.removal import delete_folder
from ampsm.git.worktree.vacancy import is_vacant, move_to, require_no_mount
from ampsm.model.errors import UserError, moving_away, quoted
from ampsm.model.naming import WORKTREES_FOLDER
from ampsm.system.files import atomic_write
from ampsm.system.plain_files import read_plain

_STAGING = ".restoring"

Entries = Sequence[Mapping[str, Any]]


def restore_worktree(root: Path, worktree: Path, branch: str, snapshot: Snapshot) -> None:
    """Makes the worktree again as the snapshot has it, on a branch that is at its tip; bytes, modes, times, index.

    The caller has called `clear_killed`. Raises `wrong-worktree` (exit 5) when something is in its place, GitError or
    OSError; the place is then still free.
    """
    if not is_vacant(worktree):
        raise UserError("wrong-worktree", f"{worktree} is in the way", hint=moving_away(worktree),
                        details={"worktree": str(worktree)})  # fmt: skip
    require_no_mount(worktree)
    staging = _staging(root, worktree, snapshot)
    staging.parent.mkdir(parents=True, exist_ok=True)
    worktrees.add_worktree(root, staging, branch, snapshot.tip, checkout=not snapshot.has_worktree)
    if snapshot.has_worktree:
        _fill(root, staging, snapshot)
    put_in_place(staging, worktree)
    if snapshot.has_worktree:
        worktree.chmod(snapshot.manifest["mode"])


def restore_branch(root: Path, branch: str, snapshot: Snapshot) -> None:
    """Makes the branch again where the snapshot has it. Raises `branch-moved` (exit 5) when it is anywhere else."""
    ref = refs.branch_ref(branch)
    if refs.read_ref(root, ref) is None:
        worktrees.create_branch(root, branch, snapshot.tip)
    at = refs.read_ref(root, ref)
    if at != snapshot.tip:
        raise UserError(
            "branch-moved",
            f"The branch {branch} is at {(at or 'nothing')[:10]}; the session had it at {snapshot.tip[:10]}",
            hint=f"git -C {quoted(root)} branch -m {quoted(branch)} another-name",
            details={"expected": snapshot.tip, "found": at},
        )  # fmt: skip


def clear_killed(root: Path, worktree: Path, snapshot: Snapshot) -> bool:
    """Removes what a killed restore left, and says whether there was anything: nobody works there, and the snapshot
    still has everything. Only while the worktree is not in its place. Raises `worktree-locked`."""
    staging = _staging(root, worktree, snapshot)
    if not is_vacant(worktree):
        return False
    if staging.is_symlink() or staging.parent.is_symlink():
        raise UserError("wrong-worktree", f"{staging} is a link", hint=f"rm {quoted(staging)}")
    for place in (staging, worktree):
        for admin in location.admin_dirs(root, place):
            if (admin / "locked").exists() and read_plain(admin / "locked").strip() != b"initializing":
                raise UserError(
                    "worktree-locked", f"The worktree {worktree} is locked",
                    hint=f"git -C {quoted(root)} worktree unlock {quoted(worktree)}",
                )  # fmt: skip
            half_made.forget([admin])
    if staging.is_dir():
        delete_folder(staging, last=".git")
        staging.parent.rmdir()
        return True
    return False


def _fill(root: Path, staging: Path, snapshot: Snapshot) -> None:
    manifest = snapshot.manifest
    _make(root, staging, manifest["entries"], staging)
    _make(root, Path(os.path.realpath(git_path(staging, "."))), manifest["state"], staging)
    if manifest["index"] is not None:
        content = git(root, "cat-file", "blob", f"{snapshot.commit}:index").stdout
        put_index(staging, content, manifest["index"]["changed"])


def put_in_place(staging: Path, worktree: Path) -> None:
    """Makes a worktree that was built in its `staging_folder` the one at `worktree`; git's pointers say so."""
    git_dir = os.path.realpath(git_path(staging, "."))
    worktree.parent.mkdir(exist_ok=True)
    atomic_write(staging / ".git", os.fsencode(f"gitdir: {git_dir}\n"))
    os.sync()
    place = os.path.realpath(worktree.parent) + f"/{worktree.name}/.git\n"
    atomic_write(Path(git_dir) / "gitdir", os.fsencode(place))
    move_to(staging, worktree)
    try:
        staging.parent.rmdir()
    except OSError:
        return


def _staging(root: Path, worktree: Path, snapshot: Snapshot) -> Path:
    """Where the worktree is built: git names its own folder for it after this one, as it did before."""
    return staging_folder(root, snapshot.manifest["gitDir"] or worktree.name)


def staging_folder(root: Path, name: str) -> Path:
    """Where a worktree of a repository is built out of sight."""
    return root / WORKTREES_FOLDER / _STAGING / name


def _make(root: Path, top: Path, entries: Entries, repository: Path) -> None:
    """Makes what is listed below `top`. Contents first, links after them, so that nothing is written through a link."""
    for entry in entries:
        if entry["kind"] == FOLDER:
            _path(top, entry).mkdir(mode=0o700, exist_ok=True)
    by_blob: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        if entry["kind"] in (FILE, LINK):
            by_blob.setdefault(entry["blob"], []).append(entry)
    sizes = {blob: max(entry["size"] for entry in same) for blob, same in by_blob.items()}
    links: list[tuple[Mapping[str, Any], bytes]] = []
    for blob, content in load_blobs(root, sizes):
        for entry in by_blob[blob]:
            if entry["kind"] == LINK:
                links.append((entry, content))
            else:
                _path(top, entry).write_bytes(content)
    for blob, size in sizes.items():
        if is_large(size):
            _make_large(repository, top, by_blob[blob])
    for entry, target in links:
        _path(top, entry).symlink_to(os.fsdecode(target))
    for entry in entries:
        if entry["kind"] == PIPE:
            os.mkfifo(_path(top, entry))
    for entry in reversed(entries):
        _finish(_path(top, entry), entry)


def _make_large(repository: Path, top: Path, same: Entries) -> None:
    unpacked = unpack_blob(repository, same[0]["blob"])
    for entry in same:
        shutil.copyfile(unpacked, _path(top, entry))
    unpacked.unlink()


def _finish(path: Path, entry: Mapping[str, Any]) -> None:
    if entry["kind"] != LINK:
        path.chmod(entry["mode"])
    if entry["kind"] != FOLDER:
        os.utime(path, ns=(entry["changed"], entry["changed"]), follow_symlinks=False)


def _path(top: Path, entry: Mapping[str, Any]) -> Path:
    parts = entry["path"].split("/")
    if "" in parts or ".." in parts or "." in parts:
        raise UserError("failed", f"The snapshot names a path that is none: {entry['path']!a}", hint="git fsck")
    return top.joinpath(*parts)
