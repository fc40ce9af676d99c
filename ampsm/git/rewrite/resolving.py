"""Which conflicts of a stopped rebase or merge count as resolved, and staging those (SPEC section 6)."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git.command import GitError, git, git_answer
from ampsm.git.content.new_markers import first_new_marker
from ampsm.git.staging import git_when_free
from ampsm.git.status import worktree_status
from ampsm.system.plain_files import read_plain

_FILES = ("100644", "100755")
_PROBE = 8000
_MARKER_SIZE = 7
_BASE, _OURS, _THEIRS = 1, 2, 3


def unresolved(worktree: Path | str) -> list[str]:
    """The conflicting paths that are not resolved yet, sorted.

    Text counts as resolved when no conflict marker is left that neither side had; what git leaves without markers
    (delete/modify, binary files, links, submodules, modes, the user's own merge drivers) only when it is staged.
    """
    found = _unmerged(worktree)
    attributes = _attributes(worktree, list(found)) if found else {}
    return sorted(
        path for path, sides in found.items() if not _is_resolved(Path(worktree), path, sides, *attributes[path])
    )


def kinds(worktree: Path | str) -> dict[str, str]:
    """What kind of conflict each unmerged path has, in words; while rebasing, git's "ours" is the target."""
    return {path: _kind(frozenset(sides)) for path, sides in _unmerged(worktree).items()}


def stage_resolved(worktree: Path | str) -> None:
    """Stages the conflicts that are resolved, and what else was changed in tracked files to resolve them."""
    status = worktree_status(worktree)
    left = set(unresolved(worktree))
    paths = sorted({*status.unmerged, *status.unstaged} - left)
    if not paths:
        return
    stdin = b"".join(os.fsencode(path) + b"\0" for path in paths)
    done = git_when_free(worktree, "update-index", "--add", "--remove", "-z", "--stdin", stdin=stdin, writes=True)
    if done.returncode != 0:
        raise GitError("The resolved files cannot be staged", done.stderr)


_Sides = dict[int, tuple[str, str]]


def _kind(stages: frozenset[int]) -> str:
    words = {
        frozenset({_BASE, _OURS, _THEIRS}): "changed on both sides",
        frozenset({_OURS, _THEIRS}): "added on both sides",
        frozenset({_BASE, _OURS}): "changed on the target, deleted in the session",
        frozenset({_BASE, _THEIRS}): "deleted on the target, changed in the session",
        frozenset({_BASE}): "moved or deleted on both sides",
        frozenset({_OURS}): "added or moved on the target only",
        frozenset({_THEIRS}): "added or moved in the session only",
    }
    return words.get(stages, "conflict")


def _unmerged(worktree: Path | str) -> dict[str, _Sides]:
    """Mode and blob of each side (1 base, 2 ours, 3 theirs) of every unmerged path."""
    found: dict[str, _Sides] = {}
    for entry in git(worktree, "ls-files", "--unmerged", "-z", "--full-name", ":/").stdout.split(b"\0"):
        if entry:
            about, _, path = entry.partition(b"\t")
            mode, blob, stage = about.decode().split(" ")
            found.setdefault(os.fsdecode(path), {})[int(stage)] = (mode, blob)
    return found


def _attributes(worktree: Path | str, paths: list[str]) -> dict[str, tuple[bool, int]]:
    """Of each path: whether conflicts in it get markers, and of which size."""
    stdin = b"".join(os.fsencode(path) + b"\0" for path in paths)
    listed = git(worktree, "check-attr", "-z", "--stdin", "merge", "conflict-marker-size", stdin=stdin).stdout
    fields = os.fsdecode(listed).split("\0")
    said = {(path, name): value for path, name, value in zip(fields[::3], fields[1::3], fields[2::3], strict=False)}
    drivers: dict[str, bool] = {"unset": False, "unspecified": True, "set": True, "text": True, "binary": False}
    found = {}
    for path in paths:
        driver, size = said[path, "merge"], said[path, "conflict-marker-size"]
        if driver not in drivers:
            drivers[driver] = git_answer(worktree, "config", f"merge.{driver}.driver") is None
        found[path] = drivers[driver], int(size) if size.isdigit() and int(size) else _MARKER_SIZE
    return found


def _is_resolved(worktree: Path, path: str, sides: _Sides, marked: bool, size: int) -> bool:
    base, ours, theirs = (sides.get(stage) for stage in (_BASE, _OURS, _THEIRS))
    if not marked or ours is None or theirs is None or ours[0] not in _FILES or theirs[0] not in _FILES:
        return False
    if (ours[0] != theirs[0] and base is None) or ours[1] in (theirs[1], base and base[1]):
        return False  # a conflict of modes: git writes no markers for it
    if base and (theirs[1] == base[1] or base[0] not in _FILES):
        return False
    file = worktree / path
    if file.is_symlink() or not file.is_file():
        return False
    texts = [git(worktree, "cat-file", "blob", blob[1]).stdout for blob in (base, ours, theirs) if blob]
    content = read_plain(file, follow=False)
    if any(b"\0" in text[:_PROBE] for text in (*texts, content)):
        return False
    return first_new_marker(content, b"" if base is None else texts[0], texts[-2], texts[-1], size) is None
