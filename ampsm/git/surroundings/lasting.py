"""Whether a change is still there."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from ampsm.git.objects import is_ancestor
from ampsm.git.surroundings.change import (
    CHECKOUT,
    CONFIG,
    FILE,
    HOOK,
    MARKED,
    REF,
    STASHED,
    UNSTASHED,
    USERS,
    WORKTREE,
    Change,
)
from ampsm.git.surroundings.config import setting_now
from ampsm.git.surroundings.linked import place_told
from ampsm.git.surroundings.look import Surroundings, file_state, look, told_apart


class Now:
    """A repository as it is, looked at when that is needed."""

    def __init__(self, root: Path, common: Path) -> None:
        self._root = root
        self._common = common
        self._seen: Surroundings | None = None

    def lasts(self, change: Change) -> bool:
        """Whether the repository still is as the change left it; of a ref that was moved, whether it still lacks what
        it had. Raises GitError, OSError."""
        if change.kind in (CONFIG, USERS) and change.place and change.subject != change.place:
            return setting_now(change.place, change.subject) == change.after
        if change.kind in (CONFIG, USERS, HOOK, FILE):
            return told_apart(file_state(Path(change.subject))) == change.after
        if change.kind in (STASHED, UNSTASHED):
            there = any(entry.sha == change.subject for entry in self.seen.stash)
            return there is (change.kind == STASHED)
        if change.kind == REF:
            return self._ref_lasts(change, self._refs_now.get(change.subject))
        if change.kind == WORKTREE:
            if change.after is None:  # git may have another name for one that was made again
                return all(now.place != change.place for now in self.seen.worktrees.values())
            return place_told(self.seen.worktrees.get(change.subject)) == change.after
        if change.kind == CHECKOUT and change.subject.startswith(MARKED):
            return change.subject.removeprefix(MARKED) in self.seen.marked
        if change.kind == CHECKOUT:
            now = self.seen.head if change.subject == "HEAD" else self.seen.operation
            return now == change.after
        return False

    @property
    def seen(self) -> Surroundings:
        if self._seen is None:
            self._seen = look(self._root, self._common, self._common)
        return self._seen

    @cached_property
    def _refs_now(self) -> dict[str, str]:
        return self.seen.refs.all()

    def _ref_lasts(self, change: Change, now: str | None) -> bool:
        if change.before is None or change.after is None or now is None:
            return now == change.after
        if any(said.startswith("ref: ") for said in (change.before, now)):
            return now == change.after
        return now != change.before and not is_ancestor(self._root, change.before, now)
