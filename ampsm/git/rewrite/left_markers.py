"""Conflict markers that would be committed, or were, though none of the sides had them: whatever an index says of
conflicts, and whoever has staged what (SPEC sections 6 and 12)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, paths_of
from ampsm.git.content.markers import added_markers
from ampsm.git.content.new_markers import first_new_marker
from ampsm.git.objects import contents_of, read_blobs, sizes_of
from ampsm.git.rewrite.left_by_git import MOST_TEXT, in_tree, is_binary
from ampsm.git.rewrite.rebase import RebaseStop
from ampsm.git.rewrite.redone import redone
from ampsm.git.rewrite.stages import BASE, SESSION, TARGET, StagedEntry, Stages, merge_rules
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.system.plain_files import read_plain

#: A file, and the number of its first line that is such a marker.
Marked = tuple[str, int]

#: As much is read at once.
_MOST_READ = MOST_TEXT

#: Lines of `=` alone, which stand under headings as well.
_DOUBTFUL = re.compile(rb"^=+\r?$", re.M)


def about_to_be_committed(seen: WorktreeSeen, stop: RebaseStop) -> list[Marked]:
    """Those in what going on with a rebase would commit, where nothing is in conflict any more: what is staged, and
    what of tracked files was changed. Raises GitError."""
    return seen.once(("marked", stop), lambda: _about_to_be_committed(seen, stop))


def _about_to_be_committed(seen: WorktreeSeen, stop: RebaseStop) -> list[Marked]:
    worktree, status = seen.worktree, seen.status
    words = ("diff-index", "--cached", "-z", "--name-only", "--no-renames", "--diff-filter=d", stop.head, "--")
    changed = {*status.unstaged, *status.unmerged}
    staged = seen.entries(sorted({*paths_of(git(worktree, *words, timeout=LONG_TIMEOUT).stdout)} - changed))
    found = dict(files_in(worktree, sorted(changed)))
    blobs = {path: entry.blob for path, entry in staged.items() if entry.is_file}
    held = _marked_ones(worktree, set(blobs.values()))
    found |= {path: held[blob] for path, blob in blobs.items() if blob in held}
    suspects = {path: content for path, content in found.items() if _may_be_marked(content)}
    if not suspects:
        return []
    made, rules = redone(worktree, stop), seen.rules(sorted(suspects))
    merged = in_tree(worktree, made.tree, sorted(suspects)) or {}
    left = []
    for path, content in sorted(suspects.items()):
        sides = made.conflicts.get(path)
        if sides is None:
            sides, content = {TARGET: merged[path]} if path in merged else {}, _without_doubtful(content)
        texts = _texts(worktree, [sides.get(stage) for stage in (BASE, TARGET, SESSION)])
        if (line := first_new_marker(content, texts[0], texts[1], texts[2], rules[path].size)) is not None:
            left.append((path, line))
    return left


def committed(worktree: Path, onto: str, before: str, tip: str) -> list[Marked]:
    """Those in the commits that put what was at `before` on top of `onto`, up to `tip`. Raises GitError."""
    if tip in (onto, before):
        return []
    paths = _paths_with_markers(worktree, onto, tip)
    if not paths:
        return []
    rules, was_at = merge_rules(worktree, paths), _names_before(worktree, before, tip)
    now, there = in_tree(worktree, tip, paths) or {}, in_tree(worktree, onto, paths) or {}
    own = in_tree(worktree, before, [was_at.get(path, path) for path in paths]) or {}
    left = []
    for path in sorted(paths):
        content, target, session = _texts(worktree, [now.get(path), there.get(path), own.get(was_at.get(path, path))])
        content = _without_doubtful(content)
        if (line := first_new_marker(content, b"", target, session, rules[path].size)) is not None:
            left.append((path, line))
    return left


@lru_cache(maxsize=8)
def _paths_with_markers(worktree: Path, before: str, after: str) -> tuple[str, ...]:
    """Asked once for the same commits: when they are made, and when the target is to move to them."""
    return tuple(path for path, _ in added_markers(worktree, before, after))


def marked_line(worktree: Path, path: str, content: bytes, sides: Stages) -> int | None:
    """The first line of a file with these sides that is such a marker; None without one. Raises GitError."""
    if not _may_be_marked(content):
        return None
    base, target, session = _texts(worktree, [sides.get(stage) for stage in (BASE, TARGET, SESSION)])
    return first_new_marker(content, base, target, session, merge_rules(worktree, [path])[path].size)


def files_in(worktree: Path, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Those of these paths at which the worktree has a file that may be text, with what it holds."""
    for path in paths:
        place = worktree / path
        try:
            if place.is_file() and not place.is_symlink() and place.stat().st_size <= _MOST_READ:
                yield path, read_plain(place, follow=False)
        except OSError:
            continue


def _marked_ones(worktree: Path, blobs: set[str]) -> dict[str, bytes]:
    """Those of the blobs that may hold markers, many of them read together."""
    sizes = {blob: size for blob, size in sizes_of(worktree, sorted(blobs)).items() if size <= _MOST_READ}
    batch, room, found = list[str](), _MOST_READ, dict[str, bytes]()
    for blob in [*sizes, None]:
        if blob is None or sizes[blob] > room:
            held = contents_of(worktree, batch) if batch else {}
            found |= {one: content for one, content in held.items() if _may_be_marked(content)}
            batch, room = [], _MOST_READ
        if blob is not None:
            batch.append(blob)
            room -= sizes[blob]
    return found


def _may_be_marked(content: bytes) -> bool:
    return (b"<<<<" in content or b">>>>" in content) and not is_binary(content)


def _without_doubtful(content: bytes) -> bytes:
    return _DOUBTFUL.sub(b"", content)


def _texts(worktree: Path, sides: Sequence[StagedEntry | None]) -> list[bytes]:
    blobs = [side.blob if side and side.is_file else None for side in sides]
    held = read_blobs(worktree, list(dict.fromkeys(blob for blob in blobs if blob)))
    return [held[blob] if blob else b"" for blob in blobs]


def _names_before(worktree: Path, before: str, after: str) -> Mapping[str, str]:
    """What files that have another name now were called."""
    words = ("diff-tree", "-r", "-z", "--find-renames", "--diff-filter=R", "--name-status", before, after, "--")
    fields = paths_of(git(worktree, *words, timeout=LONG_TIMEOUT).stdout)
    return dict(zip(fields[2::3], fields[1::3], strict=True))
