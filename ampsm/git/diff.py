"""What changed: files with their counts, and git's own patch, whatever the user's presentation settings."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ampsm.git.calls.conversion import NotConvertedError
from ampsm.git.command import LONG_TIMEOUT, git
from ampsm.git.location import git_path
from ampsm.git.programs.planted import overriding
from ampsm.git.quarantine import quarantine
from ampsm.git.staging import stage
from ampsm.git.status import Status, worktree_status
from ampsm.git.trash.as_they_are import stage_as_they_are
from ampsm.model.record import record

#: `all`, `working`: worktree against a commit, untracked files included; `staged`: index against a commit;
#: ("range", a, b): two commits.
Mode = str | tuple[str, str, str]

_OPTIONS = (
    "--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--src-prefix=a/", "--dst-prefix=b/",
    "--find-renames", "-l2000", "--diff-algorithm=myers", "--indent-heuristic",
    "--inter-hunk-context=0", "--submodule=short",
)  # fmt: skip

_STATUS = {
    "A": "added", "M": "modified", "D": "deleted", "R": "renamed", "C": "copied", "T": "type-changed", "U": "unmerged",
}  # fmt: skip


@record
class FileChange:
    """One changed file; `old_path` of a renamed or copied one, counts None for a binary one."""

    path: str
    status: str
    old_path: str | None = None
    insertions: int | None = None
    deletions: int | None = None
    binary: bool = False


@record
class ChangedEntry:
    """What a changed path is after the change: git's mode, all zeros for what is gone, and its blob or commit; and what
    it was before."""

    path: str
    mode: str
    sha: str
    old_mode: str
    old_sha: str


@record
class DiffResult:
    """The changes since `base`; `patch` are git's bytes, None when not asked for. `entries` say what git has of the
    changed paths, in the same order; nothing of conflicted files that are as they were."""

    internal = ("entries",)

    base: str
    files: tuple[FileChange, ...]
    patch: bytes | None
    entries: tuple[ChangedEntry, ...] = ()

    @property
    def counts(self) -> tuple[int, int, int]:
        """Changed files, inserted and deleted lines."""
        return (
            len(self.files), sum(file.insertions or 0 for file in self.files),
            sum(file.deletions or 0 for file in self.files),
        )  # fmt: skip

    def readable(self) -> DiffResult:
        """The same with U+FFFD in paths that are no UTF-8, as in the patch of the `diff` document (SPEC section 3)."""
        files = [replace(f, path=_shown(f.path), old_path=f.old_path and _shown(f.old_path)) for f in self.files]
        return replace(self, files=tuple(files))


def diff(
    worktree: Path | str,
    *,
    base: str,
    mode: Mode = "all",
    status: Status | None = None,
    leave_out: Collection[str] = (),
    patch: bool = True,
    ignore_space: bool = False,
) -> DiffResult:
    """The difference from the commit `base` (for a range: from its first commit) as `mode` says.

    With `ignore_space` lines that differ only in white space count as equal. Untracked files in `leave_out`, the
    context folder and nested repositories are no part of it. `status` is that of the worktree, for callers that have
    just read it. Files that git cannot convert as what is set for them says are compared as they are. Nothing is
    written to index or repository. Raises GitError.
    """
    if isinstance(mode, tuple):
        _, before, after = mode
        return _compare(worktree, before, _COMMITS_DIFF, (before, after), None, patch, ignore_space)
    if mode == "staged":
        return _compare(worktree, base, _INDEX_DIFF, (base,), None, patch, ignore_space)
    status = status or worktree_status(worktree)
    if status.is_clean and status.head:
        if status.head == base:
            return DiffResult(base, (), b"" if patch else None)
        return _compare(worktree, base, _COMMITS_DIFF, (base, status.head), None, patch, ignore_space)
    with _staged_copy(worktree, status, leave_out) as env:
        found = _compare(worktree, base, _INDEX_DIFF, (base,), env, patch, ignore_space)
    if not status.unmerged:
        return found
    unmerged = set(status.unmerged)
    files = [replace(file, status="unmerged") if file.path in unmerged else file for file in found.files]
    same = sorted(unmerged - {file.path for file in files})  # a conflict whose file is, for now, as it was
    return replace(found, files=(*files, *(FileChange(path, "unmerged", None, 0, 0) for path in same)))


#: A split index would put its shared part into the repository; "big" files go into one pack, not into a file each.
_STAGING = {"core.splitIndex": "false", "core.bigFileThreshold": "1"}

_INDEX_DIFF = ("diff-index", "--cached", "--ita-invisible-in-index")
_COMMITS_DIFF = ("diff-tree", "-r", "--no-commit-id")


def _compare(
    worktree: Path | str, base: str, command: tuple[str, ...], commits: tuple[str, ...], env: dict[str, str] | None,
    patch: bool, ignore_space: bool = False,
) -> DiffResult:  # fmt: skip
    options = (*_OPTIONS, "--ignore-all-space") if ignore_space else _OPTIONS
    listed = git(
        worktree, *command, *options, "-z", "--raw", "--no-abbrev", "--numstat", *commits, "--", env=env,
        timeout=LONG_TIMEOUT,
    )  # fmt: skip
    files, entries = _files(listed.stdout)
    text = None
    if patch:
        text = b""
        if files:
            text = git(worktree, *command, *options, "-U3", *commits, "--", env=env, timeout=LONG_TIMEOUT).stdout
    return DiffResult(base, files, text, entries)


@contextmanager
def _staged_copy(worktree: Path | str, status: Status, leave_out: Collection[str]) -> Iterator[dict[str, str] | None]:
    """The environment in which git sees an index that holds the worktree's files; None when the real one does."""
    if not (status.unstaged or status.untracked or status.unmerged or status.context or status.nested):
        yield None
        return
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ampsm-") as scratch, quarantine(worktree, Path(scratch)) as env:
        index, copy = git_path(worktree, "index"), Path(scratch) / "index"
        env = {**env, "GIT_INDEX_FILE": str(copy)}
        if index.exists():
            shutil.copy2(index, copy)
        else:
            git(worktree, "read-tree", "HEAD", env=env)
        env_of_stage = env | overriding(_STAGING)
        try:
            stage(worktree, status, leave_out=leave_out, env=env_of_stage)
        except NotConvertedError:
            paths = [path for path in status.paths if path not in leave_out]
            stage_as_they_are(Path(worktree), paths, env_of_stage, Path(scratch))
        yield env


def _files(output: bytes) -> tuple[tuple[FileChange, ...], tuple[ChangedEntry, ...]]:
    """Reads `--raw --numstat -z`: first all raw records, then all counts, in the same order."""
    fields = iter(output.split(b"\0"))
    changes: dict[tuple[str | None, str], FileChange] = {}
    entries: list[ChangedEntry] = []
    for field in fields:
        if field.startswith(b":"):
            letter = field.rsplit(b" ", 1)[1][:1].decode()
            old = os.fsdecode(next(fields)) if letter in "RC" else None
            path = os.fsdecode(next(fields))
            old_mode, mode, old_sha, sha = field[1:].decode().split(" ")[:4]
            entries.append(ChangedEntry(path, mode, sha, old_mode, old_sha))
            known = changes.get((old, path))
            if known is None or letter == "U":
                changes[(old, path)] = FileChange(path, _STATUS.get(letter, "modified"), old)
        elif field:
            inserted, deleted, name = field.split(b"\t", 2)
            old = None if name else os.fsdecode(next(fields))
            path = os.fsdecode(name or next(fields))
            counted = changes.get((old, path)) or FileChange(path, "modified", old)
            if inserted == b"-":
                changes[(old, path)] = replace(counted, binary=True)
            else:
                changes[(old, path)] = replace(counted, insertions=int(inserted), deletions=int(deleted))
    return tuple(changes.values()), tuple(entries)


def _shown(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "replace")
