"""`logs`: the readable log of an iteration, also while it runs."""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ampsm.model.errors import Stopped, UserError
from ampsm_cli.options import command, session_argument
from ampsm_cli.output import Output
from ampsm_cli.request import Request
from ampsm_cli.style import clean_lines
from ampsm_cli.values import COUNT, POSITIVE

if TYPE_CHECKING:
    from ampsm.journal.events import AnyEvent


@command(
    "logs",
    stream=True,
    examples=("amp-sessions logs add-login-k3j9xa --follow", "amp-sessions logs add-login-k3j9xa --lines 50"),
)
@session_argument
@click.option("--follow", "-f", is_flag=True, help="Go on until the iteration ends, wherever it was started.")
@click.option("--lines", "-n", metavar="N", type=COUNT, help="Only the last N lines.")
@click.option("--iteration", metavar="N", type=POSITIVE, help="Of iteration N (default: the latest).")
@click.option("--raw", is_flag=True, help="The agent's own lines.")
def logs_command(request: Request, ref: str, follow: bool, lines: int | None, iteration: int | None, raw: bool) -> None:
    """Show the log of an iteration.

    --stream-json prints the journal's events and nothing else.
    """
    from ampsm.workflows.review import journal_events
    from ampsm.workflows.session import require_session

    output = request.output
    # With `--follow --lines 0` nothing that is there already is read: a follower of a huge journal starts at once.
    only_new = 0 if follow and lines == 0 else None
    number, events = journal_events(request.context, ref, iteration=iteration, lines=only_new, follow_on=follow)
    lines = None if only_new == 0 else lines
    with _following(ref) if follow else nullcontext():
        if output.streaming:
            _stream(output, _last_events(request, ref, events, iteration=number, lines=lines, follow=follow))
        elif output.human and number is None:
            output.narrate("No iterations yet.")
        elif output.human:
            worktree = require_session(request.context, ref).worktree
            shown = _raw_lines if raw else partial(_readable_lines, worktree=worktree)
            _show(output, request, ref, events, iteration=number, lines=lines, follow=follow, shown=shown)
        else:
            from ampsm.journal.codec import encode

            kept: Iterable[AnyEvent] = events if lines is None else deque(events, maxlen=lines)
            output.finish({"iteration": number, "events": [_decoded(encode(event)) for event in kept]}, lambda: None)


@contextmanager
def _following(ref: str) -> Iterator[None]:
    """Tells whoever leaves with Ctrl-C that the iteration goes on."""
    try:
        yield
    except (KeyboardInterrupt, Stopped) as stop:
        signal = stop.signal_name if isinstance(stop, Stopped) else "SIGINT"
        raise UserError(
            "cancelled", "No longer followed; the iteration goes on", hint=f"amp-sessions stop {shlex.quote(ref)}",
            details={"signal": signal},
        ) from stop  # fmt: skip


def _decoded(line: bytes) -> Any:
    import json

    return json.loads(line)


def _stream(output: Output, events: Iterable[AnyEvent]) -> None:
    from ampsm.journal.codec import encode

    for event in events:
        output.event(encode(event))


def _last_events(
    request: Request, ref: str, events: Iterator[AnyEvent], *, iteration: int | None, lines: int | None, follow: bool
) -> Iterator[AnyEvent]:
    """All events, or the last N of those there are already and then all that follow."""
    if lines is None:
        yield from events
        return
    kept, seen = _tail(request, ref, iteration, lines, lambda event: [event])
    yield from kept
    if follow:
        yield from (event for event in events if event.seq > seen)


def _show(
    output: Output,
    request: Request,
    ref: str,
    events: Iterator[AnyEvent],
    *,
    iteration: int | None,
    lines: int | None,
    follow: bool,
    shown: Callable[[AnyEvent], list[str]],
) -> None:
    seen = -1
    if lines is not None:
        kept, seen = _tail(request, ref, iteration, lines, shown)
        for line in kept:
            output.answer(line)
        if not follow:
            return
    for event in events:
        if event.seq > seen:
            for line in shown(event):
                output.answer(line)
            if follow:
                output.flush()


def _tail(
    request: Request, ref: str, iteration: int | None, lines: int, parts: Callable[[AnyEvent], list[Any]]
) -> tuple[deque[Any], int]:
    """The last N parts of the journal as it is now, and the seq up to which they reach."""
    from ampsm.workflows.review import journal_events

    kept: deque[Any] = deque(maxlen=lines)
    seen = -1
    for event in journal_events(request.context, ref, iteration=iteration)[1]:
        kept.extend(parts(event))
        seen = event.seq
    return kept, seen


def _readable_lines(event: AnyEvent, worktree: str) -> list[str]:
    from ampsm.journal.text import readable_lines

    return [clean_lines(part) for line in readable_lines(event, worktree) for part in line.splitlines()]


def _raw_lines(event: AnyEvent) -> list[str]:
    from ampsm.journal.events import OutputLine

    if isinstance(event.raw, str):
        return [event.raw]
    return [event.text] if isinstance(event, OutputLine) else []
