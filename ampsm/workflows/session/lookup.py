"""Finding and listing sessions (SPEC sections 2 and 3). Nothing is written.

A session whose worker was killed is shown as it will be once a command that writes has settled it: what differs from
its rows is laid over the store, so that whatever is read through the same context agrees.
"""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.session import SESSION_STATUSES, Iteration, Session
from ampsm.store import iterations, sessions


def require_session(ctx: Context, ref: str) -> Session:
    """The session that `ref` names: its id, its name or the beginning of its id (SPEC section 2).

    Raises `no-such-session` (exit 3, with the nearest name) or `ambiguous-session` (exit 2, `details.candidates`).
    """
    ctx.store.unsettled.clear()
    found = sessions.find_sessions(ctx.store, ref) or sessions.find_sessions(ctx.store, " ".join(ref.split()))
    if not found:
        raise _no_such_session(ctx, ref)
    if len(found) > 1:
        candidates = [session.id for session in found]
        message = f"'{ref}' names {len(found)} sessions: {', '.join(candidates)}"
        raise found[0].error("status", "ambiguous-session", message, ref=ref, candidates=candidates)
    return _as_settled(ctx, found)[0]


def require_iteration(ctx: Context, session: Session, number: int) -> Iteration:
    """An iteration of a session. Raises `no-such-iteration` (exit 3)."""
    found = iterations.iteration(ctx.store, session.id, number)
    if found is None:
        message = f"Session {session.id} has no iteration {number}; it has {session.iterations or 'none yet'}"
        raise session.error("status", "no-such-iteration", message, iteration=number, iterations=session.iterations)
    return found


def list_sessions(
    ctx: Context, *, repo: str | None = None, status: str | None = None, include_cleaned: bool = False
) -> list[Session]:
    """Sessions, newest activity first; `repo` is any path inside their repository. Raises `not-a-repository` (exit 3)
    or `invalid-value` for an unknown status word (exit 2)."""
    if status is not None and status not in SESSION_STATUSES:
        raise UserError(
            "invalid-value", f"'{status}' is no session status; valid: {', '.join(SESSION_STATUSES)}",
            hint=f"amp-sessions list --status {SESSION_STATUSES[0]}", details={"valid": list(SESSION_STATUSES)},
        )  # fmt: skip
    ctx.store.unsettled.clear()
    found = _as_settled(ctx, _of_repository(ctx, repo, include_cleaned))
    return found if status is None else [session for session in found if session.status == status]


def notice_dead_workers(ctx: Context) -> None:
    """For callers that read figures of all sessions from the store without listing them: they then agree with `list`,
    also about sessions whose worker was killed."""
    ctx.store.unsettled.clear()
    for session_id in sessions.running_ids(ctx.store):
        _notice_dead_worker(ctx, session_id)


def _of_repository(ctx: Context, repo: str | None, include_cleaned: bool) -> list[Session]:
    if repo is None:
        return sessions.session_rows(ctx.store, include_cleaned=include_cleaned)
    # The recorded path itself needs no git, and also serves when the repository is gone.
    found = sessions.session_rows(ctx.store, include_cleaned=include_cleaned, repo=os.path.realpath(repo))
    if found:
        return found
    from ampsm.git import repository

    root = repository.main_root(Path(repo))
    return sessions.session_rows(ctx.store, include_cleaned=include_cleaned, repo=str(root))


def _as_settled(ctx: Context, found: list[Session]) -> list[Session]:
    """The sessions, after noticing whose workers were killed."""
    journals = str(ctx.paths.journals_dir)
    for session in found:
        if _says_running(session) or _has_unknown_journal(journals, session):
            _notice_dead_worker(ctx, session.id)
    return sessions.as_settled(ctx.store, found)


def _notice_dead_worker(ctx: Context, session_id: str) -> None:
    from ampsm.workflows.session.unsettled import unsettled_session

    if (settled := unsettled_session(ctx, session_id)) is not None:
        ctx.store.unsettled[session_id] = settled


def _says_running(session: Session) -> bool:
    last = session.last_iteration
    return session.status == "running" or (last is not None and last.status == "running")


def _has_unknown_journal(journals: str, session: Session) -> bool:
    """Whether an iteration has a journal and no row yet: its worker begins, or was killed in that moment."""
    number = session.last_iteration.number if session.last_iteration else 0
    return os.access(f"{journals}/{session.id}/iteration-{number + 1:04d}.jsonl", os.F_OK)


def _no_such_session(ctx: Context, ref: str) -> UserError:
    import difflib

    names = {word.lower(): word for pair in sessions.session_names(ctx.store) for word in reversed(pair)}
    near = difflib.get_close_matches(ref.lower(), names, n=1, cutoff=0.5)
    nearest = names[near[0]] if near else None
    question = f" Did you mean '{nearest}'?" if nearest else ""
    return UserError(
        "no-such-session", f"There is no session '{ref}'.{question}", hint="amp-sessions list",
        details={"ref": ref, "nearest": nearest},
    )  # fmt: skip
