"""Reading and following journals (SPEC section 3, `logs`), and what was said last in one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ampsm.context import Context
from ampsm.journal.events import AnyEvent, Warned
from ampsm.journal.follower import read_events, tail_events
from ampsm.journal.last_words import last_words
from ampsm.model.record import record
from ampsm.model.session import Iteration
from ampsm.store.iterations import iterations_of
from ampsm.workflows.session.lookup import require_iteration, require_session

#: So many lines of a journal are read back in search of the answer, at most; while it runs it may have none yet.
_FAR_ENOUGH, _FAR_WHILE_RUNNING = 300_000, 2_000


@record
class IterationWords:
    """What was said in an iteration: the agent's last text, None without one, and the last lines of the test script."""

    iteration: Iteration
    answer: str | None
    test_output: list[str]
    warnings: list[str]


def journal_events(
    ctx: Context, ref: str, *, iteration: int | None = None, lines: int | None = None, follow_on: bool = False
) -> tuple[int | None, Iterator[AnyEvent]]:
    """The number and the events of an iteration: the given one, else the latest; no iteration yet: (None, nothing).

    With `lines` only the last so many events. With `follow_on` the events go on until the iteration ends or its worker
    is dead; for one that has ended they stop there. With both and 0 `lines` nothing that was there before is read.
    Raises `no-such-iteration` (exit 3).
    """
    session = require_session(ctx, ref)
    found = session.last_iteration if iteration is None else require_iteration(ctx, session, iteration)
    if found is None:
        return None, iter(())
    if follow_on and found.status == "running":
        from ampsm.workflows.iteration.local_worker import LocalExecutor

        return found.number, LocalExecutor(ctx).follow(session.id, found.number, from_start=lines != 0)
    path, missing = ctx.paths.journal(session.id, found.number), _missing(ctx, found)
    if lines is None:
        return found.number, _with_missing(read_events(path), missing)
    return found.number, iter([*tail_events(path, lines), *missing][-lines:] if lines else [])


def iteration_journals(ctx: Context, ref: str) -> list[tuple[Iteration, Path]]:
    """Each iteration of a session, oldest first, with the place of its journal."""
    session = require_session(ctx, ref)
    return [(found, ctx.paths.journal(session.id, found.number)) for found in iterations_of(ctx.store, session.id)]


def iteration_details(ctx: Context, ref: str, number: int) -> IterationWords:
    """What was said in the iteration with this number. Raises `no-such-iteration` (exit 3)."""
    found = require_iteration(ctx, require_session(ctx, ref), number)
    far = _FAR_WHILE_RUNNING if found.status == "running" else _FAR_ENOUGH
    answer, output, warnings = last_words(ctx.paths.journal(found.session_id, number), far)
    missing = [event.message for event in _missing(ctx, found) if isinstance(event, Warned)]
    return IterationWords(found, answer, output, warnings + missing)


def _missing(ctx: Context, iteration: Iteration) -> list[AnyEvent]:
    """The end of a journal whose worker was killed, as the next command that writes will add it."""
    unsettled = ctx.store.unsettled_iterations(iteration.session_id).get(iteration.number)
    return unsettled.endings if unsettled else []


def _with_missing(events: Iterator[AnyEvent], missing: list[AnyEvent]) -> Iterator[AnyEvent]:
    seq = 0
    for event in events:
        seq = event.seq
        yield event
    yield from (event for event in missing if event.seq > seq)  # unless it was written while these were read
