"""What can be asked of a repository's objects, whoever answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from ampsm.git.objects.commit_info import CommitInfo
from ampsm.git.objects.line_changes import LineChange


class CannotTell(Exception):  # noqa: N818 - git is asked then
    """A reader has no answer here, although there may be one."""


class Reader(Protocol):
    """Reads one repository. The functions of `ampsm.git.objects` say what each of these promises."""

    def read_refs(self, names: Sequence[str]) -> dict[str, str]: ...

    def resolve_commit(self, name: str) -> str | None: ...

    def tree_of(self, name: str) -> str: ...

    def is_ancestor(self, ancestor: str, descendant: str) -> bool: ...

    def merge_base(self, one: str, other: str) -> str | None: ...

    def ahead_behind(self, one: str, other: str) -> tuple[int, int]: ...

    def commits_between(self, after: str, until: str) -> list[CommitInfo]: ...

    def subjects(self, shas: Collection[str]) -> dict[str, str]: ...

    def blob_at(self, commit: str, path: str) -> str | None: ...

    def blob_size(self, blob: str) -> int: ...

    def read_blobs(self, blobs: Sequence[str]) -> dict[str, bytes]: ...

    def line_changes(self, old: str, new: str) -> list[LineChange]: ...
