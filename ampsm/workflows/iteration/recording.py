"""Recording an iteration while it happens: redact → journal → store → show, in this order (SPEC section 5)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from ampsm.context import Context
from ampsm.journal import events
from ampsm.journal.view import IterationView
from ampsm.journal.writer import JournalWriter
from ampsm.model.errors import DespiteOutages, UserError
from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import TestResult, ToolCall, Usage, add_usage
from ampsm.store import iterations
from ampsm.system.processes import elapsed_ms
from ampsm.workflows.session import journal_rows, session_file

#: How long telemetry may wait before it reaches the store.
STORE_SECONDS = 0.25

#: How long a store that could not be written is left alone: waiting for it keeps the agent waiting.
OUTAGE_SECONDS = 5.0

_AT_ONCE = (events.Phase, events.Thread, events.Warned, events.Commit, events.TestFinished)

#: What the last event of an iteration says of its commits, and the iteration's row under the same names.
CHANGES = ("commit_sha", "end_sha", "changed_files", "insertions", "deletions")

#: Sees every event after it is recorded, and what is known of the iteration by then.
OnRecorded = Callable[[events.Event, IterationView], None]


class Recorder:
    """Writes the events of one iteration. The journal is the truth: a store that cannot be written for a moment is
    tried again with the next event, and what it missed is replayed from the journal by the next command."""

    def __init__(self, ctx: Context, iteration: Iteration, prompt: str, on_event: OnRecorded) -> None:
        self.ctx = ctx
        self.iteration = self._row = iteration
        self.prompt = prompt
        self.view = IterationView(iteration.number)
        self._writer = JournalWriter(ctx.paths.journal(iteration.session_id, iteration.number), ctx.redactor)
        self._on_event = on_event
        self._pending: dict[int, ToolCall] = {}
        self._begun: dict[str, float] = {}
        self._stored_at = self._again_at = 0.0
        self._waiting = False

    def emit(self, event: events.Event) -> None:
        """Records one event and tells whoever watches."""
        self._write(event)
        if isinstance(event, _AT_ONCE) or time.monotonic() - self._stored_at >= STORE_SECONDS:
            self._store_if_it_can()
        self._on_event(event, self.view)

    def store_what_waits(self) -> None:
        """Stores events that came too soon after the last time, once nothing has followed them: an agent may be silent
        for an hour after it began a tool call, and whoever watches the store is to see that call."""
        if self._waiting and time.monotonic() - self._stored_at >= STORE_SECONDS:
            self._waiting = False  # where it cannot, the next event tries again
            self._store_if_it_can()

    def begin(self, session: Session) -> Session:
        """Records the start: in the journal first, then as a row of the store; the session runs from now on."""
        made = self.iteration
        event = events.IterationStarted(
            number=made.number, prompt=made.prompt, start_sha=made.start_sha, thread_id=made.thread_id,
            model=made.model_requested,
        )  # fmt: skip
        self._write(event)
        self.iteration = self._row = replace(made, started_at=event.at)
        try:
            iterations.insert_iteration(self.ctx.store, self.iteration)
            session = session_file.save_session(self.ctx, session, status="running")
        except UserError as error:
            self._give_up(error)
            raise
        self._on_event(event, self.view)
        return session

    def finish(self, event: events.IterationFinished, *, test: TestResult | None, hook_output: str | None) -> None:
        """Records the end, with what else is known of the iteration, before anybody is told."""
        self._write(event)
        view = self.view  # what the journal says, redacted, is what the row says
        self.iteration = replace(
            self.iteration, status=view.status, ended_at=view.ended_at, duration_ms=view.duration_ms, error=view.error,
            test=test, hook_output=hook_output, usage=self.usage(), thread_id=view.thread_id,
            **{name: getattr(event, name) for name in CHANGES},
        )  # fmt: skip
        self._again_at = 0.0
        self._store_if_it_can()
        self._on_event(event, self.view)

    def warn(self, code: str, message: str) -> None:
        """Records something that a person should know."""
        self.emit(events.Warned(code=code, message=message))

    def usage(self) -> Usage:
        """What the iteration has spent so far."""
        return add_usage(part.usage for part in journal_rows.priced(self.ctx, self.view))

    def close(self) -> None:
        """Closes the journal: nothing more is recorded."""
        self._writer.close()

    def _give_up(self, error: UserError) -> None:
        """An iteration that could not begin has done nothing and ends where it started."""
        start = self.iteration.start_sha
        ending = events.IterationFinished(status="failed", error=error.document(), end_sha=start, changed_files=0)
        try:
            self._write(ending)
        except UserError:
            pass  # the next command that looks will take it for one that was killed at its start
        self.close()

    def _write(self, event: events.Event) -> None:
        # How long a call took, where the agent does not say: by a clock that nobody can set.
        if isinstance(event, events.ToolStarted):
            self._begun.setdefault(event.id, time.monotonic())
        elif isinstance(event, events.ToolFinished):
            begun = self._begun.pop(event.id, None)
            if begun is not None and event.duration_ms is None:
                event.duration_ms = elapsed_ms(begun)
        for call in self.view.apply(self._writer.append(event)):
            self._pending[call.seq] = call
        self._waiting = True

    def _store_if_it_can(self) -> None:
        if time.monotonic() < self._again_at:
            return
        self._again_at = time.monotonic() + OUTAGE_SECONDS
        with DespiteOutages():
            calls = list(self._pending.values())
            self._row = journal_rows.store_view(self.ctx, self._row, self.view, calls, self.iteration)
            self._pending.clear()
            self._stored_at, self._waiting = time.monotonic(), False
            self._again_at = 0.0
