"""What is read of one session: the document of `status`, what its page in the desktop app shows, what to type next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.model.session import Session
from ampsm.store.iterations import iterations_of
from ampsm.workflows.session.queue import queued
from ampsm.workflows.status import wording
from ampsm.workflows.status.condition import condition_of
from ampsm.workflows.status.git_state import GitState, load_git_state
from ampsm.workflows.status.merge_status import merge_status
from ampsm.workflows.status.observed import Observed, observe
from ampsm.workflows.status.wording import Situation


def session_status(ctx: Context, ref: str) -> dict[str, Any]:
    """The document of `status`: session, git, iterations, queue, merge and the next step (SPEC section 3)."""
    return _status(ctx, observe(ctx, ref))


def session_situation(ctx: Context, ref: str) -> Situation:
    """What one session waits for, as the desktop app says it. Raises what `require_session` does."""
    return wording.situation(condition_of(observe(ctx, ref)))


def next_command(ctx: Context, session: Session) -> str:
    """What to type after a command that has left the session like this. Git is asked where a person has to see to
    something."""
    waits = session.status == "awaiting-input"
    git = load_git_state(ctx, session) if waits else None
    return wording.next_command(
        condition_of(Observed(session, git, merge=merge_status(ctx, session) if waits else None))
    )


def view_session(ctx: Context, ref: str) -> dict[str, Any]:
    """The document of `status` with three parts more: `situation` {sentence, action, label}, `change` {files,
    insertions, deletions} against the branch point or null, `actions` {name: null, or why it cannot work now}."""
    from ampsm.workflows.status.availability import availability

    observed = observe(ctx, ref)
    observed = replace(observed, undoable=_undoable(ctx, observed.session))
    return {
        **_status(ctx, observed),
        "situation": wording.situation(condition_of(observed)).document(),
        "change": _change(observed.session, observed.git or GitState()),
        "actions": availability(observed),
    }


def _status(ctx: Context, observed: Observed) -> dict[str, Any]:
    session = observed.session
    return {
        "session": document(session),
        "git": (observed.git or GitState()).document(),
        "iterations": [document(iteration) for iteration in iterations_of(ctx.store, session.id)],
        "queue": [entry.document() for entry in queued(ctx, session.id)],
        "merge": observed.merge.document() if observed.merge else None,
        "nextStep": wording.next_step(condition_of(observed)),
    }


def _change(session: Session, git: GitState) -> dict[str, int] | None:
    from ampsm.git import shortstat
    from ampsm.git.diff import diff
    from ampsm.system.test_leftovers import unchanged_leftovers

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
