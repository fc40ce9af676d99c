"""A session as store, git and processes show it at one moment, and the document of `status` that tells it."""

from __future__ import annotations

from typing import Any

from ampsm.context import Context
from ampsm.model.record import document, record
from ampsm.model.session import Session
from ampsm.store.iterations import iterations_of
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.queue import queued
from ampsm.workflows.status.activity import Activity, activity_of
from ampsm.workflows.status.git_state import GitState, load_git_state
from ampsm.workflows.status.merge_status import merge_document
from ampsm.workflows.status.next_step import next_step


@record
class SessionState:
    """The facts of `status`; `merge` is that part of its document, None when nothing is open."""

    session: Session
    git: GitState
    activity: Activity
    merge: dict[str, Any] | None

    def document(self, ctx: Context) -> dict[str, Any]:
        """The document of `status` (SPEC section 3)."""
        session = self.session
        return {
            "session": document(session),
            "git": self.git.document(),
            "iterations": [document(iteration) for iteration in iterations_of(ctx.store, session.id)],
            "queue": [entry.document() for entry in queued(ctx, session.id)],
            "merge": self.merge,
            "nextStep": next_step(session, self.git, self.activity, self.merge),
        }


def session_status(ctx: Context, ref: str) -> dict[str, Any]:
    """The document of `status`: session, git, iterations, queue, merge and the next step (SPEC section 3)."""
    return read_state(ctx, ref).document(ctx)


def read_state(ctx: Context, ref: str) -> SessionState:
    """What store, git and processes say of a session at one moment. Raises what `require_session` does."""
    session = require_session(ctx, ref)
    git, merge = load_git_state(ctx, session), merge_document(ctx, session)
    return SessionState(session, git, activity_of(ctx, session), merge)
