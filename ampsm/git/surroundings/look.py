"""One look at what belongs to a repository and to no branch. Changes nothing, and starts git only where
refs are kept in a table."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from ampsm.git.command import git
from ampsm.git.git_files.includes import paths_set, users_own_configs, with_includes
from ampsm.git.git_files.index_file import marked_in
from ampsm.git.surroundings.linked import LinkedWorktree, linked_worktrees_of
from ampsm.git.surroundings.ref_files import RefFiles, all_ref_files
from ampsm.git.unfinished import operation_in
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain

#: Files of the common git directory that change what git does, besides its configuration.
_OTHERS = ("info/attributes", "info/exclude", "info/grafts", "objects/info/alternates", "shallow")
_MOST_BYTES = 1 << 20


@record
class FileState:
    """A file's content (None when it is too large to be kept), its digest, and its permission bits."""

    content: bytes | None
    digest: str
    mode: int


def told_apart(state: FileState | None) -> str | None:
    """What tells a file's state from any other; None for a file that is not there."""
    return f"{state.digest} {state.mode:o}" if state else None


@record
class Stashed:
    """An entry of the stash: its commit, and what it is called."""

    sha: str
    message: str


@record
class Surroundings:
    """What was seen. `configs`, `hooks` and `others` map the path of each file to its state; of the configurations
    `users` are the user's own and what those include, `awaited` those that would count and are not there; `worktrees`
    the name of each linked worktree to where and how it is; `head` is what HEAD of the main checkout says, and
    `marked` are the paths there that git was told not to look at."""

    common: Path
    configs: dict[str, FileState]
    users: frozenset[str]
    awaited: frozenset[str]
    hook_folders: tuple[str, ...]
    hooks: dict[str, FileState]
    others: dict[str, FileState]
    refs: RefFiles
    stash: tuple[Stashed, ...]
    worktrees: dict[str, LinkedWorktree]
    head: str
    operation: str | None
    marked: frozenset[str]


def look(root: Path, common: Path, admin: Path) -> Surroundings:
    """The surroundings of the session whose worktree has the git directory `admin`. Raises OSError, and GitError where
    git has to be asked."""
    configs = with_includes([common / "config", common / "config.worktree", admin / "config.worktree"])
    users = [path for path in with_includes(users_own_configs()) if path not in configs]
    states = _states([*configs, *users])
    folders = _hook_folders(root, common, states.values())
    return Surroundings(
        common, states, frozenset(map(str, users)), frozenset(map(str, [*configs, *users])) - states.keys(),
        folders, _states(_files_in(folders)), _states(common / name for name in _OTHERS),
        all_ref_files(common), stash_entries(common), linked_worktrees_of(common),
        os.fsdecode(_read(common / "HEAD")).strip(), operation_in(common),
        marked_in(common / "index"),
    )  # fmt: skip


def file_state(path: Path) -> FileState | None:
    """The state of a file; None when there is none, or it is no file. A link is followed only to a file."""
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            return None
        content = read_plain(path)
    except OSError:
        return None
    digest = hashlib.sha256(content).hexdigest()
    return FileState(content if len(content) <= _MOST_BYTES else None, digest, stat.S_IMODE(facts.st_mode))


def _states(paths: Iterable[Path]) -> dict[str, FileState]:
    found = {}
    for path in paths:
        if (state := file_state(path)) is not None:
            found[str(path)] = state
    return found


def _read(path: Path) -> bytes:
    try:
        return read_plain(path)
    except OSError:
        return b""


def _hook_folders(root: Path, common: Path, configs: Iterable[FileState]) -> tuple[str, ...]:
    """Where hooks are, and where those of new repositories come from."""
    folders = [common / "hooks"]
    for config in configs:
        folders += [root / named for named in paths_set(config.content or b"", ("core",), "hookspath")]
        folders += [root / named / "hooks" for named in paths_set(config.content or b"", ("init",), "templatedir")]
    return tuple(dict.fromkeys(map(os.path.normpath, folders)))


def _files_in(folders: Iterable[str]) -> list[Path]:
    found = []
    for folder in folders:
        try:
            found += [Path(entry.path) for entry in os.scandir(folder) if not entry.name.endswith(".sample")]
        except OSError:
            continue
    return found


def stash_entries(common: Path) -> tuple[Stashed, ...]:
    """The entries of the stash, oldest first. Asks git only where it keeps them in a table."""
    found = []
    if (common / "reftable").is_dir():
        listed = git(common, "stash", "list", "-z", "--format=%H%x09%gs", check=False).stdout
        lines = [f"- {line}" for line in reversed(os.fsdecode(listed).split("\0")) if line]
    else:
        lines = os.fsdecode(_read(common / "logs" / "refs" / "stash")).splitlines()
    for line in lines:
        about, _, message = line.partition("\t")
        words = about.split(" ")
        if len(words) > 1:
            found.append(Stashed(words[1], message))
    return tuple(found)
