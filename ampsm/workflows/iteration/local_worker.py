"""The detached worker: a process of its own that runs iterations and outlives every window (SPEC section 5).

`LocalExecutor.start` is what `iterate --detach` calls. The worker calls the same `iterate_session` as the foreground,
says on a pipe when its iteration has begun (or why it could not), and then goes on with the queue.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ampsm.context import Context, open_context
from ampsm.journal.events import AnyEvent, Event, IterationStarted
from ampsm.journal.follower import follow
from ampsm.journal.view import IterationView
from ampsm.model.errors import Stopped, UserError
from ampsm.model.session import Iteration, Session, utc_now
from ampsm.system.environment import clean_environment
from ampsm.system.locks import lock_holder
from ampsm.system.processes import MARKER, start_detached
from ampsm.system.stopping import StopRequest, stop_on_signals
from ampsm.system.unfollowed import open_append
from ampsm.workflows.iteration.executor import Executor
from ampsm.workflows.iteration.iterate import IterateOptions, iterate_session
from ampsm.workflows.iteration.prompts import CONTINUE
from ampsm.workflows.iteration.stop import StopResult, stop_session
from ampsm.workflows.session import lookup, queue, recover

#: How long, in seconds, whoever starts a worker waits for its iteration to begin: a hook or a signing of a person's
#: edits may come before that.
PATIENCE = 10.0


@dataclass(slots=True)
class LocalExecutor(Executor):
    """Runs iterations on this machine, each in a worker of its own."""

    ctx: Context

    def start(self, session_id: str, options: IterateOptions | None) -> int | None:
        ctx = self.ctx
        request = {
            "database": str(ctx.paths.database), "overrides": _from_anywhere(ctx), "session": session_id,
            "options": asdict(options) if options else None,
        }  # fmt: skip
        environment = {name: value for name, value in clean_environment(ctx.environ).items() if name != MARKER}
        if environment.get("AMPSM_CONFIG"):
            environment["AMPSM_CONFIG"] = str(ctx.paths.config_file)
        command = [sys.executable, "-P", "-m", "ampsm.workflows.iteration.local_worker"]
        asked = json.dumps(request).encode()
        answer = start_detached(command, env=environment, stdin=asked, patience=PATIENCE)
        if answer is None:
            return None
        if not answer:
            raise UserError(
                "failed", "The worker ended before its iteration began", hint=f"amp-sessions iterate {session_id}",
                details={"log": str(worker_log(ctx))},
            )  # fmt: skip
        number: int | None
        number, error = json.loads(answer)
        if error:
            raise UserError(error["code"], error["message"], hint=error["hint"], details=error["details"])
        return number

    def stop(self, session_id: str, *, empty_queue: bool = False) -> StopResult:
        return stop_session(self.ctx, session_id, empty_queue=empty_queue)

    def follow(self, session_id: str, number: int, *, from_start: bool = True) -> Iterator[AnyEvent]:
        path = self.ctx.paths.journal(session_id, number)
        return follow(path, alive=lambda: recover.worker_lives(self.ctx, session_id, number), from_start=from_start)


def _from_anywhere(ctx: Context) -> dict[str, str]:
    """The options, with an Amp that is named relative to this folder by its whole path: the worker runs in another."""
    amp = str(ctx.settings.get("ampPath") or "")
    if os.sep in amp and not amp.startswith(("~", os.sep)):
        return {**ctx.overrides, "ampPath": str(Path.cwd() / amp)}
    return ctx.overrides


def drain(ctx: Context, session_id: str) -> bool:
    """Starts a worker for the follow-ups that wait; whether there were any that nobody else runs already."""
    if not queue.queued(ctx, session_id):
        return False
    try:
        return LocalExecutor(ctx).start(session_id, None) is not None
    except UserError as error:
        if error.code == "busy":
            return False
        raise


def goes_on(iteration: Iteration, stop: StopRequest) -> bool:
    """Whether the queue goes on by itself after this iteration: it did well, whatever the tests say, and nobody has
    asked to stop. Else the follow-ups wait for a person."""
    return iteration.status == "succeeded" and not stop.requested


def queue_behind(ctx: Context, ref: str, notes: str | None) -> tuple[Session, queue.FollowUp] | None:
    """Stores a follow-up behind the iteration that runs; None, and nothing stored, when none runs."""
    session = lookup.require_session(ctx, ref)
    path = ctx.paths.lock(session.id)
    holder = lock_holder(path)
    if holder is None or not holder.alive or holder.what != "iteration":
        return None
    entry = queue.enqueue(ctx, session, notes or CONTINUE)
    if lock_holder(path) is None:  # it ended meanwhile, and may have looked at the queue before
        drain(ctx, session.id)
    return session, entry


@dataclass(slots=True)
class _Answer:
    """What a worker tells whoever started it, once and if that is still there: the work goes on without it."""

    fd: int | None

    def give(self, number: int | None, error: UserError | None = None) -> bool:
        """Whether somebody has heard it."""
        if self.fd is None:
            return False
        heard = True
        try:
            os.write(self.fd, json.dumps([number, error and error.document()]).encode())
        except BrokenPipeError:
            heard = False
        os.close(self.fd)
        self.fd = None
        return heard


def _run(ctx: Context, session_id: str, options: IterateOptions | None, answer: _Answer, stop: StopRequest) -> None:
    """Runs the iteration that was asked for, then the queue. Whoever adds to the queue looks at the lock afterwards, so
    a look at the queue after the lock is released misses nothing."""
    entry_id: str | None = None

    def on_event(event: Event, view: IterationView) -> None:
        if isinstance(event, IterationStarted):
            if entry_id:
                queue.discard(ctx, session_id, entry_id)
            answer.give(view.number)

    while True:
        if options is None:
            if not (entries := queue.queued(ctx, session_id)):
                return
            options, entry_id = IterateOptions(notes=entries[0].notes), entries[0].id
        _, iteration = iterate_session(ctx, session_id, options, on_event=on_event, stop=stop)
        if not goes_on(iteration, stop):
            return
        options = None


def main() -> None:
    """The worker's process: its request on standard input, its answer on the descriptor that argv names."""
    request = json.loads(sys.stdin.buffer.read())
    options, answer = request["options"], _Answer(int(sys.argv[1]))
    with open_context(request["database"], overrides=request["overrides"]) as ctx, stop_on_signals() as stop:
        try:
            _run(ctx, request["session"], IterateOptions(**options) if options else None, answer, stop)
            answer.give(None)
        except UserError as error:
            if not answer.give(None, error):
                _write_down(ctx, f"{utc_now()} {request['session']}: {error.code}: {error.message}\n")
        except Stopped:
            answer.give(None, UserError("cancelled", "Stopped by the user", hint="amp-sessions list"))
        except Exception:
            import traceback

            _write_down(ctx, traceback.format_exc())
            raise


def worker_log(ctx: Context) -> Path:
    """Where workers write down what nobody else hears of."""
    return ctx.paths.data_dir / "worker.log"


def _write_down(ctx: Context, text: str) -> None:
    """What goes wrong in a process without a terminal, redacted."""
    with os.fdopen(open_append(worker_log(ctx)), "a") as log:
        log.write(ctx.redactor.redact(text))


if __name__ == "__main__":
    main()
