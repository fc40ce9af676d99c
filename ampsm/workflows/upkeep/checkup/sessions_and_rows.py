"""Sessions: their own facts (`session.json`, the truth) against their rows in the store (the index)."""

from __future__ import annotations

from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.session import queue, recover, session_file
from ampsm.workflows.session.creation import pending
from ampsm.workflows.session.replay import journals
from ampsm.workflows.upkeep import rebuild
from ampsm.workflows.upkeep.checkup.findings import ERROR, WARNING, Checkup, Finding, Findings


def check(checkup: Checkup) -> Findings:
    half_made = pending(checkup.ctx)
    rows = {session.id: session for session in checkup.sessions()}
    for session_id in sorted({*session_file.known_ids(checkup.ctx), *rows}):
        if session_id in half_made and not journals(checkup.ctx, session_id):
            continue
        yield from _session(checkup, session_id, rows.get(session_id))
        yield from _queue(checkup, session_id)


def _session(checkup: Checkup, session_id: str, row: Session | None) -> Findings:
    ctx, path = checkup.ctx, checkup.ctx.paths.session_file(session_id)
    if path.exists() and session_file.known_session(ctx, session_id) is None:
        yield Finding(
            "facts-unreadable", ERROR, session_id,
            f"{path}, which holds the session's own facts, cannot be read.",
            f"mend it, or move it away: mv '{path}' '{path}.broken' ; then amp-sessions doctor --fix",
        )  # fmt: skip
    elif not path.exists() and row is not None:
        yield Finding(
            "facts-missing", WARNING, session_id,
            f"{path} is gone; without it the session cannot be brought back when the database is lost.",
            "doctor --fix writes it again from the database", lambda: session_file.write_facts(ctx, row),
        )  # fmt: skip
    elif not path.exists() and (numbers := journals(ctx, session_id)):
        yield Finding(
            "session-unknown", WARNING, session_id,
            f"There are {len(numbers)} journals of a session that neither a session.json nor the database knows.",
            f"put back its session.json, or, when nobody needs them, remove them: ls '{path.parent}'",
        )  # fmt: skip
    elif path.exists() and row is None and checkup.store is not None:
        yield Finding(
            "session-without-row", ERROR, session_id,
            "The session has its facts and journals, but the database does not know it.",
            "doctor --fix makes its rows again from session.json, journals and refs",
            lambda: rebuild.rebuild(ctx, session_id),
        )  # fmt: skip
    elif row is not None and checkup.store is not None and (changed := session_file.differences(ctx, row)):
        if recover.worker_lives(ctx, session_id):
            return  # while the store cannot be written its facts go ahead
        yield Finding(
            "session-differs", WARNING, session_id,
            f"The database says something else than session.json about: {', '.join(changed)}.",
            "doctor --fix makes the database say what session.json says",
            lambda: rebuild.restore_session(ctx, session_id),
        )  # fmt: skip


def _queue(checkup: Checkup, session_id: str) -> Findings:
    try:
        queue.queued(checkup.ctx, session_id)
    except UserError as error:
        yield Finding("queue-unreadable", ERROR, session_id, f"Its follow-ups: {error.message}", error.hint)
