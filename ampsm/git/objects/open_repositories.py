"""Repositories that libgit2 has open: a few for each thread, and none that is not what lies there any more."""

from __future__ import annotations

import os
import re
import threading
from collections import OrderedDict
from pathlib import Path

import pygit2
from pygit2.enums import RepositoryOpenFlag

from ampsm.git.objects.graph import Graph
from ampsm.git.objects.reader import CannotTell
from ampsm.system.plain_files import read_plain

#: Open repositories of a thread. A window shows a few dozen.
_OPEN = 32

#: Files that libgit2 keeps open, of all repositories together.
_PACKS = 128

_EXTENSIONS = re.compile(rb"^\s*\[\s*extensions\b", re.IGNORECASE | re.MULTILINE)
_GIT_FILE = b"gitdir: "

Stamp = tuple[int, int, int] | None


class OpenRepository:
    """A repository as libgit2 reads it, and what is remembered of its commits. For one thread."""

    def __init__(self, common: str, config: Stamp) -> None:
        self.common = common
        self.config = config
        self.repository = self._opened()
        self._packs = _stamp(f"{common}/objects/pack")
        self._packed_refs: Stamp = None
        self._replaces = False
        self._fresh = True
        self.graph = Graph(self._commit)

    def require_own_history(self) -> None:
        """To be called before objects are read: opens the packs that are there now.

        Raises CannotTell where git shows other objects than there are: shallow clones, grafts, replaced ones.
        """
        common = self.common
        packs, packed_refs = _stamp(f"{common}/objects/pack"), _stamp(f"{common}/packed-refs")
        if packed_refs != self._packed_refs:
            self._replaces = packed_refs is not None and _has_replaced(Path(common, "packed-refs"))
            self._packed_refs = packed_refs
        if os.access(f"{common}/shallow", os.F_OK) or os.access(f"{common}/info/grafts", os.F_OK):
            self._fresh = False  # libgit2 has read these files, and would go by them when they are gone
            raise CannotTell
        if self._replaces or (os.access(f"{common}/refs/replace", os.F_OK) and _has_files(f"{common}/refs/replace")):
            raise CannotTell
        if packs != self._packs or not self._fresh:
            self.repository.free()
            self.repository, self._packs, self._fresh = self._opened(), packs, True

    def _opened(self) -> pygit2.Repository:
        if _EXTENSIONS.search(read_plain(Path(self.common, "config"))):
            raise CannotTell  # SHA-256, reftable, a partial clone, …: some of it libgit2 does not even notice
        return pygit2.Repository(self.common, RepositoryOpenFlag.NO_SEARCH)

    def _commit(self, sha: str) -> tuple[list[str], int]:
        found = self.repository[sha].peel(pygit2.Commit)
        return [str(parent) for parent in found.parent_ids], found.commit_time


class _Open(threading.local):
    """Those of one thread, the one that was used last at the end."""

    def __init__(self) -> None:
        self.repositories: OrderedDict[str, OpenRepository] = OrderedDict()


_open = _Open()
pygit2.settings.mwindow_file_limit = _PACKS
# It would still have objects that others have deleted since.
pygit2.settings.enable_caching(False)


def open_repository(where: Path | str) -> OpenRepository:
    """The repository whose worktree has its top at `where`, opened anew when its configuration has changed, as it has
    when another one lies there now.

    Raises CannotTell for everything out of the ordinary, or what pygit2 raises.
    """
    common = f"{where}/.git"
    config = _stamp(f"{common}/config")
    if config is None:
        common = _common_dir(Path(common))
        config = _stamp(f"{common}/config")
    found = _open.repositories.get(common)
    if found is not None and found.config == config:
        _open.repositories.move_to_end(common)
        return found
    _close(common)
    found = _open.repositories[common] = OpenRepository(common, config)
    while len(_open.repositories) > _OPEN:
        _close(next(iter(_open.repositories)))
    return found


def close_repository(found: OpenRepository) -> None:
    """Lets go of a repository in this thread: it will be opened anew."""
    _close(found.common)


def _close(common: str) -> None:
    found = _open.repositories.pop(common, None)
    if found is not None:
        found.repository.free()


def _common_dir(link: Path) -> str:
    """The git directory that all worktrees of the repository share, of which `link` names one. Raises OSError, or
    CannotTell."""
    said = read_plain(link)
    if not said.startswith(_GIT_FILE):
        raise CannotTell
    admin = link.parent / os.fsdecode(said.removeprefix(_GIT_FILE)).rstrip("\r\n")
    try:
        shared = os.fsdecode(read_plain(admin / "commondir")).rstrip("\r\n")
    except FileNotFoundError:
        return str(admin)
    return os.path.realpath(admin / shared)


def _stamp(path: str) -> Stamp:
    """What a file or folder is told apart by from any other that was there or will be; None when there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - asked before each read
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _has_replaced(packed_refs: Path) -> bool:
    return b" refs/replace/" in read_plain(packed_refs)


def _has_files(folder: str) -> bool:
    return any(Path(folder).iterdir())
