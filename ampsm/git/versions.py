"""What one file held at a commit, in the index or in the worktree."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ampsm.git.command import git, git_line
from ampsm.git.objects import blob_at, blob_size, read_blobs
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain


@record
class Version:
    """A file's size in bytes and what it held; `content` is None when it is larger than the limit."""

    size: int
    content: bytes | None


def empty_tree(worktree: Path | str) -> str:
    """The tree without any file, which every repository knows."""
    return git_line(worktree, "hash-object", "-t", "tree", "--stdin")


def version_at(worktree: Path | str, commit: str, path: str, limit: int) -> Version | None:
    """The file at a commit or tree; None when there is none, or a submodule. Raises GitError."""
    blob = blob_at(worktree, commit, path)
    return _blob(worktree, blob, limit) if blob is not None else None


def version_in_index(worktree: Path | str, path: str, limit: int) -> Version | None:
    """The file as it is staged; None when it is not, or is unmerged. Raises GitError."""
    listed = git(worktree, "ls-files", "-s", "-z", "--", path).stdout
    words = listed.partition(b"\t")[0].split()
    if len(words) != 3 or words[2] != b"0" or words[0] == b"160000":
        return None
    return _blob(worktree, words[1].decode(), limit)


def version_in_worktree(worktree: Path | str, path: str, limit: int) -> Version | None:
    """The file as it lies there, of a symbolic link where it leads; None when there is no such file.

    Nothing outside the worktree is read, wherever a folder on the way leads.
    """
    top = Path(os.path.realpath(worktree))
    place = top / path
    if not Path(os.path.realpath(place.parent)).is_relative_to(top):
        return None
    try:
        found = place.lstat()
        if stat.S_ISLNK(found.st_mode):
            leads = os.fsencode(place.readlink())
            return Version(len(leads), leads)
        if not stat.S_ISREG(found.st_mode):
            return None
        content = read_plain(place, follow=False) if found.st_size <= limit else None
        return Version(found.st_size, content)
    except OSError:
        return None


def _blob(worktree: Path | str, blob: str, limit: int) -> Version:
    size = blob_size(worktree, blob)
    return Version(size, read_blobs(worktree, [blob])[blob] if size <= limit else None)
