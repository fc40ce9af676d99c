"""What the sides did to a path, in a sentence (SPEC section 12)."""

from __future__ import annotations

from collections.abc import Mapping

from ampsm.git.rewrite.stages import BASE, SESSION, TARGET, Stages
from ampsm.model.conflicts import ConflictKind
from ampsm.workflows.finishing.merge.conflicts.kinds import has_hunks, mode_chosen

_K = ConflictKind
_NAMES = {TARGET: "Target", SESSION: "Session"}
_WHAT = {
    "100644": "a file",
    "100755": "an executable file",
    "120000": "a symbolic link",
    "160000": "a submodule",
    "040000": "a folder",
}


def sentence_for(
    kind: ConflictKind, stages: Stages, path: str, old_path: str | None, elsewhere: Mapping[int, str], other_mode: str
) -> str:
    """`elsewhere` is where the sides have it that do not have it here; `other_mode` that of what the other side has
    where this file belongs."""
    if kind is _K.TYPE:
        return _of_types(stages, path, old_path, elsewhere, other_mode)
    if kind is _K.RENAMED_APART:
        return _of_moves(stages, path, old_path, elsewhere)
    if kind in (_K.DELETED_BY_TARGET, _K.DELETED_BY_SESSION):
        return _of_deletion(stages, old_path)
    both = BASE in stages
    what = "changed" if both else "added"
    sentences = {
        _K.BOTH_MODIFIED: "Target and Session changed the same lines of it",
        _K.BOTH_ADDED: "Target and Session added it, each with another text",
        _K.MODE: "Target and Session have the same file, but not with the same mode",
        _K.BINARY: f"Target and Session {what} it, and it is not merged line by line",
        _K.SUBMODULE: "Target and Session put the submodule at different commits",
        _K.SYMLINK: f"Target and Session {what} the link, and it leads to different places",
    }
    said = sentences[kind] + (f"; it was {old_path} before" if old_path else "")
    if kind is _K.MODE:
        return f"{said}: {_executable(stages, TARGET)}, {_executable(stages, SESSION)}"
    if has_hunks(kind) and len({stages[TARGET].mode, stages[SESSION].mode, mode_chosen(stages)}) > 1:
        base = stages.get(BASE)
        if base is None or base.mode not in (stages[TARGET].mode, stages[SESSION].mode):
            mode = _be(mode_chosen(stages))
            said += f". Their modes differ too: as in Target, it will {mode}, unless all of it is Session's"
    return said


def _of_deletion(stages: Stages, old_path: str | None) -> str:
    side = TARGET if TARGET in stages else SESSION
    gone, there = _NAMES[SESSION if side == TARGET else TARGET], _NAMES[side]
    deeds = []
    if stages[BASE].blob != stages[side].blob:
        deeds.append("changed it")
    if stages[BASE].mode != stages[side].mode:
        deeds.append(_made(stages[BASE].mode, stages[side].mode))
    if old_path:
        deeds.append(f"moved it here from {old_path}")
    return f"{gone} deleted it, {there} {' and '.join(deeds) or 'has it'}"


def _of_moves(stages: Stages, path: str, old_path: str | None, elsewhere: Mapping[int, str]) -> str:
    def moved(side: int) -> str:
        return f"{_NAMES[side]} moved it to {elsewhere[side]}" if side in elsewhere else f"{_NAMES[side]} deleted it"

    only = next((side for side in (TARGET, SESSION) if side in stages), None)
    if only is None:
        if not elsewhere:
            return "Target and Session both moved or deleted it"
        return f"{moved(TARGET)}, {moved(SESSION)}"
    name, other = _NAMES[only], SESSION if only == TARGET else TARGET
    if old_path is None:
        return f"Only {name} has it here"
    if old_path.rpartition("/")[2] == path.rpartition("/")[2] and other not in elsewhere:
        return f"{name} has it as {old_path}, and {_NAMES[other]} moved the folder, so that it may belong here"
    there = f"to {elsewhere[other]}" if other in elsewhere else "elsewhere"
    return f"{name} moved {old_path} here, {_NAMES[other]} {there}"


def _of_types(stages: Stages, path: str, old_path: str | None, elsewhere: Mapping[int, str], other_mode: str) -> str:
    if TARGET in stages and SESSION in stages:
        return f"Target has {_WHAT[stages[TARGET].mode]} here, Session {_WHAT[stages[SESSION].mode]}"
    side = TARGET if TARGET in stages else SESSION
    other = SESSION if side == TARGET else TARGET
    mine, name, theirs = _WHAT.get(stages[side].mode, "a file"), _NAMES[side], _WHAT.get(other_mode, "something else")
    if old_path is not None:
        return (
            f"{name} has {mine} at {old_path}, where {_NAMES[other]} has {theirs}. Git has put {name}'s beside it, "
            "under this name"
        )
    beside = f". Git has put {_NAMES[other]}'s beside it, at {elsewhere[other]}" if other in elsewhere else ""
    return f"{name} has {mine} here, {_NAMES[other]} {theirs}{beside}"


def _executable(stages: Stages, side: int) -> str:
    return f"{_NAMES[side]}'s is {'executable' if stages[side].mode == '100755' else 'not executable'}"


def _be(mode: str) -> str:
    return "be executable" if mode == "100755" else "not be executable"


def _made(before: str, after: str) -> str:
    """What a side did that gave a file another mode."""
    if before.startswith("100") and after.startswith("100"):
        return "made it executable" if after == "100755" else "made it not executable"
    return f"made {_WHAT.get(after, 'something else')} of it"
