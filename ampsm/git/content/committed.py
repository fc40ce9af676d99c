"""What commits bring that people seldom want: repositories as links, huge files, links that lead out, conflict markers.

Looked at is only what has changed between two commits, whoever committed it. With `glance` the files of a worktree that
holds the later commit say which of it is worth asking git about: an iteration that changed nothing of the kind starts
no further git.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git
from ampsm.git.content.links import leads_out, shadows_ignored
from ampsm.git.content.markers import added_markers, may_hold_markers
from ampsm.git.diff import ChangedEntry
from ampsm.git.location import common_dir, git_dir_at
from ampsm.git.objects import contents_of, sizes_of
from ampsm.git.submodules import submodules, unpublished
from ampsm.model.record import record

GITLINK, LINK = "160000", "120000"
_FILES = frozenset({"100644", "100755"})
_IN_BARE = ("objects/", "refs/", "packed-refs", "description")

#: More bytes than that are a huge file (hosts warn from here on, and refuse at twice as many).
HUGE = 50_000_000


@record
class Committed:
    """What was found, each path with what is to be said of it: `nested` repositories, committed as links that lead to
    no files; `unpublished` submodules, each with a commit that nobody else has; `huge` files with their bytes; `links`
    with where they lead; `shadows`, links in the place of an ignored folder; `markers`, each with the first line;
    `bare` repositories whose files were committed as any others."""

    nested: tuple[str, ...] = ()
    unpublished: tuple[tuple[str, str], ...] = ()
    huge: tuple[tuple[str, int], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    shadows: tuple[str, ...] = ()
    markers: tuple[tuple[str, int], ...] = ()
    bare: tuple[str, ...] = ()

    @property
    def needs_person(self) -> bool:
        """Whether work would be lost, or a link lead nowhere, for whoever gets these commits."""
        return bool(self.nested or self.unpublished)


def look(
    worktree: Path, before: str, after: str, entries: Sequence[ChangedEntry], *, glance: bool = False
) -> Committed:
    """What the `entries`, all that differs between two commits, bring that is to be said. With `glance` the worktree
    holds the commit `after`. Raises GitError."""
    there = [entry for entry in entries if entry.sha.strip("0") and entry.mode != "000000"]
    gitlinks = [entry for entry in there if entry.mode == GITLINK]
    links = [entry for entry in there if entry.mode == LINK]
    files = [entry for entry in there if entry.mode in _FILES and entry.sha != entry.old_sha]
    nested, ahead = _repositories(worktree, after, gitlinks)
    out, shadows = _links(worktree, links)
    large = [entry for entry in files if not glance or _is_huge(worktree, entry.path)]
    marked = not glance or any(may_hold_markers(worktree / entry.path) for entry in files)
    return Committed(
        nested=nested, unpublished=ahead, huge=tuple(_huge(worktree, large)), links=out, shadows=shadows,
        markers=tuple(added_markers(worktree, before, after)) if files and marked else (),
        bare=tuple(_bare(entry.path for entry in files if entry.old_mode not in _FILES)),
    )  # fmt: skip


def huge_on_the_way(worktree: Path, before: str, after: str) -> list[str]:
    """The huge files in commits between two, also those that a later one has taken out again. Raises GitError."""
    listed = git(worktree, "rev-list", "--objects", after, "--not", before, timeout=LONG_TIMEOUT).stdout
    names = dict(line.partition(" ")[::2] for line in os.fsdecode(listed).splitlines())
    return [names[blob] or blob for blob, size in sizes_of(worktree, list(names)).items() if size > HUGE]


def _repositories(
    worktree: Path, after: str, gitlinks: Sequence[ChangedEntry]
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    if not gitlinks:
        return (), ()
    known = submodules(worktree, after)
    nested = tuple(entry.path for entry in gitlinks if entry.path not in known and entry.old_mode != GITLINK)
    modules, ahead = common_dir(worktree) / "modules", []
    for entry in gitlinks:
        if entry.path in nested:
            continue
        before = entry.old_sha if entry.old_mode == GITLINK else None
        elsewhere = modules / known.get(entry.path, entry.path)
        git_dir = git_dir_at(worktree / entry.path)
        if git_dir and (commit := unpublished(git_dir, elsewhere, at=entry.sha, known=before)):
            ahead.append((entry.path, commit))
    return nested, tuple(ahead)


def _links(worktree: Path, links: Sequence[ChangedEntry]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    if not links:
        return (), ()
    contents = contents_of(worktree, [entry.sha for entry in links])
    targets = [
        (entry.path, target)
        for entry in links
        if (target := os.fsdecode(contents.get(entry.sha, b"")))
        and not (entry.sha == entry.old_sha and os.path.isabs(target))  # moved, and it leads where it led  # noqa: PTH117
    ]
    out = tuple((path, target) for path, target in targets if leads_out(worktree, path, target))
    return out, tuple(shadows_ignored(worktree, [path for path, _ in targets]))


def _bare(added: Iterable[str]) -> list[str]:
    """The folders of which git's own files have come: those that every bare repository has, and what it holds."""
    paths = set(added)
    folders = sorted(path.removesuffix("/HEAD") for path in paths if path.endswith("/HEAD"))
    with_config = [folder for folder in folders if f"{folder}/config" in paths]
    return [
        folder
        for folder in with_config
        if any(path.startswith(tuple(f"{folder}/{name}" for name in _IN_BARE)) for path in paths)
    ]


def _huge(worktree: Path, files: Sequence[ChangedEntry]) -> Iterable[tuple[str, int]]:
    if not files:
        return
    sizes = sizes_of(worktree, [entry.sha for entry in files])
    for entry in files:
        if (size := sizes.get(entry.sha, 0)) > HUGE:
            yield entry.path, size


def _is_huge(worktree: Path, path: str) -> bool:
    try:
        facts = os.lstat(worktree / path)
    except OSError:
        return True  # a sparse worktree: git knows
    return not stat.S_ISREG(facts.st_mode) or facts.st_size > HUGE
