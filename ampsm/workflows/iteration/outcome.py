"""How an iteration ended, and the recording of it: journal, store and `AGENT_CONTEXT/` (SPEC section 5.8)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ampsm.git.calls.conversion import why_not_read
from ampsm.git.surroundings.main_checkout import hinting_at_misread
from ampsm.git.worktree import proof
from ampsm.journal.events import IterationFinished
from ampsm.journal.follower import read_events
from ampsm.journal.text import readable_lines
from ampsm.model.errors import DespiteOutages, Stopped, UserError, quoted
from ampsm.model.record import document, record
from ampsm.model.session import Iteration, Session, utc_now
from ampsm.model.telemetry import TestResult
from ampsm.model.transitions import state_after_iteration
from ampsm.store import iterations, sessions
from ampsm.system.os_errors import FULL
from ampsm.workflows.iteration.recording import CHANGES, Recorder
from ampsm.workflows.session import agent_context, journal_rows, open_merge, session_file


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


def broken(error: UserError | OSError, recorder: Recorder, session: Session) -> Outcome:
    """The outcome of an iteration that met an error of git, the disk or the worktree. What the agent did stays there
    for the next one to commit; before the agent began there is nothing to commit."""
    had_agent = recorder.view.phase not in (None, "context")
    why = hinting_at_misread(in_words(error), session.repo)
    end_sha, waits = None if had_agent else recorder.iteration.start_sha, why_not_read(why) is not None
    return Outcome(status="failed", error=why, end_sha=end_sha, needs_person=waits)


def stopped(session: Session) -> UserError:
    """Why an iteration ended that somebody stopped."""
    return session.error("iterate", "cancelled", "Stopped by the user")


def in_words(error: UserError | OSError) -> UserError:
    """What is said of such an error."""
    if isinstance(error, UserError):
        return error
    message = f"The iteration could not go on: {error.strerror or error}"
    if error.errno in FULL:
        return UserError("disk-full", message, hint="df -h")
    where = str(error.filename) if error.filename else None
    hint = f"ls -ld {quoted(where)}" if where else "amp-sessions doctor"
    return UserError("failed", f"{message}: {where}" if where else message, hint=hint)


def status_of(failure: UserError | None) -> str:
    """The status of an iteration whose agent failed like this, or did not fail."""
    if failure is None:
        return "succeeded"
    return failure.code if failure.code in ("cancelled", "timed-out") else "failed"


def record_end(
    session: Session, recorder: Recorder, outcome: Outcome, test: TestResult | None, *, duration_ms: int
) -> tuple[Session, Iteration]:
    """Ends the iteration; returns session and iteration as the store has them."""
    ctx, error = recorder.ctx, outcome.error
    finished = IterationFinished(
        status=outcome.status, error=error.document() if error else None, usage=document(recorder.usage()),
        duration_ms=duration_ms, costs=journal_rows.costs_of(journal_rows.priced(ctx, recorder.view)),
        **{name: getattr(outcome, name) for name in CHANGES},
    )  # fmt: skip
    recorder.finish(finished, test=test, hook_output=outcome.hook_output)
    state = state_after_iteration(
        outcome.status, error_code=error.code if error else None, test=test, needs_person=outcome.needs_person
    )
    merge_waits = state.status == "idle" and open_merge.keeps_waiting(ctx, session.id)
    status = "awaiting-input" if merge_waits else state.status
    session = session_file.save_if_it_can(ctx, session, status=status, blocked_by_tests=state.blocked_by_tests)
    session, iteration = _as_stored(session, recorder)
    try:  # the files repeat what is recorded: the worktree may be gone, or the disk full
        proof.prove_worktree(Path(session.worktree), Path(session.repo))
        journal = read_events(ctx.paths.journal(session.id, iteration.number))
        log = (line for event in journal for line in readable_lines(event))
        agent_context.write_outcome(ctx, session, iteration, log)
    except (UserError, OSError, Stopped):
        pass
    return session, iteration


def unrecorded(session: Session, recorder: Recorder, error: UserError | OSError) -> tuple[Session, Iteration]:
    """Session and iteration as this process leaves them when the journal cannot take the end: the next command that
    writes ends it as one that was interrupted."""
    view = recorder.view
    iteration = replace(
        recorder.iteration, status="failed", error=recorder.ctx.redactor.redact_value(in_words(error).document()),
        ended_at=utc_now(), usage=recorder.usage(), thread_id=view.thread_id, tool_calls=view.tool_calls,
        tool_failures=view.tool_failures,
    )  # fmt: skip
    return replace(session, status="error", last_iteration=iteration), iteration


def _as_stored(session: Session, recorder: Recorder) -> tuple[Session, Iteration]:
    """Session and iteration as the store has them; as this process knows them while it cannot be read or written."""
    store = recorder.ctx.store
    with DespiteOutages():
        iteration = iterations.iteration(store, session.id, recorder.iteration.number)
        stored = sessions.session_by_id(store, session.id)
        if iteration and stored and "running" not in (iteration.status, stored.status):
            return stored, iteration
    return replace(session, last_iteration=recorder.iteration), recorder.iteration
