"""Commits, trees, blobs and refs of a repository: the one place that reads them.

There are two ways, and a caller never sees which one it was. `command_line` starts git for each question (2 ms; where a
ref is a file, `ref_files` reads that), and git reads every repository. `libgit2` reads in this process, for a tenth of
that, but importing it takes 55 ms: so a command that answers and ends never does, and a process that lives long says so
once, by `read_in_process`.

Both give the same answers. Wherever libgit2 would give another one, or none, git is asked after all: repositories with
extensions (SHA-256, reftable, partial clones), shallow clones, grafts and replaced objects, names other than full ones,
commits that are written strangely, and whatever is not found, since git may know where to fetch it. What touches index
or worktree is not read here at all: libgit2 does not know sparse checkouts, filters and split indexes well enough.

`reader` has the questions, `commit_info` and `line_changes` what is answered, `many_changes` of many texts at once
(`loose_texts` asks git how these differ); `once` keeps answers while one command works. For libgit2,
`open_repositories` keeps repositories open, `plain_commit` reads a commit as nearly all are written, `graph` compares
what two commits have. `missing` says which of all these a repository has not got.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

from ampsm.git.objects.commit_info import CommitInfo as CommitInfo
from ampsm.git.objects.line_changes import LineChange as LineChange
from ampsm.git.objects.once import asking_once as asking_once
from ampsm.git.objects.once import command_line
from ampsm.git.objects.reader import CannotTell, Reader

T = TypeVar("T")

_in_process = False


def read_in_process() -> None:
    """Says that this process lives long: from now on it opens repositories itself and keeps them open. Takes 55 ms."""
    from ampsm.git.objects import libgit2 as libgit2

    global _in_process
    _in_process = True


def read_refs(where: Path | str, names: Sequence[str]) -> dict[str, str]:
    """What those of the refs that exist point at, by their full names. Raises GitError."""
    return _read(where, lambda reader: reader.read_refs(names))


def resolve_commit(where: Path | str, name: str) -> str | None:
    """The commit a name stands for, in git's own order of look-up; None when there is none."""
    return _read(where, lambda reader: reader.resolve_commit(name))


def tree_of(where: Path | str, name: str) -> str:
    """The tree of a commit, or the tree itself. Raises GitError."""
    return _read(where, lambda reader: reader.tree_of(name))


def trees_of(where: Path | str, names: Sequence[str]) -> dict[str, str]:
    """The tree of each of these commits; a tree is its own. Raises GitError."""
    wanted = list(dict.fromkeys(names))
    return _read(where, lambda reader: reader.trees_of(wanted)) if wanted else {}


def is_ancestor(where: Path | str, ancestor: str, descendant: str) -> bool:
    """Whether `descendant` contains `ancestor` (a commit contains itself); False when `ancestor` no longer exists."""
    return _read(where, lambda reader: reader.is_ancestor(ancestor, descendant))


def merge_base(where: Path | str, one: str, other: str) -> str | None:
    """The best common ancestor of two commits, of several that which git takes; None for unrelated histories."""
    return _read(where, lambda reader: reader.merge_base(one, other))


def ahead_behind(where: Path | str, one: str, other: str) -> tuple[int, int]:
    """How many commits only `one` has, and how many only `other` has."""
    return _read(where, lambda reader: reader.ahead_behind(one, other))


def commits_between(where: Path | str, after: str, until: str) -> list[CommitInfo]:
    """The commits that `until` contains and `after` does not, oldest first."""
    return _read(where, lambda reader: reader.commits_between(after, until)) if after != until else []


def subjects(where: Path | str, shas: Collection[str]) -> dict[str, str]:
    """The subjects of these commits; what is no commit, or is gone, is left out."""
    return _read(where, lambda reader: reader.subjects(shas)) if shas else {}


def blob_at(where: Path | str, commit: str, path: str) -> str | None:
    """The blob that a commit or tree has at a path; None when there is none, or a submodule. Raises GitError."""
    return _read(where, lambda reader: reader.blob_at(commit, path))


def blob_size(where: Path | str, blob: str) -> int:
    """The bytes of a blob. Raises GitError."""
    return _read(where, lambda reader: reader.blob_size(blob))


def sizes_of(where: Path | str, blobs: Sequence[str]) -> dict[str, int]:
    """Bytes of each blob that is there. Raises GitError."""
    return _read(where, lambda reader: reader.sizes_of(blobs)) if blobs else {}


def contents_of(where: Path | str, blobs: Sequence[str]) -> dict[str, bytes]:
    """The content of each blob that is there; for small ones. Raises GitError."""
    return _read(where, lambda reader: reader.contents_of(blobs)) if blobs else {}


def read_blobs(where: Path | str, blobs: Sequence[str]) -> dict[str, bytes]:
    """What blobs hold, all of it in memory. Raises GitError when one is missing."""
    return _read(where, lambda reader: reader.read_blobs(blobs)) if blobs else {}


def line_changes(where: Path | str, old: str, new: str) -> list[LineChange]:
    """What turns the lines of one blob into those of another, in order: git's own line diff, as a merge sees it.

    Binary files count as text. Raises GitError.
    """
    return _read(where, lambda reader: reader.line_changes(old, new))


def line_changes_of(
    where: Path | str, pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[LineChange]]:  # fmt: skip
    """The same of many pairs of blobs, all in memory at once. Raises GitError."""
    if _in_process or len(pairs) < 2:
        return {pair: line_changes(where, *pair) for pair in pairs}
    return command_line(where).line_changes_of(pairs)


def _read(where: Path | str, question: Callable[[Reader], T]) -> T:
    if _in_process:
        from ampsm.git.objects import libgit2

        try:
            return libgit2.ask(where, question)
        except CannotTell:
            pass
    return question(command_line(where))
