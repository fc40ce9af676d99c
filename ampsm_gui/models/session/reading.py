"""How often the page of a session is read again: its row is cheap to read, a whole view asks git a dozen questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ampsm.context import Context
from ampsm.model.record import document
from ampsm.model.session import Session

_STALE_MS = 2_000  # git may have changed without a word in the store
_COUNTING_MS = 1_200  # of a session at work, figures only
_MOVING_MS = 600  # of a session at work whose agent moves git


@dataclass(frozen=True)
class Reading:
    """What was read. `view` is None when the one from before still holds, or is only due `later`; `changed` says
    whether there is something new for the tabs. `steps` are those of its history, as far as they were counted."""

    session: Session
    queue: tuple[tuple[str, str], ...]
    view: dict[str, Any] | None
    changed: bool
    later: bool = False
    steps: int | None = None


def read_session(ctx: Context, ref: str, before: Reading | None, age_ms: int, moved: bool = False) -> Reading:
    """Reads a session; `before` is what was read last, with a view that is `age_ms` old; git has `moved` since.

    A view is read when anything but figures is new or git has moved, when figures are and it is a second old, or when
    it is some seconds old anyway. Raises as `require_session`.
    """
    from ampsm.workflows.session import queued, require_session
    from ampsm.workflows.status import view_session

    session = require_session(ctx, ref)
    queue = tuple((entry.id, entry.notes) for entry in queued(ctx, session.id))
    running = session.status == "running"
    same = before is not None and before.session == session and before.queue == queue
    if same and not running and not moved and age_ms < _STALE_MS:
        return Reading(session, queue, None, changed=False, steps=before.steps if before else None)
    calm = before is not None and before.queue == queue and _told(before.session) == _told(session)
    if running and calm and age_ms < (_MOVING_MS if moved else _COUNTING_MS):
        return Reading(session, queue, None, changed=True, later=True, steps=before.steps if before else None)
    view = ctx.redactor_at_hand.redact_value(document(view_session(ctx, session.id)))
    return Reading(session, queue, view, changed=True, steps=_steps(ctx, session, before))


def _steps(ctx: Context, session: Session, before: Reading | None) -> int:
    """How many steps the history has. While the same iteration runs as before there are no more: git is not asked."""
    from ampsm.workflows.review import session_history

    if before is not None and before.steps is not None and _at_work(session) == _at_work(before.session) is not None:
        return before.steps
    return len(session_history(ctx, session.id))


def _at_work(session: Session) -> int | None:
    last = session.last_iteration
    return last.number if session.status == "running" and last is not None and last.status == "running" else None


def waits_outside(view: dict[str, Any]) -> bool:
    """Whether only a command of git, or a person who mounts or moves something, leads on from here; or whether files
    have conflicts, which an editor resolves."""
    situation, merge = view["situation"], view.get("merge")
    if situation["command"] or (merge and merge["conflicts"]):
        return True
    return not situation["action"] and not view["session"]["cleanedUpAt"]


def _told(session: Session) -> tuple[object, ...]:
    """All that the head of the page says in words."""
    last = session.last_iteration
    return (
        session.name, session.status, session.model, session.script_command, session.base_branch, session.branch,
        session.blocked_by_tests, session.merged_at, session.cleaned_up_at, last and (last.number, last.status),
    )  # fmt: skip
