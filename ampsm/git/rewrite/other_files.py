"""Files of a worktree while a rebase waits in it: which have changed between two looks, and putting them back.

Looking writes nothing. Ignored files, nested repositories and the context folder are no part of it.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath

from ampsm.git.command import LONG_TIMEOUT, GitError, git, git_answer, paths_of
from ampsm.git.location import git_path
from ampsm.git.repository import require_head
from ampsm.git.rewrite.left_by_git import in_the_worktree, in_tree
from ampsm.git.rewrite.settled_file import put_file, remove_file, seen_at
from ampsm.git.rewrite.stages import StagedEntry
from ampsm.git.status import in_context_folder
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain

_SAY_WHAT_IS_IGNORED = frozenset({".gitignore", ".gitattributes"})


def says_what_is_ignored(path: str) -> bool:
    return PurePosixPath(path).name in _SAY_WHAT_IS_IGNORED


@record
class FilesSeen:
    """What each file that is not as in HEAD would be in a commit, None where it is gone, and those that git does not
    track, with their permission bits."""

    entries: Mapping[str, StagedEntry | None]
    untracked: Mapping[str, int]

    def changed_since(self, before: FilesSeen, *, besides: Collection[str] = ()) -> list[str]:
        """The paths, but for some, at which something else is than there was before, sorted."""
        as_in_head = StagedEntry("", "")
        paths = {*before.entries, *self.entries}.difference(besides)
        return sorted(
            path for path in paths if before.entries.get(path, as_in_head) != self.entries.get(path, as_in_head)
        )  # fmt: skip


def files_seen(worktree: Path | str, also: Collection[str] = ()) -> FilesSeen:
    """How they are now, and those of some other paths whatever they are. Raises GitError."""
    changed = paths_of(git(worktree, "diff-index", "-z", "--name-only", "--no-renames", "HEAD", "--").stdout)
    listed = git(worktree, "ls-files", "-z", "--others", "--exclude-standard", timeout=LONG_TIMEOUT).stdout
    untracked = {path for path in paths_of(listed) if not (path.endswith("/") or in_context_folder(path))}
    paths = sorted({*changed, *untracked, *also})
    found = in_the_worktree(worktree, paths, len(require_head(worktree)))
    in_head = tree_of(worktree, "HEAD", changed)  # a file that was only written anew is listed, too
    paths = [path for path in paths if path in also or path not in in_head or found.get(path) != in_head[path]]
    return FilesSeen({path: found.get(path) for path in paths}, _permission_bits(Path(worktree), untracked))


def ignoring(worktree: Path | str) -> str:
    """What tells apart how files are ignored beside the worktree's own `.gitignore` files."""
    named = git_answer(worktree, "config", "--type=path", "core.excludesFile")
    made = hashlib.sha256()
    for place in (git_path(worktree, "info/exclude"), Path(worktree, named) if named else None):
        try:
            content = read_plain(place) if place else b""
        except OSError:
            content = b""
        made.update(b"%d\0" % len(content) + content)
    return made.hexdigest()


def index_told(worktree: Path | str) -> str:
    """What tells apart two states of the index: its entries with their marks, and what was in conflict. Raises
    GitError."""
    made = hashlib.sha256()
    for option in ("--stage", "--resolve-undo"):
        made.update(git(worktree, "ls-files", "-v", option, "-z", "--full-name", timeout=LONG_TIMEOUT).stdout)
    return made.hexdigest()


def come_first(paths: Sequence[str], tree: Mapping[str, StagedEntry]) -> list[str]:
    """Those that are put back before the rest is looked at again: what was there before, what stands in its place, and
    what says which files are ignored, so that nothing is taken for new that was ignored."""
    there = [path for path in paths if path in tree]
    folders = {str(parent) for path in there for parent in PurePosixPath(path).parents}

    def stands_in_its_place(path: str) -> bool:
        return path in folders or any(str(parent) in tree for parent in PurePosixPath(path).parents)

    return there + [
        path for path in paths
        if path not in tree and (says_what_is_ignored(path) or stands_in_its_place(path))
    ]  # fmt: skip


def tree_of(worktree: Path | str, snapshot: str, paths: Sequence[str]) -> dict[str, StagedEntry]:
    """What a snapshot has at some of these paths. Raises GitError when there is no such."""
    found = in_tree(worktree, snapshot, paths)
    if found is None:
        raise GitError(f"{snapshot} cannot be read")
    return {path: found[path] for path in paths if path in found}


def put_back(
    worktree: Path, paths: Sequence[str], tree: Mapping[str, StagedEntry], untracked: Mapping[str, int]
) -> dict[str, str]:
    """Makes each path what the tree has there, or nothing; of those that were `untracked` it has the very bytes.
    Returns why some could not be, by their paths; the others are."""
    left = {}
    for path in sorted(paths, key=lambda path: path in tree):  # what is new may stand where a folder was
        entry, seen = tree.get(path), seen_at(worktree, path)
        try:
            if entry is None:
                remove_file(worktree, path, seen)
            elif entry.is_submodule:
                left[path] = "a submodule"
            else:
                put_file(worktree, path, entry, seen, bits=untracked.get(path))
        except UserError as error:
            left[path] = error.message
    return left


def _permission_bits(worktree: Path, paths: Collection[str]) -> dict[str, int]:
    found = {}
    for path in paths:
        try:
            found[path] = stat.S_IMODE((worktree / path).lstat().st_mode)
        except OSError:
            continue
    return found
