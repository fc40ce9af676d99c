"""What kind of conflict a path has, in a sentence, and what may be chosen for it (SPEC section 12)."""

from __future__ import annotations

from ampsm.git.rewrite.stages import BASE, SESSION, TARGET, Stages
from ampsm.model.conflicts import Choice, ConflictKind

_K, _C = ConflictKind, Choice

#: For files that are merged line by line.
_LINES = (_C.TARGET, _C.SESSION, _C.BOTH, _C.BOTH_REVERSED, _C.BASE, _C.TEXT)


def kind_of(stages: Stages, set_aside: bool, binary: bool) -> ConflictKind:
    """The kind of a conflict by what its sides have. `set_aside`: git gave the path another name, since something of
    another kind has its own; `binary`: it is not merged line by line."""
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


def choices_for(kind: ConflictKind, stages: Stages) -> tuple[Choice, ...]:
    """What makes sense for a file: for each of its hunks, or for all of it where it has none."""
    if has_hunks(kind):
        return _LINES
    if kind in (_K.DELETED_BY_TARGET, _K.DELETED_BY_SESSION):
        return _C.TARGET, _C.SESSION, _C.KEEP, _C.DELETE
    if TARGET in stages and SESSION in stages:
        return _C.TARGET, _C.SESSION
    return _C.KEEP, _C.DELETE


def may_be_chosen(choice: Choice, kind: ConflictKind, stages: Stages) -> bool:
    """Whether a choice can be made for a file; more than is offered, where it can only mean one thing."""
    if choice in choices_for(kind, stages) or choice in (_C.TARGET, _C.SESSION):
        return True
    if choice is _C.BASE:
        return BASE in stages
    if choice is _C.KEEP:
        return not (TARGET in stages and SESSION in stages)
    if choice is _C.TEXT:
        return all(entry.is_file for entry in stages.values())
    return False


def side_chosen(choice: Choice, stages: Stages) -> int | None:
    """The stage of which a file becomes what it is there, by a choice for all of it; None: by deleting it."""
    wanted = {_C.BASE: BASE, _C.TARGET: TARGET, _C.SESSION: SESSION}.get(choice)
    if choice is _C.KEEP:
        wanted = next(stage for stage in (TARGET, SESSION, BASE) if stage in stages)
    return wanted if wanted in stages else None


def mode_chosen(stages: Stages) -> str:
    """The mode of a file whose lines are merged: that which one side changed, else the target's."""
    base, target, session = (stages.get(stage) for stage in (BASE, TARGET, SESSION))
    known = [entry.mode for entry in (target, session) if entry and entry.is_file]
    if base and target and session and base.mode == target.mode:
        return session.mode
    return known[0] if known else "100644"


def sentence_for(kind: ConflictKind, stages: Stages, path: str, old_path: str | None) -> str:
    """What the sides did to a path."""
    renamed = f", once {old_path}" if old_path else ""
    only = "Target" if TARGET in stages else "Session"
    sentences = {
        _K.BOTH_MODIFIED: f"Target and Session changed the same lines of it{renamed}",
        _K.BOTH_ADDED: "Target and Session added it, each with another text",
        _K.DELETED_BY_TARGET: f"Target deleted it, Session changed it{renamed}",
        _K.DELETED_BY_SESSION: f"Session deleted it, Target changed it{renamed}",
        _K.MODE: "Target and Session gave it different modes",
        _K.BINARY: f"Target and Session changed it, and it is not merged line by line{renamed}",
        _K.SUBMODULE: "Target and Session put the submodule at different commits",
        _K.SYMLINK: "Target and Session made the link lead to different places",
        _K.TYPE: "Target and Session have different kinds of files at this path",
        _K.RENAMED_APART: "Target and Session both moved or deleted it",
    }
    if kind is _K.RENAMED_APART and (TARGET in stages or SESSION in stages):
        other = "Session" if only == "Target" else "Target"
        return f"{only} moved {old_path} here, {other} somewhere else" if old_path else f"Only {only} has it here"
    if kind is _K.TYPE and old_path and old_path != path:
        return f"{only} has this file at {old_path}, where the other side has something of another kind"
    said = sentences[kind]
    if has_hunks(kind) and len({stages[TARGET].mode, stages[SESSION].mode, mode_chosen(stages)}) > 1:
        base = stages.get(BASE)
        if base is None or base.mode not in (stages[TARGET].mode, stages[SESSION].mode):
            said += f". Their modes differ too: Target's, {mode_chosen(stages)}, stays"
    return said
