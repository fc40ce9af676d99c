"""What of that which was said of an iteration at a stop is still so: files that are otherwise are told no more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from ampsm.git.rewrite.left_by_git import in_the_worktree, in_tree
from ampsm.git.rewrite.stages import StagedEntry, entries, unmerged
from ampsm.workflows.session.in_conflict.record import AgentWork, Spared, TakenBack
from ampsm.workflows.session.in_conflict.words import told_of_last


def notes_that_hold(worktree: Path | str, work: AgentWork) -> tuple[str, ...]:
    """What is said of the last iteration at a stop, as far as it still holds. Raises GitError."""
    return told_of_last(worktree, that_holds(worktree, work))


def as_proposed(worktree: Path | str, work: AgentWork | None, paths: Sequence[str]) -> tuple[str, ...]:
    """Those of the paths that the worktree has as the agent proposes them. Raises GitError."""
    proposed = {found.path: found.entry for found in work.proposals} if work else {}
    asked = [path for path in paths if path in proposed]
    now = in_the_worktree(worktree, asked, len(work.commit)) if work and asked else {}
    return tuple(path for path in asked if now.get(path) == proposed[path])


def that_holds(worktree: Path | str, work: AgentWork) -> AgentWork:
    """The record with what still holds of its last iteration. Raises GitError."""
    width = len(work.commit)
    of_it = [found for found in work.taken_back if found.iteration == work.iteration]
    taken = tuple(now for found in of_it if (now := _taken_back(worktree, work, found, width)) is not None)
    spared = work.spared if work.spared and work.spared.iteration == work.iteration else None
    return replace(work, taken_back=taken, spared=spared and _spared(worktree, spared, width))


def _taken_back(worktree: Path | str, work: AgentWork, taken: TakenBack, width: int) -> TakenBack | None:
    left = _unlike(worktree, work.kept or "HEAD", taken.left, width)
    if not left and not _unlike(worktree, taken.ref, taken.paths, width):
        return None  # somebody has brought back all that the agent made of them
    return replace(taken, left=left)


def _spared(worktree: Path | str, spared: Spared, width: int) -> Spared | None:
    paths = _unlike(worktree, spared.source, spared.paths, width)
    staged = spared.staged
    if staged:
        before, now, waiting = in_tree(worktree, spared.source, staged), entries(worktree, staged), unmerged(worktree)
        staged = tuple(path for path in staged if path not in waiting and now.get(path) != (before or {}).get(path))
    return replace(spared, paths=paths, staged=staged) if paths or staged else None


def _unlike(worktree: Path | str, tree: str, paths: Sequence[str], width: int) -> tuple[str, ...]:
    """Those of the paths at which the worktree has something else than a tree does; all where there is no such tree."""
    if not paths:
        return ()
    there: dict[str, StagedEntry] | None = in_tree(worktree, tree, paths)
    now = in_the_worktree(worktree, paths, width)
    return tuple(path for path in paths if there is None or now.get(path) != there.get(path))
