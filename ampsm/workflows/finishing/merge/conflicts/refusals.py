"""Why a file in conflict cannot be resolved yet, and the command that helps (SPEC section 12)."""

from __future__ import annotations

from pathlib import Path

from ampsm.git.content.new_markers import first_new_marker
from ampsm.model.arguments import pathspec
from ampsm.model.errors import UserError, quoted
from ampsm.model.phrases import counted
from ampsm.workflows.finishing.merge.conflicts.conflicted import Conflicted
from ampsm.workflows.finishing.merge.conflicts.drafts import FileDraft
from ampsm.workflows.finishing.merge.conflicts.files import marker_in
from ampsm.workflows.finishing.merge.conflicts.laid import laid
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop


def left_open(stop: ConflictStop, file: Conflicted, draft: FileDraft) -> str | None:
    """What is still to be chosen, in words."""
    if not file.has_hunks:
        return None if draft.choice is not None else "nothing is chosen for it"
    text = laid(stop.root, file)
    left, of = len(text.left_open(draft)), len(text.conflicts)
    return f"{left} of {counted(of, 'hunk')} {'is' if left == 1 else 'are'} open" if left else None


def edited_outside(stop: ConflictStop, file: Conflicted, *, chosen: bool = True) -> UserError:
    """The error where somebody else has changed a file (exit 5): `chosen`, there is something else to be taken."""
    what = "staged" if file.resolved else "edited"
    keep = f"to take the file as it is: {stop.command('resolve', file.path, '--outside')}"
    other = f"to take what was chosen: {stop.command('resolve', file.path, '--draft')}"
    if not chosen:
        other = f"to choose: {stop.command('resolve', file.path)}"
    return UserError(
        "edited-outside", f"{file.path} was {what} by somebody else since git stopped; nothing is written over it",
        hint=f"{keep}, or {other}",
        details={"path": file.path},
    )  # fmt: skip


def require_no_markers(stop: ConflictStop, file: Conflicted, content: bytes, cure: str, how: str) -> None:
    """Raises `conflicts` (exit 4) where a text has a marker that no side had; `cure` and then `how` help."""
    if (line := marker_in(stop, file, content)) is not None:
        raise UserError(
            "conflicts", f"{file.path} still has a conflict marker in line {line}",
            hint=f"{cure}, then: {stop.command('resolve', file.path, how)}",
            details={"path": file.path, "line": line},
        )  # fmt: skip


def choose_again(stop: ConflictStop, file: Conflicted, draft: FileDraft) -> str:
    """How the text of one's own is taken back that brings a marker, in words for a hint."""
    own = [hunk for hunk in draft.hunks if first_new_marker((hunk.text or "").encode(), b"", b"", b"", file.rules.size)]
    of_hunks = [word for hunk in own for word in ("--hunk", str(hunk.n))]
    return f"to choose again: {stop.command('resolve', file.path, '--undo', *of_hunks)}"


def require_stageable(stop: ConflictStop, file: Conflicted, place: Path) -> None:
    """Raises `files-in-the-way` (exit 5) where git could not stage what is there under this name."""
    if place.is_symlink() or place.is_file() or not place.exists() or (place / ".git").exists():
        return
    add = f"git -C {quoted(stop.worktree)} add -- {pathspec(file.path)}"
    what, cure = "a folder", f"to stage what is in it: {add}"
    if not place.is_dir():
        what, cure = "a pipe or device", f"rm {quoted(place)}"
    raise UserError(
        "files-in-the-way", f"At {file.path} is {what}, which cannot be staged as it is", hint=cure,
        details={"path": file.path},
    )  # fmt: skip
