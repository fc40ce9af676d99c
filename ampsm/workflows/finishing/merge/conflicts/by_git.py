"""The files that git has put together by itself where a rebase has stopped: both sides changed them, and nobody is
asked (SPEC section 12)."""

from __future__ import annotations

from collections.abc import Iterable

from ampsm.git.rewrite.merged_by_git import changed_by_both
from ampsm.git.rewrite.rebase import where_they_belong
from ampsm.workflows.finishing.merge.conflicts.conflicted import Conflicted
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop


def merged_by_git(stop: ConflictStop, conflicted: Iterable[Conflicted]) -> tuple[str, ...]:
    """The paths in the worktree, sorted, of what both sides changed at this stop, differently, and that is not
    `conflicted`. Raises GitError."""
    if stop.at.base is None:
        return ()
    found = changed_by_both(stop.root, stop.at.base, stop.at.head, stop.at.commit)
    asked = {name for file in conflicted for name in (file.path, file.old_path, *where_they_belong([file.path]))}
    return tuple(sorted(now for before, now in found.items() if not asked & {before, now}))
