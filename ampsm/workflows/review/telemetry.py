"""What a session's iterations did and spent: the answers of `tools` and `usage` (SPEC sections 3 and 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import ModelUsage, Usage, add_usage
from ampsm.store import telemetry
from ampsm.store.iterations import iterations_of
from ampsm.workflows.session.lookup import require_session


def tool_calls(
    ctx: Context,
    ref: str,
    *,
    last: bool = False,
    since: str | None = None,
    iteration: int | None = None,
    limit: int | None = None,
    failed: bool = False,
) -> dict[str, Any]:
    """The document of `tools`: calls, oldest first, that pass every filter given; of these the `limit` newest.

    Raises `usage` or `invalid-value` (exit 2), `no-such-iteration` or `no-such-commit` (exit 3).
    """
    _require_positive("--limit", limit)
    _require_positive("--iteration", iteration)
    if last and iteration is not None:
        raise UserError("usage", "--last and --iteration exclude each other", hint=f"amp-sessions tools {ref} --last")
    session = require_session(ctx, ref)
    time = None
    numbers: Sequence[int] | None = None
    if last:
        numbers = [session.last_iteration.number] if session.last_iteration else []
    elif iteration is not None:
        numbers = [_require_iteration(ctx, session, iteration).number]
    if since is not None:
        from ampsm.workflows.review import since as since_words

        time = since_words.moment(since, f"amp-sessions tools {session.id}")
        if time is None:
            later = since_words.iterations_since(session, iterations_of(ctx.store, session.id), since)
            numbers = later if numbers is None else [number for number in numbers if number in later]
    calls = telemetry.tool_calls(ctx.store, session.id, iterations=numbers, limit=limit, failed=failed, since=time)
    return {"toolCalls": [call.document() for call in calls]}


def usage(ctx: Context, ref: str, *, last: bool = False, range_: int | None = None) -> dict[str, Any]:
    """The document of `usage`: totals, per iteration and per model, of all iterations, the last one or the last
    `range_` ones. Raises `usage` or `invalid-value` (exit 2)."""
    _require_positive("--range", range_)
    if last and range_ is not None:
        raise UserError("usage", "--last and --range exclude each other", hint=f"amp-sessions usage {ref} --last")
    session = require_session(ctx, ref)
    iterations = iterations_of(ctx.store, session.id)
    iterations = iterations[-(1 if last else range_ or len(iterations)) :] if iterations else []
    spent = telemetry.usage_of(ctx.store, session.id)
    rows = [(iteration, _usage_of(iteration, spent)) for iteration in iterations]
    return {
        "totals": add_usage(used for _, used in rows).document(),
        "iterations": [
            {"number": i.number, "model": i.model, "startedAt": i.started_at, **used.document()} for i, used in rows
        ],
        "models": _by_model(iterations, spent),
    }


def _usage_of(iteration: Iteration, spent: dict[int, list[ModelUsage]]) -> Usage:
    """What an iteration spent: while it runs its row's sum may lag behind what its models reported."""
    models = spent.get(iteration.number)
    return add_usage(part.usage for part in models) if models else iteration.usage


def _by_model(iterations: list[Iteration], spent: dict[int, list[ModelUsage]]) -> list[dict[str, Any]]:
    parts: dict[str | None, list[Usage]] = {}
    for iteration in iterations:
        for part in spent.get(iteration.number) or [ModelUsage(iteration.model, iteration.usage)]:
            if part.model is not None or part.usage.reported:
                parts.setdefault(part.model, []).append(part.usage)
    return [
        {"model": model, "iterations": len(usages), **add_usage(usages).document()} for model, usages in parts.items()
    ]


def _require_iteration(ctx: Context, session: Session, number: int) -> Iteration:
    iterations = iterations_of(ctx.store, session.id)
    for iteration in iterations:
        if iteration.number == number:
            return iteration
    known = f"it has {len(iterations)}" if iterations else "it has none yet"
    raise UserError(
        "no-such-iteration", f"Session {session.id} has no iteration {number}; {known}",
        hint=f"amp-sessions status {session.id}", details={"iteration": number, "iterations": len(iterations)},
    )  # fmt: skip


def _require_positive(option: str, number: int | None) -> None:
    if number is not None and number < 1:
        raise UserError(
            "invalid-value", f"{option} {number}: expected a whole number from 1", hint=f"{option} 1",
            details={"option": option, "value": number},
        )  # fmt: skip
