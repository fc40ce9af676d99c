"""The tool calls of a session: the answer of `tools`, what came since, one with its result, sums by tool (SPEC 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.telemetry import ToolCall, known_sum
from ampsm.store import telemetry
from ampsm.store.iterations import iterations_of
from ampsm.workflows.session.lookup import require_iteration, require_session

if TYPE_CHECKING:
    from pathlib import Path

    from ampsm.journal.events import ToolFinished

#: Characters from which on an event may hold only the beginning of a result.
_LONG = 3_000


class AnyCall(Protocol):
    """What of a call counts in a summary."""

    @property
    def tool(self) -> str: ...
    @property
    def success(self) -> bool | None: ...
    @property
    def duration_ms(self) -> int | None: ...


@record
class ToolSummary:
    """What a session did with one tool; `unanswered` are calls without a result. Times are of the calls that have one,
    None when none has."""

    tool: str
    calls: int
    failures: int
    unanswered: int
    median_ms: int | None
    slowest_ms: int | None
    total_ms: int | None


def tool_calls_from(ctx: Context, ref: str, iteration: int, seq: int) -> list[ToolCall]:
    """A session's calls from the one with `seq` in an iteration on, oldest first; from (0, 0): all of them."""
    session = require_session(ctx, ref)
    return telemetry.tool_calls(ctx.store, session.id, from_place=(iteration, seq))


def tool_call_details(ctx: Context, ref: str, iteration: int, seq: int) -> tuple[ToolCall, str | None]:
    """A call, and all of its result as the agent was given it, None without one.

    Raises `no-such-tool-call` (exit 3).
    """
    session = require_session(ctx, ref)
    call = telemetry.tool_call(ctx.store, session.id, iteration, seq)
    if call is None:
        raise UserError(
            "no-such-tool-call", f"Iteration {iteration} of session {session.id} has no tool call {seq}",
            hint=f"amp-sessions tools {session.id} --iteration {iteration}",
        )  # fmt: skip
    from ampsm.journal.tool_result import end_of_call

    found = end_of_call(ctx.paths.journal(session.id, iteration), call)
    return call, _whole(*found) if found else None


def result_in_full(journal: Path, offset: int, ending: ToolFinished) -> str | None:
    """All of the result of a call whose end begins at an offset of a journal; events hold the beginning of a long one.
    None without one. Blocks."""
    if ending.result is None or len(ending.result) < _LONG:
        return ending.result
    from ampsm.journal.tool_result import line_of

    return _whole(ending, line_of(journal, offset, ending))


def _whole(ending: ToolFinished, line: str) -> str | None:
    if ending.result is None or len(ending.result) < _LONG or not line:
        return ending.result
    from ampsm.amp.output.whole import whole_result

    return whole_result(ending.result, line, ending.id)


def summary_by_tool(calls: Iterable[AnyCall]) -> list[ToolSummary]:
    """One summary for each tool, the one that took longest first."""
    parts: dict[str, list[AnyCall]] = {}
    for call in calls:
        parts.setdefault(call.tool, []).append(call)
    found = [_summary(tool, of_tool) for tool, of_tool in parts.items()]
    return sorted(found, key=lambda one: (-(one.total_ms or 0), -one.calls, one.tool))


def _summary(tool: str, calls: list[AnyCall]) -> ToolSummary:
    from statistics import median

    times = [call.duration_ms for call in calls if call.duration_ms is not None]
    return ToolSummary(
        tool,
        len(calls),
        sum(call.success is False for call in calls),
        sum(call.success is None for call in calls),
        round(median(times)) if times else None,
        max(times, default=None),
        known_sum(times),
    )


def session_tool_calls(
    ctx: Context,
    ref: str,
    *,
    last: bool = False,
    since: str | None = None,
    iteration: int | None = None,
    limit: int | None = None,
    failed: bool = False,
) -> list[ToolCall]:
    """The calls, oldest first, that pass every filter given; of these the `limit` newest.

    Raises `invalid-value` for what is no time (exit 2), `no-such-iteration` or `no-such-commit` (exit 3).
    """
    session = require_session(ctx, ref)
    time: str | None = None
    numbers: Sequence[int] | None = None
    if last:
        numbers = [session.last_iteration.number] if session.last_iteration else []
    elif iteration is not None:
        numbers = [require_iteration(ctx, session, iteration).number]
    if since is not None:
        from ampsm.workflows.review import since as since_words

        time = since_words.moment(since, f"amp-sessions tools {session.id}")
        if time is None:
            later = since_words.iterations_since(session, iterations_of(ctx.store, session.id), since)
            numbers = later if numbers is None else [number for number in numbers if number in later]
    return telemetry.tool_calls(ctx.store, session.id, iterations=numbers, limit=limit, failed=failed, since=time)
