"""What kind of conflict a path has, and what may be chosen for it (SPEC section 12)."""

from __future__ import annotations

from ampsm.git.rewrite.stages import BASE, SESSION, TARGET, StagedEntry, Stages
from ampsm.model.conflicts import Choice, ConflictKind

_K, _C = ConflictKind, Choice

#: For files that are merged line by line.
_LINES = (_C.TARGET, _C.SESSION, _C.BOTH, _C.BOTH_REVERSED, _C.BASE, _C.TEXT)


def kind_of(stages: Stages, set_aside: bool, binary: bool) -> ConflictKind:
    """The kind of a conflict by what its sides have. `set_aside`: they have different kinds of files there, and git
    gave one of the two another name; `binary`: it is not merged line by line."""
    base, target, session = (stages.get(stage) for stage in (BASE, TARGET, SESSION))
    if set_aside:
        return _K.TYPE
    if target is None or session is None:
        if base is None or (target is None and session is None):
            return _K.RENAMED_APART
        return _K.DELETED_BY_SESSION if session is None else _K.DELETED_BY_TARGET
    if target.is_submodule and session.is_submodule:
        return _K.SUBMODULE
    if (target.is_file, target.is_link) != (session.is_file, session.is_link):
        return _K.TYPE
    if target.is_link:
        return _K.SYMLINK
    if target.blob == session.blob or (base and base.blob in (target.blob, session.blob)):
        return _K.MODE
    if binary:
        return _K.BINARY
    return _K.BOTH_MODIFIED if base and base.is_file else _K.BOTH_ADDED


def has_hunks(kind: ConflictKind) -> bool:
    """Whether files of this kind are merged line by line."""
    return kind in (_K.BOTH_MODIFIED, _K.BOTH_ADDED)


def choices_for(kind: ConflictKind, stages: Stages, beside: Stages) -> tuple[Choice, ...]:
    """What makes sense for a file: for each of its hunks, or for all of it where it has none. `beside` is what the
    sides have of the path that was put under another name."""
    if has_hunks(kind):
        return _LINES
    if kind in (_K.DELETED_BY_TARGET, _K.DELETED_BY_SESSION):
        return _C.TARGET, _C.SESSION, _C.KEEP, _C.DELETE
    if TARGET in stages and SESSION in stages:
        apart = kind in (_K.BINARY, _K.SYMLINK, _K.SUBMODULE) and BASE in stages  # else it is like a side, or no file
        return (_C.TARGET, _C.SESSION, _C.BASE) if apart else (_C.TARGET, _C.SESSION)
    return (_C.TARGET, _C.SESSION, _C.DELETE) if beside else (_C.KEEP, _C.DELETE)


def may_be_chosen(choice: Choice, kind: ConflictKind, stages: Stages, beside: Stages) -> bool:
    """Whether a choice can be made for a file; more than is offered, where it can only mean one thing."""
    if choice in choices_for(kind, stages, beside) or choice in (_C.TARGET, _C.SESSION):
        return True
    if choice is _C.BASE:
        return BASE in stages or BASE in beside
    if choice is _C.KEEP:
        return not (TARGET in stages and SESSION in stages)
    if choice is _C.TEXT:
        return all(entry.is_file for entry in stages.values())
    return False


def entry_chosen(choice: Choice, stages: Stages, beside: Stages) -> StagedEntry | None:
    """What a path becomes by a choice for all of the file; None: nothing."""
    if choice is _C.KEEP:
        return next(stages[stage] for stage in (TARGET, SESSION, BASE) if stage in stages)
    stage = {_C.BASE: BASE, _C.TARGET: TARGET, _C.SESSION: SESSION}.get(choice, 0)
    return stages.get(stage) or beside.get(stage)


def mode_chosen(stages: Stages, blob: str = "") -> str:
    """The mode of a file whose lines are merged into `blob`: that which one side changed; where both did, the target's,
    unless the file becomes what the session has."""
    base, target, session = (stages.get(stage) for stage in (BASE, TARGET, SESSION))
    known = [entry.mode for entry in (target, session) if entry and entry.is_file]
    if base and target and session and base.mode == target.mode:
        return session.mode
    if target and session and session.blob == blob != target.blob and (base is None or base.mode != session.mode):
        return session.mode
    return known[0] if known else "100644"
