"""Which paths two sides have changed, each in its own way: where git stops at none of them, it has put both together by
itself (SPEC section 12)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, paths_of

#: What a side made of a path: where it is, and with which mode and blob.
_Made = tuple[str, str, str]


@lru_cache(maxsize=16)
def changed_by_both(root: Path, base: str, target: str, session: str) -> Mapping[str, str]:
    """The paths of the commit `base` that both of the others have and changed, not in the same way, each with the path
    at which a merge has it: a side may have moved it. Raises GitError."""
    ours, theirs = (_changed(root, base, side) for side in (target, session))
    if any(None in (ours[path], theirs[path]) for path in ours.keys() & theirs.keys()):
        ours, theirs = (_changed(root, base, side, "--find-renames") for side in (target, session))
    found = {}
    for path in sorted(ours.keys() & theirs.keys()):
        one, other = ours[path], theirs[path]
        if one and other and one != other:
            found[path] = one[0] if one[0] != path else other[0]
    return found


def _changed(root: Path, base: str, side: str, renames: str = "--no-renames") -> dict[str, _Made | None]:
    """What a side made of each path of the base that it changed; None: it is gone."""
    words = ("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--diff-filter=MTDR", "--ignore-submodules=none", renames)
    fields = iter(paths_of(git(root, *words, base, side, "--", timeout=LONG_TIMEOUT).stdout))
    made: dict[str, _Made | None] = {}
    for about in fields:
        _, mode, _, blob, letter = about.split(" ")
        path = next(fields)
        now = next(fields) if letter.startswith("R") else path
        made[path] = None if letter == "D" else (now, mode, blob)
    return made
