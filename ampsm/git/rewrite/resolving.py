"""Which conflicts of a stopped rebase or merge count as resolved, and staging those (SPEC section 6)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ampsm.git.command import GitError
from ampsm.git.content.new_markers import first_new_marker
from ampsm.git.objects import read_blobs
from ampsm.git.rewrite.left_by_git import MOST_TEXT, is_binary
from ampsm.git.rewrite.stages import (
    BASE,
    SESSION,
    TARGET,
    MergeRules,
    StagedEntry,
    Stages,
    entries,
    unmerged,
)  # fmt: skip
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.git.staging import git_when_free
from ampsm.git.status import worktree_status
from ampsm.system.plain_files import read_plain

#: Files whose sides are in memory together.
_AT_ONCE = 100


def unresolved(worktree: Path | str) -> list[str]:
    """The conflicting paths that are not resolved yet, sorted.

    Text counts as resolved when no conflict marker is left that neither side had; what git leaves without markers
    (delete/modify, binary files, links, submodules, modes, the user's own merge drivers) only when it is staged.
    """
    return list(left_and_unstaged(WorktreeSeen(worktree))[0])


def left_and_unstaged(seen: WorktreeSeen) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The conflicting paths that are not resolved yet, and those that count as resolved as they are in the worktree,
    but are not staged; both sorted."""
    return seen.once("left-and-unstaged", lambda: _left_and_unstaged(seen))


def _left_and_unstaged(seen: WorktreeSeen) -> tuple[tuple[str, ...], tuple[str, ...]]:
    worktree, found = seen.worktree, seen.unmerged
    rules = seen.rules(list(found))
    asked = {path: sides for path, stages in found.items() if (sides := _sides_with_markers(stages, rules[path]))}
    settled, marked = set[str](), list(asked)
    for at in range(0, len(marked), _AT_ONCE):
        paths = marked[at : at + _AT_ONCE]
        texts = read_blobs(worktree, list({side.blob: None for path in paths for side in asked[path] if side}))
        for path in paths:
            held = [texts[side.blob] if side else b"" for side in asked[path]]
            if _is_resolved(worktree / path, held, rules[path].size):
                settled.add(path)
    return tuple(sorted(found.keys() - settled)), tuple(sorted(settled))


def kinds(worktree: Path | str) -> dict[str, str]:
    """What kind of conflict each unmerged path has, in words; while rebasing, git's "ours" is the target."""
    return {path: _kind(frozenset(sides)) for path, sides in unmerged(worktree).items()}


def stage_resolved(worktree: Path | str) -> None:
    """Stages the conflicts that are resolved, and what else was changed in tracked files to resolve them. Submodules
    count as they are staged: git leaves them where they were, and one that holds changes cannot be moved."""
    status = worktree_status(worktree)
    left = set(unresolved(worktree))
    paths = sorted({*status.unmerged, *status.unstaged} - left)
    known = entries(worktree, paths)
    if paths := [path for path in paths if path not in known or not known[path].is_submodule]:
        stage(worktree, paths)


def stage(worktree: Path | str, paths: Sequence[str]) -> None:
    """Stages these paths as they are in the worktree. Raises GitError."""
    stdin = b"".join(os.fsencode(path) + b"\0" for path in paths)
    done = git_when_free(worktree, "update-index", "--add", "--remove", "-z", "--stdin", stdin=stdin, writes=True)
    if done.returncode != 0:
        raise GitError("The resolved files cannot be staged", done.stderr)


def _kind(stages: frozenset[int]) -> str:
    words = {
        frozenset({BASE, TARGET, SESSION}): "changed on both sides",
        frozenset({TARGET, SESSION}): "added on both sides",
        frozenset({BASE, TARGET}): "changed on the target, deleted in the session",
        frozenset({BASE, SESSION}): "deleted on the target, changed in the session",
        frozenset({BASE}): "moved or deleted on both sides",
        frozenset({TARGET}): "added or moved on the target only",
        frozenset({SESSION}): "added or moved in the session only",
    }
    return words.get(stages, "conflict")


def _sides_with_markers(
    stages: Stages, rules: MergeRules
) -> tuple[StagedEntry | None, StagedEntry, StagedEntry] | None:
    """Base, target and session of a path whose file git writes with markers; None where it writes none."""
    base, target, session = (stages.get(stage) for stage in (BASE, TARGET, SESSION))
    if not rules.marked or target is None or session is None or not (target.is_file and session.is_file):
        return None
    if (target.mode != session.mode and base is None) or target.blob in (session.blob, base and base.blob):
        return None  # a conflict of modes: git writes no markers for it
    if base and (session.blob == base.blob or not base.is_file):
        return None
    return base, target, session


def _is_resolved(file: Path, sides: Sequence[bytes], marker_size: int) -> bool:
    """Whether a text in the worktree has no marker left; `sides` are base, target and session."""
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > MOST_TEXT:
            return False
        content = read_plain(file, follow=False)
    except OSError:
        return False  # gone meanwhile, or not to be read
    if any(is_binary(text) for text in (*sides, content)):
        return False
    base, target, session = sides
    return first_new_marker(content, base, target, session, marker_size) is None
