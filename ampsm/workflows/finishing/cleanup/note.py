"""The note of a cleanup at work, `cleanup.json` beside the session's journals (SPEC section 6).

It is written before anything goes, so that the next command finishes what was killed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, removal
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session, utc_now
from ampsm.system.files import atomic_write, sync_directory
from ampsm.workflows.session import session_file


@record
class CleanupNote:
    """What is being removed. The worktree is moved to `aside` first, unless it was gone before; `git_dir` is git's
    folder for it, `inode` its own. None stands for what is not there, or stays."""

    tip: str
    worktree: str | None = None
    git_dir: str | None = None
    aside: str | None = None
    inode: int = 0
    branch: str | None = None


def save_note(ctx: Context, session: Session, note: CleanupNote) -> None:
    """Writes the note to the disk."""
    document = {field.name: getattr(note, field.name) for field in fields(CleanupNote)}
    atomic_write(_file(ctx, session), json.dumps(document).encode(), mode=0o600)


def load_note(ctx: Context, session: Session) -> CleanupNote | None:
    """The note of a cleanup that was not finished; None when there is none. Raises `failed` for one that cannot be
    read: that is never taken for "none"."""
    path = _file(ctx, session)
    try:
        return CleanupNote(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise UserError("failed", f"{path} cannot be read: {error}", hint=f"look at {path}") from None


def finish_killed(ctx: Context, session: Session, on_note: Callable[[str], None]) -> CleanupNote | None:
    """Finishes a cleanup that was killed after the worktree had left its place; one that was killed before has removed
    nothing and is forgotten. Returns what was finished. The caller holds the session."""
    note = load_note(ctx, session)
    if note is None:
        return None
    if note.worktree is not None and not os.path.lexists(note.worktree):
        carry_out(ctx, session, note, on_note)
        return note
    _delete_aside(Path(session.repo), note)  # somebody has put a worktree in its place again
    _forget(ctx, session)
    return None


def carry_out(ctx: Context, session: Session, note: CleanupNote, on_note: Callable[[str], None]) -> None:
    """Removes what the note names, as far as it is there, and records that the session is cleaned up. May be repeated.

    A branch that somebody has moved meanwhile stays, which `on_note` is told.
    """
    root = Path(session.repo)
    if note.worktree and note.git_dir:
        removal.forget_worktree(root, Path(note.worktree), Path(note.git_dir))
    if note.branch:
        _delete_branch(root, note.branch, note.tip, on_note)
    _delete_aside(root, note)
    session_file.save_session(ctx, session, cleaned_up_at=utc_now())
    _forget(ctx, session)


def _delete_aside(root: Path, note: CleanupNote) -> None:
    if note.aside and note.git_dir:
        removal.delete_aside(root, Path(note.aside), git_dir=Path(note.git_dir), inode=note.inode)


def _delete_branch(root: Path, branch: str, tip: str, on_note: Callable[[str], None]) -> None:
    try:
        removal.delete_branch(root, branch, tip)
    except refs.RefMoved:
        on_note(f"the branch {branch} was moved meanwhile and stays")


def _forget(ctx: Context, session: Session) -> None:
    path = _file(ctx, session)
    path.unlink(missing_ok=True)
    sync_directory(path.parent)


def _file(ctx: Context, session: Session) -> Path:
    return ctx.paths.journal_dir(session.id) / "cleanup.json"
