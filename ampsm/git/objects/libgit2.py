"""Reading objects by libgit2: in this process, some ten times as fast as by a process for each question.

Importing this costs 55 ms, so nobody does but a process that lives long. Everything that libgit2 reads differently from
git, or could, is left to git: it answers CannotTell then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

import pygit2
from pygit2.enums import DiffOption, ObjectType

from ampsm.git.objects.commit_info import CommitInfo
from ampsm.git.objects.graph import Comparison
from ampsm.git.objects.line_changes import LineChange
from ampsm.git.objects.open_repositories import OpenRepository, close_repository, open_repository
from ampsm.git.objects.plain_commit import plain_commit, plain_subject
from ampsm.git.objects.reader import CannotTell, Reader

T = TypeVar("T")

#: Bytes of blobs that are compared, or read together, here: that keeps all other threads of Python waiting.
_COMPARED = 2 * 2**20

_FULL_SHA = re.compile("[0-9a-f]{40}")

#: Refs that all worktrees share, each of which is a file or a line of `packed-refs`.
_SHARED = ("refs/heads/", "refs/tags/", "refs/remotes/", "refs/ampsm/")


def ask(where: Path | str, question: Callable[[Reader], T]) -> T:
    """The answer to a question about the repository at `where`. Raises CannotTell when git is to be asked."""
    found = None
    try:
        found = open_repository(where)
        return question(LibGit2(found))
    except (KeyError, ValueError) as error:  # no such object; a name that is none
        raise CannotTell from error
    except (pygit2.GitError, OSError) as error:
        if found is not None:
            close_repository(found)  # it may be what is open, and not what is there, that is broken
        raise CannotTell from error


class LibGit2:
    """Asks libgit2. Raises CannotTell, or what pygit2 raises."""

    def __init__(self, found: OpenRepository) -> None:
        self._open = found

    def read_refs(self, names: Sequence[str]) -> dict[str, str]:
        found = {}
        for name in names:
            if not name.startswith(_SHARED):
                raise CannotTell
            try:
                target = self._open.repository.lookup_reference(name).target
            except KeyError:
                continue
            if not isinstance(target, pygit2.Oid):
                raise CannotTell  # a ref that names another one
            found[name] = str(target)
        return found

    def resolve_commit(self, name: str) -> str | None:
        return self._commit(name)

    def tree_of(self, name: str) -> str:
        return str(self._object(name).peel(pygit2.Tree).id)

    def trees_of(self, names: Sequence[str]) -> dict[str, str]:
        return {name: self.tree_of(name) for name in names}

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        return not self._compare(ancestor, descendant).only_one

    def merge_base(self, one: str, other: str) -> str | None:
        bases = self._compare(one, other).bases
        if len(bases) > 1:
            raise CannotTell  # which of them is for git to say
        return bases[0] if bases else None

    def ahead_behind(self, one: str, other: str) -> tuple[int, int]:
        found = self._compare(one, other)
        return len(found.only_one), len(found.only_other)

    def commits_between(self, after: str, until: str) -> list[CommitInfo]:
        found = self._compare(until, after).only_one
        ordered = self._open.graph.in_order(self._commit(until), found) if found else []
        return [plain_commit(sha, self._content(sha, ObjectType.COMMIT)) for sha in ordered]

    def subjects(self, shas: Collection[str]) -> dict[str, str]:
        self._open.require_own_history()
        return {sha: plain_subject(self._content(sha, ObjectType.COMMIT)) for sha in shas}

    def blob_at(self, commit: str, path: str) -> str | None:
        path.encode()  # raises for bytes that are no UTF-8, which pygit2 would not find
        found: object = self._object(commit).peel(pygit2.Tree)
        for part in path.split("/"):
            if part in ("", ".", ".."):
                raise CannotTell
            if not isinstance(found, pygit2.Tree) or part not in found:
                return None
            found = found[part]
        return str(found.id) if isinstance(found, pygit2.Blob) else None

    def blob_size(self, blob: str) -> int:
        self._open.require_own_history()
        kind, size = self._open.repository.odb.read_header(_full(blob))
        if kind != ObjectType.BLOB:
            raise CannotTell
        return size

    def sizes_of(self, blobs: Sequence[str]) -> dict[str, int]:
        return {blob: self.blob_size(blob) for blob in blobs}

    def contents_of(self, blobs: Sequence[str]) -> dict[str, bytes]:
        if sum(self.sizes_of(blobs).values()) > _COMPARED:
            raise CannotTell  # reading so much keeps all other threads waiting, too
        return self.read_blobs(blobs)

    def read_blobs(self, blobs: Sequence[str]) -> dict[str, bytes]:
        self._open.require_own_history()
        return {blob: self._content(blob, ObjectType.BLOB) for blob in blobs}

    def line_changes(self, old: str, new: str) -> list[LineChange]:
        if self.blob_size(old) + self.blob_size(new) > _COMPARED:
            raise CannotTell
        before, after = self.read_blobs([old, new]).values() if old != new else (b"", b"")
        patch = pygit2.Patch.create_from(before, after, flag=DiffOption.FORCE_TEXT, context_lines=0)
        return [
            LineChange(
                hunk.old_start - bool(hunk.old_lines), hunk.old_lines,
                hunk.new_start - bool(hunk.new_lines), hunk.new_lines,
            )
            for hunk in patch.hunks
        ]  # fmt: skip

    def _compare(self, one: str, other: str) -> Comparison:
        graph = self._open.graph
        self._open.require_own_history()
        return graph.compare(*(name if graph.knows(name) else self._commit(name) for name in (one, other)))

    def _commit(self, name: str) -> str:
        return str(self._object(name).peel(pygit2.Commit).id)

    def _object(self, name: str) -> pygit2.Object:
        """What a full object id or the full name of a ref stands for: in other names libgit2 looks in another order."""
        self._open.require_own_history()
        if name.startswith(_SHARED):
            name = self.read_refs([name])[name]
        return self._open.repository[_full(name)]

    def _content(self, sha: str, kind: ObjectType) -> bytes:
        found, content = self._open.repository.read(_full(sha))
        if found != kind:
            raise CannotTell
        return content


def _full(sha: str) -> str:
    """A full object id. libgit2 takes an abbreviated one as well, which git may find ambiguous."""
    if not _FULL_SHA.fullmatch(sha):
        raise CannotTell
    return sha
