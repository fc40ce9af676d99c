"""Which commands can work on a session now, and why the others cannot (what their buttons say when they are grey)."""

from __future__ import annotations

import os
from typing import Any

from ampsm.model.session import Session
from ampsm.workflows.session.left_work import has_work_left
from ampsm.workflows.status.activity import Activity
from ampsm.workflows.status.git_state import GitState

#: The commands that are judged, by their names.
ACTIONS = (
    "iterate", "stop", "run", "squash", "rebase", "merge", "continue-merge", "abort-merge", "undo", "cleanup",
    "restore", "commit",
)  # fmt: skip

_CLEANED = "This session is cleaned up; restore it first"


def availability(
    session: Session,
    git: GitState,
    activity: Activity,
    merge: dict[str, Any] | None,
    undoable: bool | None,
) -> dict[str, str | None]:
    """For every action None when it can work, else one short sentence why it cannot. `undoable`: whether the last
    operation can be undone; None when there is none.

    Only what is known without trying is judged: a command may still refuse for what it finds.
    """
    if session.cleaned_up_at:
        return {name: None if name == "restore" else _CLEANED for name in ACTIONS}
    busy = _busy(session, activity)
    gone = _gone(git)
    held = gone or busy
    # What an interrupted iteration left is no dirt: whatever rewrites commits it first (SPEC section 5.6).
    left = git.dirty and session.last_iteration is not None and has_work_left(session.last_iteration)
    dirty = None if left else _dirty(git)
    rewriting = held or _open(merge) or dirty
    return {
        # While one runs, what is said is queued; what a killed worker left running is ended first.
        "iterate": gone or (None if activity.orphans or activity.doing == "iteration" else busy),
        "stop": _not_stoppable(activity),
        "run": held or (None if session.script_command else "This session has no test script"),
        "squash": rewriting or _nothing_to_rewrite(git),
        "rebase": held or _open(merge) or _no_base(session) or dirty,
        "merge": held or _no_base(session) or rewriting or (None if left else _nothing_to_rewrite(git)),
        "continue-merge": held or _none_open(merge),
        "abort-merge": held or _none_open(merge),
        "undo": held or _open(merge) or _not_undoable(undoable) or _dirty(git),
        "cleanup": busy or _open(merge),
        "restore": _not_restorable(session, git, busy),
        "commit": held or (None if git.dirty else "The worktree has nothing to commit"),
    }


def _busy(session: Session, activity: Activity) -> str | None:
    if activity.orphans:
        return "What a killed iteration had started still runs; stop it first"
    if session.status == "running" or activity.doing == "iteration":
        return "An iteration is running"
    if activity.doing == "test":
        return "The test script is running"
    return "A command is at work in this session" if activity.holder else None


def _not_stoppable(activity: Activity) -> str | None:
    if activity.orphans or activity.doing in ("iteration", "test"):
        return None
    return "What is at work now ends by itself" if activity.holder else "Nothing is running"


def _gone(git: GitState) -> str | None:
    if not git.repository_there:
        return "The repository cannot be read"
    if not git.branch_there:
        return "The branch is gone"
    return None if git.worktree_there else "The worktree is gone"


def _not_restorable(session: Session, git: GitState, busy: str | None) -> str | None:
    lost = git.branch_there and not git.worktree_there and not os.path.lexists(session.worktree)
    return busy if lost else "This session is not cleaned up"


def _open(merge: dict[str, Any] | None) -> str | None:
    return f"A {merge['operation']} is open; continue or abort it first" if merge else None


def _none_open(merge: dict[str, Any] | None) -> str | None:
    return None if merge else "No merge or rebase is open"


def _no_base(session: Session) -> str | None:
    return None if session.base_branch else "The session has no base branch; use the command with --onto"


def _nothing_to_rewrite(git: GitState) -> str | None:
    return None if git.ahead or git.ahead is None else "The session has no commits of its own"


def _dirty(git: GitState) -> str | None:
    return "The worktree has changes that are not committed" if git.dirty else None


def _not_undoable(undoable: bool | None) -> str | None:
    if undoable is None:
        return "There is no squash, rebase or merge to undo"
    return None if undoable else "The branch or its target has moved since; nothing can be undone"
