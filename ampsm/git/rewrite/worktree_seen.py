"""A worktree as one reading sees it: git is asked each question once, by whoever first wants to know the answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ampsm.git.rewrite.stages import MergeRules, StagedEntry, Stages, entries, merge_rules, unmerged_and_resolved
from ampsm.git.status import Status, worktree_status

T = TypeVar("T")


class WorktreeSeen:
    """What git says of the worktree at a folder, for one reading, which gives it to all who look: so they agree.

    Nobody keeps one for the next reading, and who is about to write makes another one. What fails is asked again. All
    questions raise GitError.
    """

    def __init__(self, worktree: Path | str) -> None:
        self.worktree = Path(worktree)
        self._said: dict[Hashable, Any] = {}
        self._rules: dict[str, MergeRules] = {}
        self._entries: dict[str, StagedEntry | None] = {}

    def once(self, question: Hashable, ask: Callable[[], T]) -> T:
        """The answer to a question of somebody's own, which was given before, else now."""
        if question not in self._said:
            self._said[question] = ask()
        found: T = self._said[question]
        return found

    @property
    def status(self) -> Status:
        return self.once("status", lambda: worktree_status(self.worktree))

    @property
    def unmerged_and_resolved(self) -> tuple[dict[str, Stages], dict[str, Stages]]:
        """As `stages.unmerged_and_resolved`."""
        return self.once("in-conflict", lambda: unmerged_and_resolved(self.worktree))

    @property
    def unmerged(self) -> dict[str, Stages]:
        """The first of these; where the status was read, that has told it."""
        if "status" not in self._said or "in-conflict" in self._said:
            return self.unmerged_and_resolved[0]
        sides = self.status.sides
        return {path: {n: StagedEntry(*side) for n, side in sides[path].items()} for path in sides}

    def rules(self, paths: Sequence[str]) -> dict[str, MergeRules]:
        """As `stages.merge_rules`."""
        self._rules |= merge_rules(self.worktree, _but(paths, self._rules))
        return {path: self._rules[path] for path in paths}

    def entries(self, paths: Sequence[str]) -> dict[str, StagedEntry]:
        """As `stages.entries`."""
        new = _but(paths, self._entries)
        self._entries |= dict.fromkeys(new) | entries(self.worktree, new)
        return {path: entry for path in paths if (entry := self._entries[path]) is not None}


def _but(paths: Sequence[str], known: Collection[str]) -> list[str]:
    return [path for path in paths if path not in known]
