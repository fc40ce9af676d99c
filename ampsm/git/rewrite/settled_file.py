"""Putting what a path in conflict becomes into the worktree: whole or not at all (SPEC section 12)."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, GitError, git, git_answer, line_of
from ampsm.git.location import git_dir, git_path
from ampsm.git.objects import read_blobs
from ampsm.git.rewrite.left_by_git import as_checked_out
from ampsm.git.rewrite.stages import AS_WRITTEN, StagedEntry
from ampsm.git.rewrite.unwritable import in_the_way, not_written, on_the_way, written_meanwhile
from ampsm.model.errors import moving_away
from ampsm.system import seen_files
from ampsm.system.files import atomic_write, sync_directory
from ampsm.system.plain_files import read_plain
from ampsm.system.seen_files import FileSeen as FileSeen
from ampsm.system.seen_files import WrittenMeanwhileError, remove_seen, replace_seen

_TEMPORARY = "ampsm-resolved"


def store_blob(where: Path | str, content: bytes) -> str:
    """Stores a blob with exactly this content; its id. Raises GitError."""
    return line_of(git(where, "hash-object", "-w", "--stdin", "--no-filters", stdin=content, writes=True))


def stage_blob(worktree: Path, path: str, content: bytes) -> str:
    """Stores what git would stage of a file at this path that holds this; its id. Raises GitError."""
    words = ("hash-object", "-w", "--stdin", f"--path={path}")
    return line_of(git(worktree, *words, stdin=content, timeout=LONG_TIMEOUT, writes=True))


def knows_modes(worktree: Path) -> bool:
    """Whether git takes a file's permissions for its mode here."""
    return git_answer(worktree, "config", "--type=bool", "core.fileMode") != "false"


def seen_at(worktree: Path, path: str) -> FileSeen:
    """What is at a path now, to be taken before it is read: nothing that comes later is written over."""
    return seen_files.seen_at(worktree / path)


def put_file(worktree: Path, path: str, entry: StagedEntry, seen: FileSeen, *, bits: int | None = None) -> None:
    """Makes a path of the worktree what an entry of the index is, as git would check it out, or with its very bytes and
    these permission `bits`; a submodule stays as it is. Whatever happens, the file is the one from before or the new
    one. Raises `edited-outside` (exit 5) when what is there is not what was `seen` any more, `files-in-the-way` (exit
    5) where a folder is that is not empty, or a link leads out of the worktree, and GitError when a filter fails."""
    if entry.is_submodule:
        return
    place = _place(worktree, path)
    if place.is_dir() and not place.is_symlink():
        if not _took_empty_folder(worktree, path, place):  # there is one where a submodule is not checked out
            raise in_the_way(path, "a folder is there", moving_away(place))
        seen = None
    if entry.is_link or bits is not None:
        content = read_blobs(worktree, [entry.blob])[entry.blob]
    else:
        content = as_checked_out(worktree, path, entry.blob, writes=True)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        permissions = _permissions(entry.mode) if bits is None else bits
        _put(worktree, path, content, None if entry.is_link else permissions, seen)
    except OSError as error:
        raise not_written(worktree, path, error) from error


def remove_file(worktree: Path, path: str, seen: FileSeen) -> None:
    """Makes a path of the worktree hold nothing, with the folders that are empty then; fine when it does. A folder
    there, or a submodule, stays unless it is empty. Raises as `put_file`."""
    place = _place(worktree, path)
    if place.is_dir() and not place.is_symlink():
        _took_empty_folder(worktree, path, place)
        return
    try:
        remove_seen(place, _temporary(worktree), seen)
        for parent in place.parents:
            if parent == worktree or any(parent.iterdir()):
                break
            parent.rmdir()
    except WrittenMeanwhileError:
        raise written_meanwhile(worktree, path) from None
    except NotADirectoryError:
        return
    except OSError as error:
        raise not_written(worktree, path, error) from error


def _took_empty_folder(worktree: Path, path: str, place: Path) -> bool:
    """Removes a folder that is empty; whether it was. Raises `files-in-the-way` (exit 5) when it cannot be."""
    try:
        if any(place.iterdir()):
            return False
        place.rmdir()
    except OSError as error:
        raise not_written(worktree, path, error) from error
    return True


def write_conflict_again(worktree: Path, path: str, seen: FileSeen) -> None:
    """Writes the file of a path in conflict as git would, with its markers. Raises as `put_file`."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ampsm-") as name:
        scratch, index = Path(name) / "files", Path(name) / "index"
        scratch.mkdir()
        index.write_bytes(read_plain(git_path(worktree, "index")))
        env = {"GIT_DIR": str(git_dir(worktree)), "GIT_WORK_TREE": str(scratch), "GIT_INDEX_FILE": str(index)}
        words = ("-c", f"core.hooksPath={os.devnull}", "checkout", "--merge", "--", path)  # a hook is for worktrees
        done = git(scratch, *words, env=env | AS_WRITTEN, check=False, writes=True)
        if done.returncode != 0:
            raise GitError("The conflict cannot be written again", done.stderr)
        made = scratch / path
        content, permissions = read_plain(made, follow=False), made.stat().st_mode & 0o777
    place = _place(worktree, path)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _put(worktree, path, content, permissions, seen)
    except OSError as error:
        raise not_written(worktree, path, error) from error


def _place(worktree: Path, path: str) -> Path:
    place = worktree / path
    real = Path(os.path.realpath(worktree))
    if os.path.realpath(place.parent) != os.path.normpath(real / Path(path).parent):
        found = on_the_way(worktree, path) or place
        raise in_the_way(path, "a link is on the way to it", moving_away(found))
    return place


def _temporary(worktree: Path) -> Path:
    """A free name in git's own folder: a kill leaves nothing behind in the worktree."""
    temporary = git_dir(worktree) / _TEMPORARY
    temporary.unlink(missing_ok=True)
    return temporary


def _put(worktree: Path, path: str, content: bytes, permissions: int | None, seen: FileSeen) -> None:
    """Replaces a file, or without permissions a link. It is made whole elsewhere."""
    place = worktree / path
    try:
        _put_from(_temporary(worktree), place, content, permissions, seen)
    except WrittenMeanwhileError:
        raise written_meanwhile(worktree, path) from None
    sync_directory(place.parent)


def _put_from(temporary: Path, place: Path, content: bytes, permissions: int | None, seen: FileSeen) -> None:
    if permissions is None:
        os.symlink(content, os.fsencode(temporary))  # noqa: PTH211 - where it leads may be no UTF-8
    else:
        atomic_write(temporary, content, permissions)
    try:
        replace_seen(temporary, place, seen)
    except OSError as error:
        if error.errno != errno.EXDEV or temporary.parent == place.parent:
            raise
        beside = place.with_name(f".{place.name}.{os.urandom(6).hex()}.tmp")  # git's folder is on another disk
        _put_from(beside, place, content, permissions, seen)


def _permissions(mode: str) -> int:
    umask = os.umask(0)
    os.umask(umask)
    return (0o777 if mode == "100755" else 0o666) & ~umask
