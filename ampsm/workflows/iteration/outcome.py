"""How an iteration ended, and the recording of it: journal, store and `AGENT_CONTEXT/` (SPEC section 5.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git.worktree import proof
from ampsm.journal.events import IterationFinished
from ampsm.journal.follower import read_events
from ampsm.journal.text import readable_lines
from ampsm.model.errors import STORE_OUTAGES, UserError
from ampsm.model.record import document, record
from ampsm.model.session import Iteration, Session, utc_now
from ampsm.model.telemetry import TestResult
from ampsm.model.transitions import state_after_iteration
from ampsm.store import iterations, sessions
from ampsm.system.os_errors import FULL
from ampsm.workflows.iteration.recording import Recorder
from ampsm.workflows.session import agent_context, session_file


@record
class Outcome:
    """How an iteration ended and what it changed. `needs_person` when something waits for a decision."""

    status: str
    error: UserError | None = None
    commit_sha: str | None = None
    end_sha: str | None = None
    changed_files: int | None = None
    insertions: int | None = None
    deletions: int | None = None
    hook_output: str | None = None
    needs_person: bool = False


def cancelled(session: Session, outcome: Outcome) -> Outcome:
    """The outcome of an iteration whose test script was stopped: its commit stays."""
    return replace(outcome, status="cancelled", error=stopped(session))


def broken(error: UserError | OSError, recorder: Recorder) -> Outcome:
    """The outcome of an iteration that met an error of git, the disk or the worktree. What the agent did stays there
    for the next one to commit; before the agent began there is nothing to commit."""
    had_agent = recorder.view.phase not in (None, "context")
    return Outcome(status="failed", error=_in_words(error), end_sha=None if had_agent else recorder.iteration.start_sha)


def broken_off(outcome: Outcome, error: UserError | OSError) -> Outcome:
    """The outcome of one that met such an error after its commit, which stays."""
    return replace(outcome, status="failed", error=_in_words(error))


def stopped(session: Session) -> UserError:
    """Why an iteration ended that somebody stopped."""
    return UserError("cancelled", "Stopped by the user", hint=f"amp-sessions iterate {session.id}")


def _in_words(error: UserError | OSError) -> UserError:
    if isinstance(error, UserError):
        return error
    return UserError(
        "disk-full" if error.errno in FULL else "failed", f"The iteration could not go on: {error}", hint="df -h"
    )


def status_of(failure: UserError | None) -> str:
    """The status of an iteration whose agent failed like this, or did not fail."""
    if failure is None:
        return "succeeded"
    return failure.code if failure.code in ("cancelled", "timed-out") else "failed"


def record_end(
    ctx: Context, session: Session, recorder: Recorder, outcome: Outcome, test: TestResult | None, *, duration_ms: int
) -> tuple[Session, Iteration]:
    """Ends the iteration; returns session and iteration as the store has them."""
    error = outcome.error.document() if outcome.error else None
    finished = IterationFinished(
        status=outcome.status, error=error, usage=document(recorder.usage()), duration_ms=duration_ms,
        costs=recorder.costs(), commit_sha=outcome.commit_sha, end_sha=outcome.end_sha,
        changed_files=outcome.changed_files, insertions=outcome.insertions, deletions=outcome.deletions,
    )  # fmt: skip
    recorder.finish(
        finished,
        status=outcome.status, test=test,
        commit_sha=outcome.commit_sha, end_sha=outcome.end_sha, changed_files=outcome.changed_files,
        insertions=outcome.insertions, deletions=outcome.deletions, hook_output=outcome.hook_output,
    )  # fmt: skip
    state = state_after_iteration(
        outcome.status,
        error_code=outcome.error.code if outcome.error else None,
        test=test,
        needs_person=outcome.needs_person,
    )
    changed = session_file.save_if_it_can(ctx, session, status=state.status, blocked_by_tests=state.blocked_by_tests)
    iteration, session = _as_stored(ctx, recorder, changed)
    _context_files(ctx, session, iteration)
    return session, iteration


def unrecorded(session: Session, recorder: Recorder, error: UserError | OSError) -> tuple[Session, Iteration]:
    """Session and iteration as this process leaves them when the journal cannot take the end: the next command that
    writes ends it as one that was interrupted."""
    outcome = broken(error, recorder)
    document = recorder.ctx.redactor.redact_value(outcome.error.document()) if outcome.error else None
    iteration = replace(
        recorder.iteration, status=outcome.status, error=document, ended_at=utc_now(), usage=recorder.usage(),
        thread_id=recorder.view.thread_id, tool_calls=recorder.view.tool_calls,
        tool_failures=recorder.view.tool_failures,
    )  # fmt: skip
    return replace(session, status="error", last_iteration=iteration), iteration


def _as_stored(ctx: Context, recorder: Recorder, session: Session) -> tuple[Iteration, Session]:
    """Iteration and session as the store has them; as this process knows them while it cannot be read or written."""
    try:
        iteration = iterations.iteration(ctx.store, session.id, recorder.iteration.number)
        stored = sessions.session_by_id(ctx.store, session.id)
    except UserError as error:
        if error.code not in STORE_OUTAGES:
            raise
        iteration = stored = None
    if iteration and stored and "running" not in (iteration.status, stored.status):
        return iteration, stored
    return recorder.iteration, replace(session, last_iteration=recorder.iteration)


def _context_files(ctx: Context, session: Session, iteration: Iteration) -> None:
    """The files repeat what is recorded; an iteration does not fail when the worktree is gone or the disk is full."""
    try:
        proof.prove_worktree(Path(session.worktree), Path(session.repo))
        agent_context.write_outcome(ctx, session, iteration, _log(ctx, iteration))
    except (UserError, OSError):
        return


def _log(ctx: Context, iteration: Iteration) -> Iterator[str]:
    for event in read_events(ctx.paths.journal(iteration.session_id, iteration.number)):
        yield from readable_lines(event)
