"""Settling what a killed worker left behind: its iteration becomes `interrupted`, nothing it recorded is lost.

The journal's tail is replayed through the same fold that the live path uses; rows are keyed by (iteration, seq), so a
replay changes nothing that is already there (SPEC section 5, "Crash-proof").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git import commits, refs, repository
from ampsm.journal.events import IterationFinished, Warned
from ampsm.journal.follower import read_events
from ampsm.journal.view import IterationView
from ampsm.journal.writer import JournalWriter
from ampsm.model.errors import UserError
from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import ToolCall, add_usage
from ampsm.model.transitions import state_after_iteration
from ampsm.store import iterations, sessions
from ampsm.system.files import locked
from ampsm.system.locks import lock_holder
from ampsm.workflows import facts
from ampsm.workflows.recording import priced, store_view

_JOURNAL = re.compile(r"iteration-(\d+)\.jsonl")


def settle(ctx: Context, session: Session) -> Session:
    """What a command that only looks does about a session that says `running`: nothing while its worker lives, else
    the iteration is settled. Processes that the dead worker left are not touched."""
    if _worker_lives(ctx, session):
        return session
    with _settling(ctx, session):
        # A worker that started meanwhile has settled already.
        return session if _worker_lives(ctx, session) else _settle(ctx, session)


def settle_held(ctx: Context, session: Session) -> Session:
    """What a command that holds the session does first: iterations that a killed worker left are settled. Returns the
    session as it is now."""
    with _settling(ctx, session):
        return _settle(ctx, sessions.session_by_id(ctx.store, session.id) or session)


def next_number(ctx: Context, session: Session, earlier: Sequence[Iteration]) -> int:
    """The number of the next iteration: one that neither a row nor a journal has."""
    return max([0, *(iteration.number for iteration in earlier), *_journals(ctx, session.id)]) + 1


def _worker_lives(ctx: Context, session: Session) -> bool:
    holder = lock_holder(ctx.paths.lock(session.id))
    return holder is not None and holder.alive


def _settling(ctx: Context, session: Session) -> AbstractContextManager[bool]:
    """One process at a time ends the journals of a session: its lock does not do, an orphan may still hold it."""
    return locked(ctx.paths.lock(session.id).with_suffix(".settle"))


def _settle(ctx: Context, session: Session) -> Session:
    known = {iteration.number: iteration for iteration in iterations.iterations_of(ctx.store, session.id)}
    unsettled = [n for n in _journals(ctx, session.id) if n not in known or known[n].status == "running"]
    unsettled += [n for n, iteration in known.items() if iteration.status == "running" and n not in unsettled]
    for number in sorted(unsettled):
        iteration = _settle_iteration(ctx, session, number, known.get(number))
        if iteration is not None:
            session = facts.save_session(ctx, session, **_session_after(iteration))
    if session.status == "running":
        session = facts.save_session(ctx, session, status="awaiting-input")
    return sessions.session_by_id(ctx.store, session.id) or session


def _settle_iteration(ctx: Context, session: Session, number: int, row: Iteration | None) -> Iteration | None:
    """Ends an iteration in journal and store: as it ended, if its journal says so, else as `interrupted`."""
    view, calls = _replay(ctx, session.id, number)
    if view.started_at is None and row is None:
        return None
    if view.status is None or view.status == "running":
        _end_journal(ctx, session.id, number, view)
        view, calls = _replay(ctx, session.id, number)
    iteration = row or Iteration(
        id=f"{session.id}/{number}", number=number, session_id=session.id, status="running",
        started_at=view.started_at or session.created_at, prompt=view.prompt or "", start_sha=view.start_sha or "",
        model_requested=view.model_requested, thread_id=view.thread_id,
    )  # fmt: skip
    if row is None:
        iterations.insert_iteration(ctx.store, iteration)
    columns: dict[str, Any] = {
        "status": view.status, "ended_at": view.ended_at, "error": view.error, "test": view.test,
        "duration_ms": view.duration_ms, "hook_output": _hook_output(view), **_changes(session, view),
    }  # fmt: skip
    store_view(ctx, iteration.id, view, calls, **columns)
    return replace(iteration, **columns, thread_id=view.thread_id)


def _replay(ctx: Context, session_id: str, number: int) -> tuple[IterationView, list[ToolCall]]:
    view = IterationView(number)
    calls: dict[int, ToolCall] = {}
    path = ctx.paths.journal(session_id, number)
    for event in read_events(path) if path.exists() else ():
        for call in view.apply(event):
            calls[call.seq] = call
    return view, list(calls.values())


def _end_journal(ctx: Context, session_id: str, number: int, view: IterationView) -> None:
    error = UserError(
        "interrupted", "The worker of this iteration was killed", hint=f"amp-sessions iterate {session_id}"
    )
    usage = add_usage(part.usage for part in priced(ctx, view))
    with JournalWriter(ctx.paths.journal(session_id, number), ctx.redactor) as writer:
        writer.append(Warned(code="output-cut", message="The worker was killed; what was still in the pipe is lost"))
        writer.append(IterationFinished(status="interrupted", error=error.document(), usage=usage.document()))


def _changes(session: Session, view: IterationView) -> dict[str, Any]:
    """What the iteration committed: the commits that the journal names, up to the tip that its end ref keeps. One that
    was interrupted has no end before the next command that writes has committed its work."""
    root = Path(session.repo)
    own = [sha for sha, kind in view.commits if kind in ("amp", "partial", "agent")]
    if not view.start_sha or not root.is_dir():
        return {"commit_sha": own[-1] if own else None}
    end = refs.read_ref(root, refs.iteration_ref(session.id, view.number, "end"))
    if end is None and view.status == "interrupted":
        return {}
    end = end or (own[-1] if own else view.start_sha)
    if view.status == "interrupted" and not own and end != view.start_sha:
        own = [end]
    found: dict[str, Any] = {"commit_sha": own[-1] if own else None, "end_sha": end}
    if repository.resolve_commit(root, end) is None:
        return found
    files, insertions, deletions = commits.diff_stat(root, view.start_sha, end)
    return {**found, "changed_files": files, "insertions": insertions, "deletions": deletions}


def _hook_output(view: IterationView) -> str | None:
    if view.error is None or view.error.get("code") != "commit-refused":
        return None
    return str(view.error.get("details", {}).get("output", "")) or None


def _session_after(iteration: Iteration) -> dict[str, Any]:
    code = iteration.error["code"] if iteration.error else None
    state = state_after_iteration(iteration.status, error_code=code, test=iteration.test)
    changes: dict[str, Any] = {"status": state.status, "blocked_by_tests": state.blocked_by_tests}
    return {**changes, "thread_id": iteration.thread_id} if iteration.thread_id else changes


def _journals(ctx: Context, session_id: str) -> list[int]:
    folder = ctx.paths.journal_dir(session_id)
    if not folder.is_dir():
        return []
    found = (_JOURNAL.fullmatch(path.name) for path in folder.iterdir())
    return sorted(int(match[1]) for match in found if match)
