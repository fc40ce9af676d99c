"""How an iteration ends whose worker was killed or could not store its end. It is decided only here: `recover` writes
it down, `unsettled` shows it to look-ups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from ampsm.context import Context
from ampsm.journal.events import AnyEvent, IterationFinished, Warned
from ampsm.journal.view import IterationView, milliseconds
from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import add_usage
from ampsm.model.transitions import state_after_iteration
from ampsm.workflows.session.journal_rows import costs_of, priced
from ampsm.workflows.session.replay import journals


def unsettled_numbers(ctx: Context, session_id: str, rows: Mapping[int, Iteration]) -> list[int]:
    """The iterations that say `running`, or have a journal and no row; all of them, when no worker lives."""
    running = {number for number, row in rows.items() if row.status == "running"}
    return sorted(running | {number for number in journals(ctx, session_id) if number not in rows})


def missing_events(ctx: Context, session_id: str, view: IterationView) -> list[AnyEvent]:
    """What the journal of such an iteration lacks, for whoever writes it to number and stamp; nothing when it was
    ended. The iteration lasted until its last event, however late it is noticed."""
    if view.status != "running":
        return []
    error = UserError(
        "interrupted", "The worker of this iteration was killed", hint=f"amp-sessions iterate {session_id}"
    )
    spent = priced(ctx, view)
    lasted = milliseconds(view.started_at, view.last_at) if view.started_at and view.last_at else None
    return [
        Warned(code="output-cut", message="The worker was killed; what was still in the pipe is lost"),
        IterationFinished(
            status="interrupted", error=error.document(), usage=document(add_usage(part.usage for part in spent)),
            duration_ms=lasted, costs=costs_of(spent),
        ),
    ]  # fmt: skip


def session_after(session: Session, known: Mapping[int, Iteration], ended: Collection[int]) -> Session:
    """A session whose iterations are `known` once those in `ended` are settled: itself, when it does not run and the
    last one is not among them."""
    last = known[max(known)] if known else None
    if session.status != "running" and (last is None or last.number not in ended):
        return session
    if last is None:
        return replace(session, status="awaiting-input")
    state = state_after_iteration(last.status, error_code=last.error_code, test=last.test)
    return replace(
        session, status=state.status, blocked_by_tests=state.blocked_by_tests,
        thread_id=last.thread_id or session.thread_id,
    )  # fmt: skip
