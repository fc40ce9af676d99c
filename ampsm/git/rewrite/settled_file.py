"""Putting what a path in conflict becomes into the worktree: whole or not at all (SPEC section 12)."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ampsm.git.command import GitError, git, line_of
from ampsm.git.location import git_dir
from ampsm.git.objects import read_blobs
from ampsm.git.rewrite.left_by_git import as_checked_out
from ampsm.git.rewrite.stages import AS_WRITTEN, StagedEntry
from ampsm.model.arguments import pathspec
from ampsm.model.errors import UserError, moving_away, quoted
from ampsm.system.access import way_in
from ampsm.system.files import atomic_write, sync_directory
from ampsm.system.os_errors import FULL, disk_full

_TEMPORARY = "ampsm-resolved"


def store_blob(where: Path | str, content: bytes) -> str:
    """Stores a blob with exactly this content; its id. Raises GitError."""
    return line_of(git(where, "hash-object", "-w", "--stdin", "--no-filters", stdin=content, writes=True))


#: By what it is seen whether somebody has written a file since; None: there was nothing.
FileSeen = tuple[int, ...] | None


def seen_at(worktree: Path, path: str) -> FileSeen:
    """What is at a path now, to be taken before it is read: nothing that comes later is written over."""
    try:
        facts = (worktree / path).lstat()
    except OSError:
        return None
    return facts.st_mode, facts.st_ino, facts.st_size, facts.st_mtime_ns


def put_file(worktree: Path, path: str, entry: StagedEntry, seen: FileSeen, *, bits: int | None = None) -> None:
    """Makes a path of the worktree what an entry of the index is, as git would check it out, or with its very bytes and
    these permission `bits`; a submodule stays as it is. Whatever happens, the file is the one from before or the new
    one. Raises `edited-outside` (exit 5) when what is there is not what was `seen` any more, `files-in-the-way` (exit
    5) where a folder is that is not empty, or a link leads out of the worktree, and GitError when a filter fails."""
    if entry.is_submodule:
        return
    place = _place(worktree, path)
    if place.is_dir() and not place.is_symlink():
        if any(place.iterdir()):
            raise _in_the_way(path, "a folder is there", moving_away(place))
        place.rmdir()  # where a submodule belongs that is not checked out
        seen = None
    if entry.is_link or bits is not None:
        content = read_blobs(worktree, [entry.blob])[entry.blob]
    else:
        content = as_checked_out(worktree, path, entry.blob)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        permissions = _permissions(entry.mode) if bits is None else bits
        _put(worktree, path, content, None if entry.is_link else permissions, seen)
    except OSError as error:
        raise _not_written(worktree, path, error) from error


def remove_file(worktree: Path, path: str, seen: FileSeen) -> None:
    """Makes a path of the worktree hold nothing, with the folders that are empty then; fine when it does. A folder
    there, or a submodule, stays unless it is empty. Raises as `put_file`."""
    place = _place(worktree, path)
    if place.is_dir() and not place.is_symlink():
        if not any(place.iterdir()):
            place.rmdir()
        return
    _require_as_seen(worktree, path, seen)
    try:
        place.unlink(missing_ok=True)
        for parent in place.parents:
            if parent == worktree or any(parent.iterdir()):
                break
            parent.rmdir()
    except NotADirectoryError:
        return
    except OSError as error:
        raise _not_written(worktree, path, error) from error


def write_conflict_again(worktree: Path, path: str) -> None:
    """Has git write the file of a path in conflict anew, with its markers. Raises GitError."""
    done = git(worktree, "checkout", "--merge", "--", path, env=AS_WRITTEN, check=False, writes=True)
    if done.returncode != 0:
        raise GitError("The conflict cannot be written again", done.stderr)


def _place(worktree: Path, path: str) -> Path:
    place = worktree / path
    real = Path(os.path.realpath(worktree))
    if os.path.realpath(place.parent) != os.path.normpath(real / Path(path).parent):
        found = _on_the_way(worktree, path) or place
        raise _in_the_way(path, "a link is on the way to it", moving_away(found))
    return place


def _put(worktree: Path, path: str, content: bytes, permissions: int | None, seen: FileSeen) -> None:
    """Replaces a file, or without permissions a link. What is not whole yet is in git's own folder: a kill leaves
    nothing behind in the worktree."""
    place = worktree / path
    temporary = git_dir(worktree) / _TEMPORARY
    temporary.unlink(missing_ok=True)
    if permissions is None:
        os.symlink(content, os.fsencode(temporary))  # noqa: PTH211 - where it leads may be no UTF-8
    else:
        atomic_write(temporary, content, permissions)
    try:
        _require_as_seen(worktree, path, seen)
        temporary.replace(place)
    except UserError:
        temporary.unlink(missing_ok=True)
        raise
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno != errno.EXDEV:
            raise
        _put_beside(place, content, permissions)
    sync_directory(place.parent)


def _put_beside(place: Path, content: bytes, permissions: int | None) -> None:
    """The same where git's folder is on another file system."""
    if permissions is not None:
        atomic_write(place, content, permissions)
        return
    temporary = place.with_name(f".{place.name}.{os.urandom(6).hex()}.tmp")
    os.symlink(content, os.fsencode(temporary))  # noqa: PTH211
    temporary.replace(place)


def _require_as_seen(worktree: Path, path: str, seen: FileSeen) -> None:
    """Making the new file may take long, as with a filter that asks a server."""
    if seen_at(worktree, path) != seen:
        raise UserError(
            "edited-outside", f"{path} was written by somebody else just now; nothing is written over it",
            hint=f"git -C {quoted(worktree)} diff -- {pathspec(path)}", details={"path": path},
        )  # fmt: skip


def _permissions(mode: str) -> int:
    umask = os.umask(0)
    os.umask(umask)
    return (0o777 if mode == "100755" else 0o666) & ~umask


def _on_the_way(worktree: Path, path: str) -> Path | None:
    """The first thing on the way to a path that is no folder of the worktree: a link, or a file."""
    parents = [worktree / parent for parent in reversed(Path(path).parents)]
    return next((at for at in parents[1:] if at.is_symlink() or at.is_file()), None)


def _not_written(worktree: Path, path: str, error: OSError) -> UserError:
    """What the operating system said, with the command that lets it be written."""
    if error.errno in FULL:
        return disk_full(worktree / path)
    found = _on_the_way(worktree, path)
    folder = next((parent for parent in (worktree / path).parents if parent.is_dir()), worktree)
    way = moving_away(found) if found else way_in(folder, writing=True) or f"ls -la {quoted(folder)}"
    return _in_the_way(path, error.strerror or str(error), way)


def _in_the_way(path: str, why: str, way: str) -> UserError:
    return UserError("files-in-the-way", f"{path} cannot be written: {why}", hint=way, details={"path": path})
