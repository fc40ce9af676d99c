"""Where else the sides have the file of a path in conflict: beside it, or where they have moved it (SPEC section 12).

Where the sides have different kinds of files at a path, only one can be there: git gives the other a name made of the
path and its side, or both where it can.
"""

from __future__ import annotations

from collections.abc import Mapping

from ampsm.git.rewrite.rebase import where_they_belong
from ampsm.git.rewrite.stages import SESSION, TARGET, Stages
from ampsm.model.conflicts import ConflictKind
from ampsm.model.record import record
from ampsm.workflows.finishing.merge.conflicts.renames import Renames

_FOLDER = "040000"


@record
class Placed:
    """`belongs` is the path that git wanted the file to have; `apart`: the sides have different kinds of files there.
    `beside` is what the sides have that belongs at this path and was put under another name, `elsewhere` where each
    side has it that does not have it here, `other_mode` that of what the other side has where the file belongs."""

    belongs: str
    apart: bool
    beside: Stages
    elsewhere: Mapping[int, str]
    other_mode: str


class Places:
    """Those of all paths in conflict at a stop."""

    def __init__(self, found: Mapping[str, Stages]) -> None:
        self._found = found
        self._belongs = {path: where_they_belong([path])[0] for path in found}
        self._at: dict[str, list[str]] = {}
        for path, place in self._belongs.items():
            self._at.setdefault(place, []).append(path)

    def of(self, path: str) -> Placed:
        """Where the sides of a path are. Nothing is asked of git."""
        place, mine = self._belongs[path], self._found[path]
        others = [other for other in self._at[place] if other != path]
        if place == path and not others:
            return Placed(path, apart=False, beside={}, elsewhere={}, other_mode="")
        theirs = {
            side: (other, self._found[other][side])
            for other in others
            for side in (TARGET, SESSION)
            if side in self._found[other] and side not in mine
        }
        beside: Stages = {}
        if place == path:
            beside = {stage: entry for other in others for stage, entry in self._found[other].items()}
        return Placed(
            place, apart=True, beside={stage: entry for stage, entry in beside.items() if stage not in mine},
            elsewhere={side: other for side, (other, _) in theirs.items()},
            other_mode=next((entry.mode for _, entry in theirs.values()), _FOLDER),
        )  # fmt: skip


def moved_to(renames: Renames, placed: Placed, kind: ConflictKind, old: str | None) -> Mapping[int, str]:
    """Where sides have a file that they do not have here: beside it, or moved away."""
    if kind is ConflictKind.RENAMED_APART:
        return renames.after(old or placed.belongs)
    return placed.elsewhere
