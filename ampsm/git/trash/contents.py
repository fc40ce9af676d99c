"""What is in a worktree that is to go, what of it a snapshot keeps, and whether it is still the same later."""

from __future__ import annotations

from pathlib import Path

from ampsm.git.location import git_path
from ampsm.git.trash import snapshot
from ampsm.git.worktree import ignored, nested
from ampsm.git.worktree.folder_scan import Found
from ampsm.git.worktree.permissions import require_removable
from ampsm.model.record import record


@record
class Contents:
    """`seen` is all that is in a worktree, `kept` what of it a snapshot takes, `left_out` ignored files that there is
    no room for, with their bytes. `index_stamp` is another whenever git writes the index; None when there is none."""

    seen: dict[str, Found]
    kept: dict[str, Found]
    left_out: tuple[tuple[str, int], ...]
    index_stamp: tuple[int, int] | None


def contents(worktree: Path, most_ignored: int, *, force: bool = False) -> Contents:
    """Looks at a worktree, of whose ignored files a snapshot may keep so many bytes. By `force` submodules may hold
    commits that nobody else has: the snapshot keeps them like files. Raises `nested-repository`
    (exit 5) for commits that nobody else has, `cannot-remove` for what could not be kept or deleted, and GitError."""
    seen = snapshot.scan_worktree(worktree)
    require_removable(worktree, seen)
    inner = nested.repositories_in(worktree, seen)
    choice = ignored.choose(seen, ignored.ignored_roots(worktree, inner.submodules), most_ignored)
    nested.require_nothing_unique(worktree, seen, inner, choice.dropped, submodules=not force)
    kept = {path: found for path, found in seen.items() if path not in choice.dropped}
    return Contents(seen, kept, choice.named, _index_stamp(worktree))


def is_unchanged(worktree: Path, then: Contents) -> bool:
    """Whether everything in a worktree, and its index, is as it was then."""
    now = snapshot.scan_worktree(worktree)
    same = now.keys() == then.seen.keys() and all(now[path].stamp == then.seen[path].stamp for path in now)
    return same and _index_stamp(worktree) == then.index_stamp


def _index_stamp(worktree: Path) -> tuple[int, int] | None:
    try:
        found = git_path(worktree, "index").stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns
