"""What is changed in a worktree, as git itself sees it; reading never writes the index."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, GitError, git, line_of
from ampsm.git.submodules import submodules
from ampsm.model.naming import CONTEXT_FOLDER
from ampsm.model.record import record

_GITLINK = "160000"


@record
class Status:
    """Changed paths of a worktree, relative to its top; `AGENT_CONTEXT/` is in none of the lists.

    A path may be both `staged` (index differs from HEAD) and `unstaged` (file differs from index); `missing` are the
    unstaged ones that are gone from the worktree. `nested` are repositories that are no submodules: never listed as
    anything else, never committed. `submodules` hold changes of their own; a moved submodule is unstaged or staged as
    well. `context` are paths of `AGENT_CONTEXT/` that somebody staged. `sides` are mode and blob of each stage (1 base,
    2 ours, 3 theirs) that the index has of the unmerged ones.
    """

    head: str | None
    branch: str | None
    staged: tuple[str, ...]
    unstaged: tuple[str, ...]
    untracked: tuple[str, ...]
    unmerged: tuple[str, ...]
    missing: tuple[str, ...]
    nested: tuple[str, ...]
    submodules: tuple[str, ...]
    context: tuple[str, ...]
    sides: Mapping[str, Mapping[int, tuple[str, str]]] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether index and worktree hold what HEAD holds, and nothing else."""
        return not (self.paths or self.nested or self.submodules or self.context)

    @property
    def paths(self) -> list[str]:
        """Every changed path once, sorted."""
        return sorted({*self.staged, *self.unstaged, *self.untracked, *self.unmerged})


def worktree_status(worktree: Path | str, *, env: dict[str, str] | None = None) -> Status:
    """The status of the whole worktree, untracked files one by one, whatever the user's `status.*` settings.

    Raises GitError: a status that cannot be read is never an empty one.
    """
    done = git(
        worktree, "status", "--porcelain=v2", "-z", "--branch", "--no-ahead-behind", "--untracked-files=all",
        "--no-renames", "--ignore-submodules=none", env=env, timeout=LONG_TIMEOUT,
    )  # fmt: skip
    reader = _Reader()
    for entry in done.stdout.split(b"\0"):
        if entry:
            reader.take(os.fsdecode(entry))
    if reader.added_links:
        reader.sort_links(frozenset(submodules(worktree)))
    return reader.status()


def unstaged_tracked_changes(root: Path | str) -> list[str]:
    """Tracked files of a checkout that differ from its index; what lies inside submodules is theirs."""
    done = git(
        root, "status", "--porcelain=v2", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=dirty",
        timeout=LONG_TIMEOUT,
    )  # fmt: skip
    reader = _Reader()
    for entry in done.stdout.split(b"\0"):
        if entry:
            reader.take(os.fsdecode(entry))
    return sorted({*reader.unstaged, *reader.unmerged})


def has_staged_or_untracked(root: Path | str) -> bool:
    """Whether a checkout has staged changes or untracked files."""
    staged = git(root, "diff-index", "--cached", "--quiet", "HEAD", "--", check=False)
    if staged.returncode not in (0, 1):
        raise GitError("git diff-index failed", staged.stderr)
    if staged.returncode == 1:
        return True
    others = git(root, "ls-files", "-z", "--others", "--exclude-standard", "--directory", "--no-empty-directory")
    return bool(others.stdout)


class _Reader:
    """Collects the records of `git status --porcelain=v2`."""

    def __init__(self) -> None:
        self.head: str | None = None
        self.branch: str | None = None
        self.staged: list[str] = []
        self.unstaged: list[str] = []
        self.untracked: list[str] = []
        self.unmerged: list[str] = []
        self.missing: list[str] = []
        self.nested: list[str] = []
        self.submodules: list[str] = []
        self.context: list[str] = []
        self.added_links: list[str] = []
        self.sides: dict[str, dict[int, tuple[str, str]]] = {}

    def take(self, record: str) -> None:
        kind, _, rest = record.partition(" ")
        if kind == "#":
            self._header(rest)
        elif kind == "?":
            self._untracked(rest)
        elif kind == "1":
            self._changed(*rest.split(" ", 7))
        elif kind == "u":
            _, _, *told, path = rest.split(" ", 9)
            self.unmerged.append(path)
            sides = enumerate(zip(told[:3], told[4:], strict=True), 1)
            self.sides[path] = {stage: side for stage, side in sides if int(side[0])}

    def sort_links(self, submodules: frozenset[str]) -> None:
        """A newly staged gitlink that `.gitmodules` does not know is a nested repository, not a submodule."""
        nested = {path for path in self.added_links if path not in submodules}
        for paths in (self.staged, self.unstaged, self.missing, self.submodules):
            paths[:] = [path for path in paths if path not in nested]
        self.nested += sorted(nested)

    def status(self) -> Status:
        return Status(
            self.head, self.branch, tuple(self.staged), tuple(self.unstaged), tuple(self.untracked),
            tuple(self.unmerged), tuple(self.missing), tuple(self.nested), tuple(self.submodules), tuple(self.context),
            self.sides,
        )  # fmt: skip

    def _header(self, rest: str) -> None:
        name, _, value = rest.partition(" ")
        if name == "branch.oid" and value != "(initial)":
            self.head = value
        elif name == "branch.head" and value != "(detached)":
            self.branch = value

    def _untracked(self, path: str) -> None:
        if in_context_folder(path):
            return
        if path.endswith("/"):
            self.nested.append(path.rstrip("/"))
        else:
            self.untracked.append(path)

    def _changed(
        self, states: str, sub: str, _in_head: str, in_index: str, in_worktree: str, _h1: str, _h2: str, path: str
    ) -> None:
        index_state, worktree_state = states[0], states[1]
        if in_context_folder(path):
            if index_state != ".":
                self.context.append(path)
            return
        if sub[0] == "S" and sub[2:] != "..":
            self.submodules.append(path)
        if index_state != ".":
            self.staged.append(path)
            if index_state == "A" and in_index == _GITLINK:
                self.added_links.append(path)
        if worktree_state == "." or (sub[0] == "S" and sub[1] == "." and in_worktree == in_index == _GITLINK):
            return
        self.unstaged.append(path)
        if worktree_state == "D":
            self.missing.append(path)


def in_context_folder(path: str) -> bool:
    """Whether a path is in the folder that never becomes part of a commit."""
    return path == CONTEXT_FOLDER or path.startswith(f"{CONTEXT_FOLDER}/")


def index_entries_differ(worktree: Path | str, commit: str, *, env: dict[str, str] | None = None) -> bool:
    """Whether the index holds anything else than the commit's tree."""
    done = git(
        worktree, "diff-index", "--cached", "--quiet", "--ita-invisible-in-index", commit,
        "--", env=env, check=False,
    )  # fmt: skip
    if done.returncode in (0, 1):
        return done.returncode == 1
    raise GitError(f"git diff-index failed {line_of(done)}", done.stderr)
