"""The smoke iteration of `verify-amp`: a whole iteration by the real protocol, in a place that vanishes afterwards."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import replace
from pathlib import Path

from ampsm.amp import authentication, capabilities
from ampsm.amp.locate import AmpCommand
from ampsm.context import Context
from ampsm.journal.events import AssistantText, Event, UsageReported
from ampsm.model.errors import UserError
from ampsm.model.session import Iteration
from ampsm.system.paths import Paths
from ampsm.system.stopping import StopRequest
from ampsm.workflows.iteration.iterate import IterateOptions, iterate_session
from ampsm.workflows.session.create import create_session
from ampsm.workflows.upkeep.demo import make_scratch_repository

#: The name of the request that ends the iteration when its time is up, in place of a signal's.
TIME_IS_UP = "time is up"

_PROMPT = "This is a test of the connection. Answer with the word ok. Use no tools and change no files."


def smoke_iteration(
    ctx: Context, amp: AmpCommand, found: capabilities.Capabilities, seconds: float, stop: StopRequest | None
) -> tuple[str, str, str | None]:
    """Status, message and hint of an iteration in a scratch repository, with the user's settings for Amp and a store of
    its own. It ends within `seconds`, and a few more if Amp does not listen. Raises UserError when it fails."""
    own = stop or StopRequest()
    timer = threading.Timer(max(seconds, 0.1), _end, [own])
    with tempfile.TemporaryDirectory(prefix="ampsm-verify-", ignore_cleanup_errors=True) as place:
        scratch = _scratch_context(ctx, Path(place).resolve())
        # Which model it is costs a second of the time there is.
        capabilities.remember(amp, scratch.paths.cache_dir, replace(found, threads_export=False))
        heard: list[Event] = []
        timer.start()
        try:
            iteration = _iterate(scratch, Path(place).resolve() / "repository", heard, own)
        finally:
            timer.cancel()
            timer.join()
            scratch.close()
            if stop is None:
                own.close()
    answered = any(isinstance(event, AssistantText | UsageReported) for event in heard)
    return _judged(iteration, answered, seconds, timed_out=own.signal_name == TIME_IS_UP)


def _end(stop: StopRequest) -> None:
    # Twice: an Amp that does not listen gets no long grace.
    stop.request(TIME_IS_UP)
    stop.request(TIME_IS_UP)


def _scratch_context(ctx: Context, place: Path) -> Context:
    paths = Paths(place / "sessions.sqlite", place / "sessions.d", ctx.paths.config_file)
    # The login command has been run, and waiting for a retry would outlast the time there is.
    overrides = {**ctx.overrides, "ampRetries": "0", "commitHooks": "skip", authentication.KEY: ""}
    return Context(paths, ctx.environ, overrides)


def _iterate(ctx: Context, repo: Path, heard: list[Event], stop: StopRequest) -> Iteration:
    make_scratch_repository(repo, {"README.md": "# A test of the connection\n"}, "First commit")
    session = create_session(ctx, repo=str(repo), name="Smoke test", prompt=_PROMPT)
    options = IterateOptions(run_tests=False)
    return iterate_session(ctx, session.id, options, on_event=lambda event, _: heard.append(event), stop=stop)[1]


def _judged(iteration: Iteration, answered: bool, seconds: float, *, timed_out: bool) -> tuple[str, str, str | None]:
    if timed_out and iteration.status != "succeeded":
        if answered:
            return "warn", f"Amp answers, but was not done within {seconds:.0f} s", "amp-sessions verify-amp"
        raise UserError(
            "no-answer", f"Amp gave no answer within {seconds:.0f} s", hint="amp-sessions verify-amp --no-smoke"
        )
    if iteration.error:
        hint = str(iteration.error["hint"] or "")
        if not hint or iteration.session_id in hint:
            hint = "amp-sessions verify-amp"
        raise UserError(iteration.error["code"], iteration.error["message"], hint=hint)
    took = f"{(iteration.duration_ms or 0) / 1000:.1f} s"
    model = f", model {iteration.model}" if iteration.model else ""
    tokens = f", {iteration.usage.total_tokens:,} tokens" if iteration.usage.total_tokens is not None else ""
    return "pass", f"An iteration in a scratch repository took {took}{model}{tokens}", None
