"""Everything the page of a session shows in its header, read in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git import shortstat
from ampsm.git.diff import diff
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.system.test_leftovers import unchanged_leftovers
from ampsm.workflows.status.availability import availability
from ampsm.workflows.status.git_state import GitState
from ampsm.workflows.status.situation import judge


def view_session(ctx: Context, ref: str) -> dict[str, Any]:
    """The document of `status` with three parts more: `situation` {sentence, action, label}, `change` {files,
    insertions, deletions} against the branch point or null, `actions` {name: null, or why it cannot work now}."""
    from ampsm.workflows.status.session_state import read_state

    state = read_state(ctx, ref)
    session, git, activity, merge = state.session, state.git, state.activity, state.merge
    return {
        **state.document(ctx),
        "situation": judge(session, git, activity, merge).document(),
        "change": _change(session, git),
        "actions": availability(session, git, activity, merge, _undoable(ctx, session)),
    }


def _change(session: Session, git: GitState) -> dict[str, int] | None:
    if git.merge_base is None or not git.worktree_there:
        return None
    try:
        if not git.untracked:
            return shortstat.shortstat(session.worktree, git.merge_base)
        # New files count too, which takes git an index of its own.
        found = diff(
            Path(session.worktree), base=git.merge_base, leave_out=unchanged_leftovers(session), patch=False
        ).files
        return {
            "files": len(found),
            "insertions": sum(file.insertions or 0 for file in found),
            "deletions": sum(file.deletions or 0 for file in found),
        }
    except (UserError, OSError):
        return None


def _undoable(ctx: Context, session: Session) -> bool | None:
    from ampsm.workflows.session.undo_stack import undo_list

    try:
        found = undo_list(ctx, session.id)
    except (UserError, OSError):
        return None
    return found[0].undoable if found else None
