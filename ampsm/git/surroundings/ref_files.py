"""The refs of a repository, read from its files; asked of git where they lie in a table of another kind."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git.command import git
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain

#: Refs of single worktrees.
_NOT_SHARED = frozenset({"bisect", "rewritten", "worktree"})

#: Those of the program's own refs that are ways back; others come and go with every iteration.
WAYS_BACK = frozenset({"backup", "iterations", "outside", "snapshots", "trash"})

#: Refs of which only the names are looked at, where they lie in files of their own: there are many.
ITERATIONS = "refs/ampsm/iterations/"


@record
class RefFiles:
    """The text of `packed-refs`, and the refs in files of their own."""

    packed: bytes
    loose: tuple[tuple[str, str], ...]

    def all(self) -> dict[str, str]:
        """Every ref's full name and what it says: an object, or `ref: ` and another name; empty where it was not
        read."""
        found = {}
        for line in os.fsdecode(self.packed).splitlines():
            sha, _, name = line.partition(" ")
            words = name.split("/")
            if words[0] == "refs" and _is_looked_at(words[1:3]):
                found[name] = sha
        return found | dict(self.loose)


def all_ref_files(common: Path) -> RefFiles:
    """Raises GitError, only where git has to be asked."""
    if (common / "reftable").is_dir():
        listed = git(common, "for-each-ref", "--format=%(objectname) %(refname)", env={"GIT_DIR": str(common)})
        return RefFiles(listed.stdout, ())
    loose: list[tuple[str, str]] = []
    _collect(f"{common}/refs", "refs", loose)
    try:
        packed = read_plain(common / "packed-refs")
    except OSError:
        packed = b""
    return RefFiles(packed, tuple(sorted(loose)))


def _is_looked_at(words: list[str]) -> bool:
    """Whether refs below these first words after `refs/` count."""
    return words[0] not in _NOT_SHARED and (words[0] != "ampsm" or len(words) < 2 or words[1] in WAYS_BACK)


def _collect(folder: str, name: str, found: list[tuple[str, str]]) -> None:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if name in ("refs", "refs/ampsm") and not _is_looked_at([*name.split("/")[1:], entry.name]):
            continue
        if entry.is_dir(follow_symlinks=False):
            _collect(entry.path, f"{name}/{entry.name}", found)
        elif entry.name.endswith(".lock"):
            continue
        elif name.startswith(ITERATIONS):
            found.append((f"{name}/{entry.name}", ""))
        else:
            try:
                found.append((f"{name}/{entry.name}", os.fsdecode(read_plain(Path(entry.path))).strip()))
            except OSError:
                continue
