"""What the sides have of a file in conflict as a whole: to be looked at before one is chosen (SPEC section 12)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ampsm.context import Context
from ampsm.git.objects import contents_of, subjects
from ampsm.git.rewrite.stages import BASE, SESSION, TARGET, StagedEntry
from ampsm.model.record import record
from ampsm.workflows.finishing.merge.conflicts.conflicted import Conflicted, one_conflicted
from ampsm.workflows.finishing.merge.conflicts.drafts import drafts_of
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop, stop_of

#: Larger files are not read.
_LIMIT = 4 * 2**20


@record
class WholeSide:
    """A file on one side: its `mode` as git writes it, and its bytes as they are in git's store, None of one that is
    very large. Of a symbolic link they are where it leads; a submodule has a `commit` instead, with its subject where
    that commit is at hand."""

    mode: str
    size: int | None
    content: bytes | None
    commit: str | None = None
    subject: str | None = None


@record
class WholeSides:
    """Those of the file at `path`; None where a side has none."""

    path: str
    base: WholeSide | None
    target: WholeSide | None
    session: WholeSide | None


def whole_sides(ctx: Context, ref: str, path: str) -> WholeSides:
    """What the sides have at the stop, a side that git has put beside the file too. Raises as `conflict_hunks`."""
    stop = stop_of(ctx, ref)
    file = one_conflicted(ctx, stop, drafts_of(ctx, stop), path)
    small = [entry.blob for entry in file.sides.values() if 0 <= file.sizes.get(entry.blob, -1) <= _LIMIT]
    held = contents_of(stop.root, small) if small else {}
    said = {sha: ctx.redactor_at_hand.redact(subject) for sha, subject in _subjects(stop, file).items()}
    sides = (_side(file, file.sides.get(stage), held, said) for stage in (BASE, TARGET, SESSION))
    return WholeSides(file.path, *sides)


def _side(
    file: Conflicted, entry: StagedEntry | None, held: Mapping[str, bytes], said: Mapping[str, str]
) -> WholeSide | None:
    if entry is None:
        return None
    if entry.is_submodule:
        return WholeSide(entry.mode, None, None, entry.blob, said.get(entry.blob))
    return WholeSide(entry.mode, file.sizes.get(entry.blob), held.get(entry.blob))


def _subjects(stop: ConflictStop, file: Conflicted) -> dict[str, str]:
    """Of the commits of a submodule, as the one in the worktree or in the repository's own checkout knows them."""
    wanted = {entry.blob for entry in file.sides.values() if entry.is_submodule}
    found = dict[str, str]()
    for top in (stop.worktree, stop.root):
        place = Path(top, file.old_path or file.path)
        if wanted - found.keys() and (place / ".git").exists():
            found |= subjects(place, wanted - found.keys())
    return found
