"""The note of a cleanup at work, `cleanup.json` beside the session's journals (SPEC section 6).

It is written before anything goes, so that the next command finishes what was killed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs
from ampsm.git.worktree import removal
from ampsm.git.worktree.vacancy import is_vacant, remove_if_empty
from ampsm.model.errors import quoted
from ampsm.model.session import Session, utc_now
from ampsm.system.record_file import Record, RecordFile
from ampsm.workflows.session import session_file
from ampsm.workflows.session.known_tip import forget_tip


class CleanupNote(Record, frozen=True):
    """What is being removed. The worktree is moved to `aside` first, unless it was gone before; `git_dir` is git's
    folder for it, `inode` its own. None stands for what is not there, or stays."""

    tip: str
    worktree: str | None = None
    git_dir: str | None = None
    aside: str | None = None
    inode: int = 0
    branch: str | None = None


def note_file(ctx: Context, session_id: str) -> RecordFile[CleanupNote]:
    """The note of a cleanup that was not finished; the first release wrote `git_dir`."""
    path = ctx.paths.journal_dir(session_id) / "cleanup.json"
    return RecordFile(path, CleanupNote, renamed={"git_dir": "gitDir"})


def finish_killed(ctx: Context, session: Session, on_note: Callable[[str], None]) -> CleanupNote | None:
    """Finishes a cleanup that was killed after the worktree had left its place; one that was killed before has removed
    nothing and is forgotten. Returns what was finished. The caller holds the session."""
    file = note_file(ctx, session.id)
    note = file.load()
    if note is None:
        return None
    if note.worktree is not None and is_vacant(Path(note.worktree)):
        carry_out(ctx, session, note, on_note)
        return note
    _delete_aside(session, note)  # somebody has put a worktree in its place again
    file.remove()
    return None


def carry_out(ctx: Context, session: Session, note: CleanupNote, on_note: Callable[[str], None]) -> None:
    """Removes what the note names, as far as it is there, and records that the session is cleaned up. May be repeated.

    A branch that somebody has moved meanwhile stays, and so do files that this user may not delete; `on_note` is told.
    """
    root = Path(session.repo)
    if note.worktree and note.git_dir:
        removal.forget_worktree(root, Path(note.worktree), Path(note.git_dir))
        remove_if_empty(Path(note.worktree))
    if note.branch:
        try:
            removal.delete_branch(root, note.branch, note.tip)
        except refs.RefMoved:
            on_note(f"the branch {note.branch} was moved meanwhile and stays")
    try:
        _delete_aside(session, note)
    except OSError as error:
        on_note(f"{note.aside} could not be deleted ({error}), the snapshot has it all: {delete_by_hand(note)}")
    forget_tip(session, note.tip)
    session_file.save_session(ctx, session, cleaned_up_at=utc_now())
    note_file(ctx, session.id).remove()


def delete_by_hand(note: CleanupNote) -> str:
    """The command for what this user may not delete."""
    return f"sudo rm -rf {quoted(note.aside)}"


def _delete_aside(session: Session, note: CleanupNote) -> None:
    if note.aside and note.git_dir:
        removal.delete_aside(Path(session.repo), Path(note.aside), git_dir=Path(note.git_dir), inode=note.inode)
