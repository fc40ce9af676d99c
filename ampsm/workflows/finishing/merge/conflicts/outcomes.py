"""What can be made of a file in conflict as a whole, each way once and named by what will be there (SPEC section
12)."""

from __future__ import annotations

from collections.abc import Sequence

from ampsm.journal.results import sizes_words
from ampsm.model.conflicts import Choice, ConflictFile, ConflictKind
from ampsm.model.record import record
from ampsm.workflows.finishing.merge.conflicts.whole import WholeSide, WholeSides

_C, _K = Choice, ConflictKind
_NOUNS = {"120000": "link", "160000": "submodule"}
_FACTS = {
    "100644": "file",
    "100755": "executable file",
    "120000": "symbolic link",
    "160000": "submodule",
}
_KEYS = {_C.TARGET: "1", _C.SESSION: "2", _C.BASE: "0"}
_SIDES = {_C.TARGET: "Target", _C.SESSION: "Session", _C.BASE: "Ancestor"}


@record
class FileOutcome:
    """A choice in `words`, which say what will be there; `same` are all choices that come to the same."""

    choice: Choice
    words: str
    same: frozenset[Choice]

    @property
    def key(self) -> str:
        """That of the side which is taken by it, in the window and on the terminal; nothing where it takes none."""
        return next((key for choice, key in _KEYS.items() if choice in self.same), "")


def outcomes_of(file: ConflictFile) -> tuple[FileOutcome, ...]:
    """What can become of a file without hunks; no two are the same. None of one with hunks."""
    if file.kind in (_K.BOTH_MODIFIED, _K.BOTH_ADDED):
        return ()
    there = [side for side, mode in ((_C.TARGET, file.mode.target), (_C.SESSION, file.mode.session)) if mode]
    if len(there) == 2:
        both = tuple(_outcome(side, _side_words(file, side), side) for side in there)
        if _C.BASE in file.choices:
            both = (*both, _outcome(_C.BASE, _side_words(file, _C.BASE), _C.BASE))
        return (*both, _outcome(_C.DELETE, "Neither", _C.DELETE)) if _C.DELETE in file.choices else both
    if not there:
        return (
            _outcome(_C.KEEP, "Put it back here", _C.KEEP, _C.BASE),
            _outcome(_C.DELETE, "Leave it out", _C.DELETE, _C.TARGET, _C.SESSION),
        )
    (side,) = there
    other = _C.SESSION if side is _C.TARGET else _C.TARGET
    deleted = file.kind in (_K.DELETED_BY_TARGET, _K.DELETED_BY_SESSION)
    keep = f"Keep {_side_words(file, side)}" if deleted else "Keep it here"
    if file.kind is _K.TYPE:
        keep = "Keep it under this name"
    kept = _outcome(_C.KEEP, keep, _C.KEEP, side)
    gone = _outcome(_C.DELETE, "Delete it" if deleted else "Leave it out", _C.DELETE, other)
    return (kept, gone) if side is _C.TARGET else (gone, kept)


def outcome_chosen(file: ConflictFile) -> FileOutcome | None:
    """That which is chosen for a file, if it is one of those."""
    return next((one for one in outcomes_of(file) if file.choice in one.same), None)


def for_merge_tools(file: ConflictFile) -> bool:
    """Whether a merge tool can show a file: git itself asks about others, on a terminal."""
    return all((mode or "").startswith("100") for mode in (file.mode.target, file.mode.session)) and (
        file.kind is not _K.TYPE
    )


def facts_of(sides: WholeSides) -> tuple[str, str, str]:
    """What target, session and ancestor have, in a few words each: `executable file, 48 kB`, `symbolic link to x`."""
    three = (sides.target, sides.session, sides.base)
    sizes = sizes_words([side.size if side and side.mode.startswith("100") else None for side in three])
    target, session, base = (_facts(side, size) for side, size in zip(three, sizes, strict=True))
    return target, session, base


def after_words(file: ConflictFile, facts: Sequence[str]) -> str:
    """What will be there by what is chosen, `facts` being what target, session and ancestor have; nothing while nothing
    is chosen."""
    be = "is" if file.resolved else "will be"
    if file.choice is None:
        return ""
    if file.choice is _C.TEXT:
        return f"There {be} a file of your own"
    chosen: Choice = file.choice
    if (outcome := outcome_chosen(file)) is not None:
        chosen = next((side for side in _SIDES if side in outcome.same and _has(file, side)), _C.DELETE)
    if chosen not in _SIDES or not _has(file, chosen):
        return f"There {be} nothing at this path"
    return f"There {be} {_SIDES[chosen]}'s {facts[list(_SIDES).index(chosen)]}"


def _has(file: ConflictFile, side: Choice) -> bool:
    return {_C.TARGET: file.mode.target, _C.SESSION: file.mode.session, _C.BASE: file.mode.base}[side] is not None


def _outcome(choice: Choice, words: str, *same: Choice) -> FileOutcome:
    return FileOutcome(choice, words, frozenset(same))


def _side_words(file: ConflictFile, side: Choice) -> str:
    mode = {_C.TARGET: file.mode.target, _C.SESSION: file.mode.session}.get(side, file.mode.base) or ""
    if file.kind is _K.MODE:
        return f"{'Executable' if mode == '100755' else 'Not executable'}, as in {_SIDES[side]}"
    noun = "commit" if file.kind is _K.SUBMODULE else _NOUNS.get(mode, "file")
    return f"{_SIDES[side]}'s {noun}"


def _facts(side: WholeSide | None, size: str) -> str:
    if side is None:
        return "not there"
    what = _FACTS.get(side.mode, side.mode)
    if side.commit is not None:
        return f"{what} at {side.commit[:7]}" + (f" {side.subject}" if side.subject else "")
    if side.mode == "120000" and side.content is not None:
        return f"{what} to {side.content.decode('utf-8', 'surrogateescape')}"
    return f"{what}, {size}" if size else what
