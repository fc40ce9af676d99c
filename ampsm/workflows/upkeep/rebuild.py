"""Making the store again from what it is an index of: `session.json`, journals and refs (SPEC section 5).

Everything here may be done twice, or beside commands that work: rows are keyed by what they are about.
"""

from __future__ import annotations

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.store import iterations, sessions, telemetry
from ampsm.system.files import locked
from ampsm.workflows.session import recover, session_file
from ampsm.workflows.session.journal_rows import store_view
from ampsm.workflows.session.merge_records import index_merges
from ampsm.workflows.session.replay import as_ended, first_row, journals, replay


def rebuild(ctx: Context, session_id: str) -> Session:
    """Makes the rows of a session say what its files and journals say, and ends what a killed worker left.

    Rows that a journal does not mention stay. Raises `failed` when there is no `session.json` that can be read.
    """
    session = rebuild_session(ctx, session_id)
    for number in journals(ctx, session_id):
        rebuild_iteration(ctx, session, number)
    index_merges(ctx, session_id)
    if session.status != "running":
        return session
    return recover.settle(ctx, session)


def rebuild_session(ctx: Context, session_id: str) -> Session:
    """Makes the session's row from its `session.json`, or brings it up to date. Raises as `rebuild`."""
    path = ctx.paths.session_file(session_id)
    with locked(path.with_suffix(".lock")):
        session = session_file.known_session(ctx, session_id)
        if session is None:
            raise UserError("failed", f"{path} cannot be read", hint=f"mend or move away {path}")
        row = sessions.session_by_id(ctx.store, session_id)
        if row is None:
            sessions.insert_session(ctx.store, session)
        else:
            session_file.update_row(ctx, row, session_file.as_recorded(ctx, row))
    return sessions.session_by_id(ctx.store, session_id) or session


def rebuild_iteration(ctx: Context, session: Session, number: int) -> None:
    """Makes the iteration's row, tool calls and usage from its journal. One that has not ended stays `running`: whether
    its worker lives is for `recover.settle` to find out."""
    with recover.settling(ctx, session.id):
        found = replay(ctx, session.id, number)
        if not found.begun:
            return
        row = iterations.iteration(ctx.store, session.id, number)
        iteration = row or first_row(session, found.view)
        known = as_ended(session, iteration, found.view) if found.ended else iteration
        with ctx.store.transaction():
            if row is None:
                iterations.insert_iteration(ctx.store, iteration)
            store_view(ctx, iteration, found.view, found.calls, known)
            if row is None and known.test:
                # No journal says to which tree the result belongs, so it never replaces a row that knows.
                telemetry.insert_test_run(ctx.store, session.id, iteration.id, known.test, None, found.view.ended_at)
