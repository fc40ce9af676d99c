"""Where a side has the file of a path in conflict when it does not have it there (SPEC section 12)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ampsm.git.command import git, paths_of
from ampsm.git.rewrite.left_by_git import in_tree
from ampsm.git.rewrite.stages import BASE, SESSION, TARGET, Stages
from ampsm.model.conflicts import ConflictKind
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop


class Renames:
    """What the sides have moved, of the paths in conflict. Git is asked when a path may have been moved, and once."""

    def __init__(self, stop: ConflictStop, paths: Sequence[str]) -> None:
        self._stop = stop
        self._paths = paths
        self._in_base: Collection[str] | None = None
        self._known: dict[int, dict[str, str]] = {}

    def before(self, path: str, stages: Stages, kind: ConflictKind) -> str | None:
        """What a path was called before: with the base, or with the side that has it, when git itself has put it in a
        folder that the other side had moved."""
        base = self._stop.at.base
        if base is None or (kind is not ConflictKind.RENAMED_APART and BASE not in stages):
            return None
        if self._in_base is None:
            self._in_base = in_tree(self._stop.root, base, self._paths) or {}
        if path in self._in_base:
            return None
        if kind is not ConflictKind.RENAMED_APART and stages[BASE].is_submodule:
            return None
        moved = next((old for side in (TARGET, SESSION) if (old := self._of(side).get(path))), None)
        return moved or self._in_moved_folder(path, stages)

    def after(self, old: str) -> Mapping[int, str]:
        """Where each side has what was once at `old`, if it has moved it."""
        found = {}
        for side in (TARGET, SESSION):
            new = next((new for new, before in self._of(side).items() if before == old), None)
            if new is not None:
                found[side] = new
        return found

    def _of(self, side: int) -> dict[str, str]:
        """Old paths by the new ones, as one side has moved them."""
        if side not in self._known:
            words = ("--find-renames", "--diff-filter=R", "--name-status")
            fields = self._changes(side, *words)
            self._known[side] = dict(zip(fields[2::3], fields[1::3], strict=True))
        return self._known[side]

    def _in_moved_folder(self, path: str, stages: Stages) -> str | None:
        """The path under which the only side that has a file has it in its commit."""
        if len(stages) != 1:
            return None
        ((side, entry),) = stages.items()
        fields = self._changes(side, "--no-renames", "--diff-filter=AM", "--raw", "--no-abbrev")
        name = path.rpartition("/")[2]
        for about, there in zip(fields[::2], fields[1::2], strict=True):
            same = about.split(" ")[3] == entry.blob and there.rpartition("/")[2] == name
            if same and there not in self._paths:
                return there
        return None

    def _changes(self, side: int, *words: str) -> list[str]:
        at = self._stop.at
        commit = at.head if side == TARGET else at.commit
        return paths_of(git(self._stop.root, "diff-tree", "-r", "-z", *words, at.base or "", commit, "--").stdout)
