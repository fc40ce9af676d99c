"""Ignored files: which they are, and which of them a snapshot has room for (SPEC section 6, cleanup)."""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git
from ampsm.git.worktree.folder_scan import FOLDER, Found
from ampsm.model.record import record


@record
class DroppedFiles:
    """`dropped` are the paths that there is no room for; `named` the same in as few names as possible, with bytes."""

    dropped: frozenset[str]
    named: tuple[tuple[str, int], ...]


def ignored_roots(top: Path, repositories: Iterable[str]) -> frozenset[str]:
    """What git ignores in a worktree and in the `repositories` inside it (paths relative to `top`): files, and folders
    of which all is ignored. Raises GitError."""
    found: set[str] = set()
    for folder in ("", *repositories):
        listed = git(
            top / folder, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory",
            timeout=LONG_TIMEOUT,
        ).stdout  # fmt: skip
        names = (os.fsdecode(name).rstrip("/") for name in listed.split(b"\0") if name)
        found.update(f"{folder}/{name}" if folder else name for name in names if name not in ("", "."))
    return frozenset(found)


def choose(entries: Mapping[str, Found], roots: frozenset[str], limit: int) -> DroppedFiles:
    """Chooses as many ignored files as fit into `limit` bytes: small ones first, folders whole where they fit, so that
    settings outlive what is built or downloaded."""
    sizes, children = _weigh(entries, roots)
    tops = [root for root in roots if root in entries]
    waiting = [(sizes.get(path, 0), path) for path in tops if not _below_another(path, roots)]
    heapq.heapify(waiting)
    room, named = limit, []
    while waiting:
        size, path = heapq.heappop(waiting)
        if size <= room:
            room -= size
        elif entries[path].kind == FOLDER and room:
            for child in children.get(path, ()):
                heapq.heappush(waiting, (sizes.get(child, 0), child))
        else:
            named.append((path, size))
    dropped = {below for path, _ in named for below in _all_below(path, children)}
    return DroppedFiles(frozenset(dropped), tuple(sorted(named)))


def _weigh(entries: Mapping[str, Found], roots: frozenset[str]) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Bytes in every ignored folder and file, and what is directly in each folder."""
    sizes: dict[str, int] = {}
    children: dict[str, list[str]] = {}
    for path, entry in entries.items():
        chain = _chain(path, roots)
        for part in chain:
            sizes[part] = sizes.get(part, 0) + entry.size
        if len(chain) > 1:
            children.setdefault(chain[1], []).append(path)
    return sizes, children


def _chain(path: str, roots: frozenset[str]) -> list[str]:
    """The path and the folders above it up to the outermost ignored one; nothing for what is not ignored."""
    parts = [path]
    while parent := os.path.dirname(parts[-1]):  # noqa: PTH120 - a relative path of a scan
        parts.append(parent)
    outermost = max((index for index, part in enumerate(parts) if part in roots), default=-1)
    return parts[: outermost + 1]


def _below_another(path: str, roots: frozenset[str]) -> bool:
    return _chain(path, roots)[-1] != path


def _all_below(path: str, children: Mapping[str, list[str]]) -> Iterable[str]:
    waiting = [path]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += children.get(current, ())
